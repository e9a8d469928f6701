// SPDX-License-Identifier: Apache-2.0

import CZlib

/// The checksum of ISO 3309, reflected, as zlib computes it.
enum CRC32 {
    /// The checksum of some bytes.
    static func checksum(_ bytes: Span<UInt8>) -> UInt32 {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            // Without an address zlib gives the value to begin with, which is that of no bytes.
            UInt32(truncatingIfNeeded: unsafe crc32_z(0, buffer.baseAddress, buffer.count))
        }
    }
}
