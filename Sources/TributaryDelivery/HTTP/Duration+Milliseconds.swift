// SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// Whole milliseconds, rounded towards zero and held within what fits 31 bits.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let longest: Int64 = 2_000_000
        return Int(max(-longest, min(longest, seconds)) * 1000 + attoseconds / 1_000_000_000_000_000)
    }
}
