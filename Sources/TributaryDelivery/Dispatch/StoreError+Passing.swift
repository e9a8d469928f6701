// SPDX-License-Identifier: Apache-2.0

import Tributary

extension StoreError {
    /// Whether the store may work again without a restart: the disk is full, or too much waits to be written.
    var isPassing: Bool {
        switch code {
        case .full, .busy: true
        case .inUse, .newerSchema, .unusable, .failed, .closed: false
        }
    }
}
