// SPDX-License-Identifier: Apache-2.0

/// Results of calls that may be used again for a time; a bounded number of them.
struct ExpiringResults<Key: Hashable> {
    private struct Entry {
        var result: Exchange.Result
        var end: ContinuousClock.Instant
        var age: UInt64
    }

    private let countMax: Int
    private var entries: [Key: Entry] = [:]
    private var count: UInt64 = 0

    init(countMax: Int) { self.countMax = countMax }

    subscript(key: Key, at now: ContinuousClock.Instant) -> Exchange.Result? {
        guard let entry = entries[key], now < entry.end else { return nil }
        return entry.result
    }

    /// Keeps a result; where there is no place, what has ended goes first, then the oldest.
    mutating func keep(
        _ result: Exchange.Result,
        as key: Key,
        until end: ContinuousClock.Instant,
        at now: ContinuousClock.Instant
    ) {
        if entries[key] == nil, entries.count >= countMax {
            entries = entries.filter { now < $0.value.end }
            if entries.count >= countMax, let oldest = entries.min(by: { $0.value.age < $1.value.age })?.key {
                entries[oldest] = nil
            }
        }
        count += 1
        entries[key] = Entry(result: result, end: end, age: count)
    }

    mutating func remove(_ key: Key) { entries[key] = nil }
}
