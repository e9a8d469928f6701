// SPDX-License-Identifier: Apache-2.0

/// Decides which call runs next: limits in total and for each origin, origins served in turn.
///
/// Without the turns, one slow platform with a long queue would hold up all others.
package struct CallQueue<ID: Hashable & Sendable>: Sendable {
    private struct Entry {
        let id: ID
        let deadline: ContinuousClock.Instant
    }

    private struct Lane {
        var running = 0
        var waiting: [Entry] = []
    }

    private let runningMax: Int
    private let runningPerOriginMax: Int
    private let waitingPerOriginMax: Int
    private var lanes: [String: Lane] = [:]
    /// Origins with waiting calls, the next one to be served first.
    private var turns: [String] = []

    /// Count of calls that run.
    package private(set) var running = 0

    /// No waiting call's deadline lies before this instant; `nil` when none waits.
    package private(set) var earliestDeadline: ContinuousClock.Instant?

    /// Creates an empty queue.
    package init(runningMax: Int, runningPerOriginMax: Int, waitingPerOriginMax: Int) {
        self.runningMax = max(1, runningMax)
        self.runningPerOriginMax = max(1, runningPerOriginMax)
        self.waitingPerOriginMax = max(1, waitingPerOriginMax)
    }

    /// Whether nothing runs and nothing waits.
    package var isEmpty: Bool { lanes.isEmpty }

    /// Queues a call.
    ///
    /// - Returns: `false` when its origin's queue is full; the call is then not in the queue.
    package mutating func add(_ id: ID, origin: String, deadline: ContinuousClock.Instant) -> Bool {
        var lane = lanes[origin] ?? Lane()
        guard lane.waiting.count < waitingPerOriginMax else { return false }
        if lane.waiting.isEmpty { turns.append(origin) }
        lane.waiting.append(Entry(id: id, deadline: deadline))
        lanes[origin] = lane
        earliestDeadline = min(earliestDeadline ?? deadline, deadline)
        return true
    }

    /// The next call that may begin; it counts as running from now on.
    package mutating func next() -> ID? {
        guard running < runningMax,
            let turn = turns.firstIndex(where: { (lanes[$0]?.running ?? 0) < runningPerOriginMax }),
            var lane = lanes[turns[turn]], !lane.waiting.isEmpty
        else { return nil }
        let origin = turns.remove(at: turn)
        let entry = lane.waiting.removeFirst()
        lane.running += 1
        running += 1
        lanes[origin] = lane
        if lane.waiting.isEmpty {
            if turns.isEmpty { earliestDeadline = nil }
        } else {
            turns.append(origin)
        }
        return entry.id
    }

    /// Records that a call, begun by ``next()``, has ended.
    package mutating func finished(origin: String) {
        guard var lane = lanes[origin], lane.running > 0 else { return }
        lane.running -= 1
        running -= 1
        store(lane, origin: origin)
    }

    /// Takes a waiting call out.
    ///
    /// - Returns: `false` when that call does not wait.
    package mutating func remove(_ id: ID, origin: String) -> Bool {
        guard var lane = lanes[origin], let index = lane.waiting.firstIndex(where: { $0.id == id }) else {
            return false
        }
        lane.waiting.remove(at: index)
        store(lane, origin: origin)
        return true
    }

    /// Takes out the calls whose deadline has passed.
    package mutating func expired(at now: ContinuousClock.Instant) -> [ID] {
        guard let earliest = earliestDeadline, earliest <= now else { return [] }
        var ids: [ID] = []
        earliestDeadline = nil
        for origin in turns {
            guard var lane = lanes[origin] else { continue }
            ids += lane.waiting.filter { $0.deadline <= now }.map(\.id)
            lane.waiting.removeAll { $0.deadline <= now }
            if let next = lane.waiting.map(\.deadline).min() { earliestDeadline = min(earliestDeadline ?? next, next) }
            lanes[origin] = lane
        }
        for origin in turns {
            guard let lane = lanes[origin], lane.waiting.isEmpty else { continue }
            store(lane, origin: origin)
        }
        return ids
    }

    private mutating func store(_ lane: Lane, origin: String) {
        if lane.waiting.isEmpty { turns.removeAll { $0 == origin } }
        if turns.isEmpty { earliestDeadline = nil }
        lanes[origin] = lane.running == 0 && lane.waiting.isEmpty ? nil : lane
    }
}
