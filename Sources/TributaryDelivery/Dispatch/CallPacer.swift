// SPDX-License-Identifier: Apache-2.0

import Tributary

/// Decides when a call may leave, so that a platform's rate is kept in every window and not only on average.
///
/// A pure value: the time is passed in. It remembers when the latest calls left, as many as the largest limit has, and
/// counts places that were taken for calls which have not left yet.
struct CallPacer: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// What a lane gets that asks for places.
    enum Grant: Sendable, Equatable {
        /// So many places, at least one; each is to be used by ``depart(at:hasPlace:)`` or given back.
        case places(Int)
        /// None before this time is over.
        case wait(Duration)
    }

    private let limits: [CallRate.Limit]
    private let capacity: Int
    /// When the latest calls left, as a ring whose oldest entry is overwritten by the next one.
    private var departures: [Instant] = []
    private var oldest = 0
    private var heldUntil: Instant?
    /// Places that were taken and not yet used.
    private(set) var reserved = 0
    /// Calls that wait without a place; they come before new deliveries.
    private(set) var waiting = 0

    /// How long to wait for a place that somebody else may give back.
    private static let shortWait = Duration.milliseconds(10)

    init(_ rate: CallRate? = nil) {
        limits = rate?.limits ?? []
        capacity = limits.map(\.calls).max() ?? 0
    }

    /// Takes places for the first calls of new deliveries.
    mutating func reserve(atMost wanted: Int, at now: Instant) -> Grant {
        if let wait = hold(at: now) { return .wait(wait) }
        let (free, next) = free(at: now)
        let places = min(wanted, free - waiting)
        guard places > 0 else { return .wait(next.map { max(now.duration(to: $0), Self.shortWait) } ?? Self.shortWait) }
        reserved += places
        return .places(places)
    }

    /// Gives places back that were not used.
    mutating func giveBack(_ places: Int) { reserved = max(0, reserved - places) }

    /// Lets a call leave now, or says how long it has to wait before it asks again.
    ///
    /// - Parameters:
    ///   - now: The moment.
    ///   - hasPlace: Whether a place was taken for it.
    /// - Returns: `nil` where it leaves now.
    mutating func depart(at now: Instant, hasPlace: Bool) -> Duration? {
        if let wait = hold(at: now) { return wait }
        if hasPlace {
            giveBack(1)
        } else {
            let (free, next) = free(at: now)
            guard free > 0 else { return next.map { max(now.duration(to: $0), Self.shortWait) } ?? Self.shortWait }
        }
        note(now)
        return nil
    }

    /// Begins or ends a call's wait without a place.
    mutating func wait(_ isWaiting: Bool) { waiting = max(0, waiting + (isWaiting ? 1 : -1)) }

    /// Lets nothing leave for a while; a shorter hold does not end a longer one.
    mutating func hold(for time: Duration, at now: Instant) {
        guard time > .zero else { return }
        heldUntil = max(heldUntil ?? now, now + time)
    }

    private mutating func hold(at now: Instant) -> Duration? {
        guard let until = heldUntil else { return nil }
        if now < until { return now.duration(to: until) }
        heldUntil = nil
        return nil
    }

    /// How many calls could leave now, and when the next place comes free where there is none.
    private func free(at now: Instant) -> (places: Int, next: Instant?) {
        var places = Int.max
        var next: Instant?
        for limit in limits {
            let first = firstWithin(limit.window, of: now)
            let left = limit.calls - (departures.count - first) - reserved
            if left < 1, first < departures.count {
                next = max(next ?? now, departure(first) + limit.window)
            }
            places = min(places, left)
        }
        return (places, next)
    }

    /// The number of the first departure that still counts, from the oldest one; found by halving.
    private func firstWithin(_ window: Duration, of now: Instant) -> Int {
        var low = 0
        var high = departures.count
        while low < high {
            let middle = (low + high) / 2
            if departure(middle) + window <= now { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func departure(_ number: Int) -> Instant { departures[(oldest + number) % departures.count] }

    private mutating func note(_ now: Instant) {
        guard capacity > 0 else { return }
        // Two callers may have read the clock in the other order than they came here.
        let time = departures.isEmpty ? now : max(now, departure(departures.count - 1))
        if departures.count < capacity {
            departures.append(time)
        } else {
            departures[oldest] = time
            oldest = (oldest + 1) % capacity
        }
    }
}
