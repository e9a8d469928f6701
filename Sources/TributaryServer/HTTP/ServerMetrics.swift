// SPDX-License-Identifier: Apache-2.0

/// What the server counts about itself.
struct ServerMetrics: Sendable {
    /// Open connections.
    let connections: Gauge

    private let answers: [Counter]
    private let refusals: [Refusal: Counter]

    /// Registers the counters.
    init(_ registry: MetricsRegistry) {
        connections = registry.gauge("tributary_http_connections", help: "Open connections.")
        answers = (2...5).map { digit in
            registry.counter(
                "tributary_http_answers_total",
                help: "Answers of handlers, by class of status.",
                labels: [("status", "\(digit)xx")]
            )
        }
        refusals = Dictionary(
            uniqueKeysWithValues: Refusal.allCases.map { refusal in
                let counter = registry.counter(
                    "tributary_http_refusals_total",
                    help: "Requests that the server refused before any handler.",
                    labels: [("reason", refusal.rawValue)]
                )
                return (refusal, counter)
            }
        )
    }

    /// Counts a handler's answer.
    func count(status: Int) { answers[min(max(status / 100, 2), 5) - 2].increment() }

    /// Counts a refusal.
    func count(_ refusal: Refusal) { refusals[refusal]?.increment() }
}
