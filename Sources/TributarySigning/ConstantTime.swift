// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// Comparison whose time tells an attacker nothing about the bytes.
public enum ConstantTime: Sendable {
    /// Whether both are the same; only a difference in length is noticed early.
    public static func equal(_ first: Span<UInt8>, _ second: Span<UInt8>) -> Bool {
        guard first.count == second.count else { return false }
        return unsafe first.withUnsafeBufferPointer { left in
            unsafe second.withUnsafeBufferPointer { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                return unsafe CRYPTO_memcmp(left, right, first.count) == 0
            }
        }
    }

    /// Whether both are the same; only a difference in length is noticed early.
    public static func equal(_ first: [UInt8], _ second: [UInt8]) -> Bool { equal(first.span, second.span) }
}
