// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// What deliveries are counted by.
public struct DispatchMetrics: Sendable {
    private struct Sink: Sendable {
        let ends: [DeliveryEnd: Counter]
        let retries: Counter
        let returned: Counter
        let duration: Histogram
    }

    private let sinks: [String: Sink]

    /// Registers the counters of the given sinks.
    public init(_ registry: MetricsRegistry, sinks: [String]) {
        self.sinks = Dictionary(
            uniqueKeysWithValues: sinks.map { name in
                func counter(_ result: String) -> Counter {
                    registry.counter(
                        "tributary_attempts_total",
                        help: "Attempts by sink and by what came of them.",
                        labels: [("sink", name), ("result", result)]
                    )
                }
                let sink = Sink(
                    ends: Dictionary(uniqueKeysWithValues: DeliveryEnd.allCases.map { ($0, counter($0.rawValue)) }),
                    retries: counter("retry"),
                    returned: counter("returned"),
                    duration: registry.histogram(
                        "tributary_attempt_seconds",
                        help: "Time of an attempt, from its lease to the commit of its result.",
                        labels: [("sink", name)],
                        durations: Histogram.requestDurations
                    )
                )
                return (name, sink)
            }
        )
    }

    /// Counts one attempt.
    public func count(sink name: String, next: AttemptResult.Next, took duration: Duration) {
        guard let sink = sinks[name] else { return }
        sink.duration.observe(duration)
        switch next {
        case .end(let end): sink.ends[end.end]?.increment()
        case .retry: sink.retries.increment()
        case .returned: sink.returned.increment()
        }
    }
}
