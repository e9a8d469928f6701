// SPDX-License-Identifier: Apache-2.0

import Affitor
import Affonso
import Foundation
import Segment
import Tapfiliate
import Tributary

/// What is compiled into this program.
///
/// A new sink or verifier is one line here.
enum BuiltIn {
    static let sinks: [any SinkPlugin.Type] = [
        AffonsoPlugin.self,
        AffitorPlugin.self,
        TapfiliatePlugin.self,
    ]

    static let verifiers: [any VerifierPlugin.Type] = [
        SegmentPlugin.self
    ]

    /// The plugins, with mappings from a folder going before those that ship.
    ///
    /// - Parameter folder: Has one folder for each provider, as in `Mappings/`: `NAME/NAME.json`.
    /// - Returns: Sinks, verifiers and mappings.
    static func plugins(mappingsFolder folder: String?) -> Plugins {
        Plugins(sinks: sinks, verifiers: verifiers) { name in
            if let folder {
                let path = "\(folder)/\(name)/\(name).json"
                if let data = FileManager.default.contents(atPath: path) { return (Array(data), path) }
            }
            return Plugins.shippedMapping(name)
        }
    }
}
