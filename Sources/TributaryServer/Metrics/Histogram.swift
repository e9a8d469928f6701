// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How often observed values fell below fixed bounds; free of locks.
///
/// Durations are kept in nanoseconds and written in seconds, everything else is kept and written as it is; no value
/// passes through a `Double`.
public final class Histogram: Sendable {
    /// What is observed.
    public enum Unit: Sendable, Hashable {
        /// Durations, written as seconds.
        case seconds
        /// Whole numbers: bytes, items.
        case count
    }

    /// What is observed.
    public let unit: Unit

    /// The upper bounds, ascending, in nanoseconds or as they are; one more bucket takes the rest.
    let bounds: [UInt64]

    private let buckets: [Counter]
    private let total = Counter()

    init(unit: Unit, bounds: [UInt64]) {
        self.unit = unit
        self.bounds = Array(Set(bounds)).sorted()
        buckets = (0...self.bounds.count).map { _ in Counter() }
    }

    /// Bounds for the time of a request, 1 ms to 10 s.
    public static let requestDurations: [Duration] = [
        .milliseconds(1), .microseconds(2500), .milliseconds(5), .milliseconds(10), .milliseconds(25),
        .milliseconds(50), .milliseconds(100), .milliseconds(250), .milliseconds(500), .seconds(1),
        .milliseconds(2500), .seconds(5), .seconds(10),
    ]

    /// Records a duration; a negative one counts as none.
    public func observe(_ duration: Duration) { record(Moment.nanoseconds(duration)) }

    /// Records a whole number; a negative one counts as none.
    public func observe(_ number: Int) { record(UInt64(max(0, number))) }

    private func record(_ value: UInt64) {
        buckets[bounds.firstIndex { value <= $0 } ?? bounds.count].increment()
        total.increment(by: value)
    }

    /// The counts of each bucket, not added up.
    var counts: [UInt64] { buckets.map(\.value) }

    /// The sum of all values, in nanoseconds or as they are.
    var sum: UInt64 { total.value }

    /// A value as text in the unit that is written.
    func text(_ value: UInt64) -> String {
        switch unit {
        case .count: return String(value)
        case .seconds:
            let (whole, rest) = value.quotientAndRemainder(dividingBy: 1_000_000_000)
            guard rest > 0 else { return String(whole) }
            var digits = String(rest)
            digits = String(repeating: "0", count: 9 - digits.utf8.count) + digits
            while digits.hasSuffix("0") { digits.removeLast() }
            return "\(whole).\(digits)"
        }
    }
}
