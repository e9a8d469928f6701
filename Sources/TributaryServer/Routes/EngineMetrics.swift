// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger

/// What the engine's work is counted by; every label comes from a closed set.
struct EngineMetrics: Sendable {
    private struct Provider: Sendable {
        let outcomes: [JournalOutcome.Kind: Counter]
        let repeated: Counter
        let siblings: Counter
        let refused: Counter
        let unreadable: Counter
        let notJudged: Counter
        let notStored: Counter
        let duration: Histogram
    }

    private struct Sink: Sendable {
        let accepted: Gauge
        let filtered: Gauge
        let delivered: Gauge
        let endedOtherwise: Gauge
        let pending: Gauge
        let imbalance: Gauge
    }

    private let providers: [String: Provider]
    private let sinks: [String: Sink]
    private let unknown: Counter

    init(_ registry: MetricsRegistry, providers: [String], sinks: [String]) {
        func counter(_ provider: String, _ outcome: String) -> Counter {
            registry.counter(
                "tributary_webhooks_total",
                help: "Webhooks by provider instance and by what became of them.",
                labels: [("provider", provider), ("outcome", outcome)]
            )
        }
        self.providers = Dictionary(
            uniqueKeysWithValues: providers.map { name in
                let outcomes = JournalOutcome.Kind.allCases.map { ($0, counter(name, $0.rawValue)) }
                let provider = Provider(
                    outcomes: Dictionary(uniqueKeysWithValues: outcomes),
                    repeated: counter(name, "repeated"),
                    siblings: registry.counter(
                        "tributary_sibling_events_total",
                        help: "Events that told the same money as one entered before.",
                        labels: [("provider", name)]
                    ),
                    refused: counter(name, "refused"),
                    unreadable: counter(name, "unreadable"),
                    notJudged: counter(name, "not_judged"),
                    notStored: counter(name, "not_stored"),
                    duration: registry.histogram(
                        "tributary_receive_seconds",
                        help: "Time from a complete request to its commit.",
                        labels: [("provider", name)],
                        durations: Histogram.requestDurations
                    )
                )
                return (name, provider)
            }
        )
        unknown = counter("", "unknown_provider")
        func gauge(_ sink: String, _ part: String) -> Gauge {
            registry.gauge(
                "tributary_events",
                help: "Events by sink and by where they are; accepted is the sum of the others.",
                labels: [("sink", sink), ("part", part)]
            )
        }
        self.sinks = Dictionary(
            uniqueKeysWithValues: sinks.map { name in
                let sink = Sink(
                    accepted: gauge(name, "accepted"),
                    filtered: gauge(name, "filtered"),
                    delivered: gauge(name, "delivered"),
                    endedOtherwise: gauge(name, "ended_otherwise"),
                    pending: gauge(name, "pending"),
                    imbalance: registry.gauge(
                        "tributary_imbalance",
                        help: "Accepted less everything accounted for; anything but 0 is a loss or an invention.",
                        labels: [("sink", name)]
                    )
                )
                return (name, sink)
            }
        )
    }

    func count(_ receipt: WebhookReceipt, provider name: String, took duration: Duration) {
        guard let provider = providers[name] else {
            unknown.increment()
            return
        }
        provider.duration.observe(duration)
        switch receipt.result {
        case .settled(let settlements):
            for (settlement, outcome) in zip(settlements, receipt.outcomes) {
                switch settlement.status {
                case .stored: provider.outcomes[outcome.kind]?.increment()
                case .repeated: provider.repeated.increment()
                }
                let siblings = settlement.dispositions.count { if case .sibling = $0 { true } else { false } }
                if siblings > 0 { provider.siblings.increment(by: UInt64(siblings)) }
            }
        case .unknownProvider: unknown.increment()
        case .refused: provider.refused.increment()
        case .unreadable: provider.unreadable.increment()
        case .unavailable: provider.notJudged.increment()
        case .notStored: provider.notStored.increment()
        }
    }

    func show(_ balances: [SinkBalance]) {
        for balance in balances {
            guard let sink = sinks[balance.sink] else { continue }
            sink.accepted.set(balance.accepted)
            sink.filtered.set(balance.filtered)
            sink.delivered.set(balance.delivered)
            sink.endedOtherwise.set(balance.endedOtherwise)
            sink.pending.set(balance.pending)
            sink.imbalance.set(balance.imbalance)
        }
    }
}
