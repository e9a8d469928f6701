// SPDX-License-Identifier: Apache-2.0

/// Everything that was seen so far, and what of it has to be written.
///
/// A value without store, log or clock.
struct DriftBook: Sendable {
    /// Different things of one kind that are kept for each source; those beyond are counted together.
    static func most(of kind: Observation.Kind) -> Int {
        switch kind {
        case .type, .value: 200
        case .version: 50
        case .field: 2_000
        case .reloadTaken, .reloadRefused, .forgotten: 1
        }
    }

    private struct Shelf: Hashable {
        let kind: Observation.Kind
        let source: String
    }

    private var known: Set<Observation.Key> = []
    private var counts: [Shelf: Int] = [:]

    /// What was seen since it was last written, to be added to what is stored.
    private(set) var unwritten: [Observation.Key: Observation] = [:]

    /// Whether something is unwritten that is not stored at all.
    private(set) var hasNew = false

    /// Begins with what is stored.
    init(_ stored: [Observation]) {
        for observation in stored { _ = learn(observation.key) }
    }

    /// Whether it was seen before.
    func knows(_ key: Observation.Key) -> Bool { known.contains(key) }

    /// Enters what was seen.
    ///
    /// - Returns: whether it is new, and one of those that are kept one by one.
    mutating func enter(_ observation: Observation) -> Bool {
        var observation = observation
        let isKnown = knows(observation.key)
        let isNew = !isKnown && learn(observation.key)
        if !isKnown, !isNew {
            observation.key = observation.key.others
            observation.sample = ""
            known.insert(observation.key)
        }
        hasNew = hasNew || isNew
        if unwritten[observation.key] == nil {
            unwritten[observation.key] = observation
        } else {
            unwritten[observation.key]?.add(observation)
        }
        return isNew
    }

    /// Keeps a key, where there is room.
    private mutating func learn(_ key: Observation.Key) -> Bool {
        if key.text == Observation.Key.othersText {
            known.insert(key)
            return false
        }
        let shelf = Shelf(kind: key.kind, source: key.source)
        guard counts[shelf, default: 0] < Self.most(of: key.kind), known.insert(key).inserted else { return false }
        counts[shelf, default: 0] += 1
        return true
    }

    /// Takes some of what is to be written.
    mutating func takeUnwritten(_ limit: Int) -> [Observation] {
        let keys = Array(unwritten.keys.prefix(limit))
        let taken = keys.compactMap { unwritten.removeValue(forKey: $0) }
        if unwritten.isEmpty { hasNew = false }
        return taken
    }

    /// Puts back what could not be written.
    mutating func putBack(_ observations: [Observation]) {
        for observation in observations {
            if unwritten[observation.key] == nil {
                unwritten[observation.key] = observation
            } else {
                unwritten[observation.key]?.add(observation)
            }
        }
        hasNew = hasNew || !observations.isEmpty
    }
}
