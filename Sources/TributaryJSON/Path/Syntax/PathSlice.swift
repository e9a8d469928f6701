// SPDX-License-Identifier: Apache-2.0

/// The range of an array slice selector, `start:end:step`.
package struct PathSlice: Sendable, Hashable {
    /// First position; negative from the end; `nil` where it was left out.
    package let start: Int?

    /// Position that is no longer taken; negative from the end; `nil` where it was left out.
    package let end: Int?

    /// Distance from one element to the next; negative from the last to the first; zero takes none.
    package let step: Int

    /// The stretch of an array from which the slice takes elements.
    ///
    /// Source: RFC 9535, section 2.3.4.2.2. Bounds are within ±(2⁵³ − 1), so that no sum overflows.
    func bounds(count: Int) -> Range<Int> {
        func absolute(_ position: Int) -> Int { position >= 0 ? position : count + position }
        guard step != 0 else { return 0..<0 }
        let lower: Int
        let upper: Int
        if step > 0 {
            lower = min(max(start.map(absolute) ?? 0, 0), count)
            upper = min(max(end.map(absolute) ?? count, 0), count)
        } else {
            // Backwards, the start is taken and the end is not, hence the shift by one.
            upper = min(max(start.map(absolute) ?? count - 1, -1), count - 1) + 1
            lower = min(max(end.map(absolute) ?? -1, -1), count - 1) + 1
        }
        return lower < upper ? lower..<upper : 0..<0
    }
}
