// SPDX-License-Identifier: Apache-2.0

public import Tributary

/// What drift is counted by; every label comes from a closed set.
public struct DriftMetrics: Sendable {
    private struct Pair: Sendable {
        let seen: Counter
        let new: Counter
    }

    private let pairs: [String: [Observation.Kind: Pair]]
    private let dropped: Counter

    /// Registers the counters of the given provider instances.
    public init(_ registry: MetricsRegistry, providers: [String]) {
        pairs = Dictionary(
            uniqueKeysWithValues: providers.map { name in
                let pairs = Observation.Kind.drift.map { kind in
                    let labels = [("provider", name), ("kind", kind.rawValue)]
                    let seen = registry.counter(
                        "tributary_drift_total",
                        help: "Sightings of types, values, fields and API versions that the mapping does not know.",
                        labels: labels
                    )
                    let new = registry.counter(
                        "tributary_drift_new_total",
                        help: "Those of them that had never been seen before.",
                        labels: labels
                    )
                    return (kind, Pair(seen: seen, new: new))
                }
                return (name, Dictionary(uniqueKeysWithValues: pairs))
            }
        )
        dropped = registry.counter(
            "tributary_drift_dropped_total",
            help: "Sightings that there was no room for; webhooks themselves are never dropped."
        )
    }

    /// Counts a sighting.
    public func count(_ sighting: DriftRecorder.Sighting) {
        guard let pair = pairs[sighting.key.source]?[sighting.key.kind], sighting.count > 0 else { return }
        pair.seen.increment(by: UInt64(sighting.count))
        if sighting.isNew { pair.new.increment() }
    }

    /// Counts what there was no room for.
    public func count(dropped count: Int) { dropped.increment(by: UInt64(max(0, count))) }
}
