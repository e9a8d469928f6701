// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger

/// What the merchant's own backend tells is counted by; every label comes from a closed set.
struct BackendMetrics: Sendable {
    private static let outcomes = [
        "stored", "repeated", "invalid", "unreadable", "not_stored", "unauthorized", "forbidden", "no_click", "limited",
    ]

    private let counters: [AccessScope: [String: Counter]]

    init(_ registry: MetricsRegistry) {
        counters = Dictionary(
            uniqueKeysWithValues: [AccessScope.events, .leads, .clicks].map { door in
                let counters = Self.outcomes.map { outcome in
                    (
                        outcome,
                        registry.counter(
                            "tributary_backend_items_total",
                            help: "Events, leads and clicks of the merchant's own, by what became of them.",
                            labels: [("door", door.rawValue), ("outcome", outcome)]
                        )
                    )
                }
                return (door, Dictionary(uniqueKeysWithValues: counters))
            }
        )
    }

    func count(_ door: AccessScope, _ outcome: String) { counters[door]?[outcome]?.increment() }

    func count(_ receipt: ClickReceipt) {
        switch receipt.result {
        case .none, .known: count(.clicks, "no_click")
        case .recorded(_, _, let receipt): count(.clicks, receipt)
        case .invalid: count(.clicks, "invalid")
        case .notStored: count(.clicks, "not_stored")
        }
    }

    func count(_ door: AccessScope, _ receipt: RecordReceipt) {
        switch receipt.result {
        case .items(let items):
            for item in items { count(door, item.outcome) }
        case .unreadable, .tooMany: count(door, "unreadable")
        case .notStored: count(door, "not_stored")
        }
    }
}

extension RecordReceipt.Item {
    /// Whether the same was stored before.
    var isRepeat: Bool {
        if case .settled(let settlement) = result { settlement.status == .repeated } else { false }
    }

    fileprivate var outcome: String {
        switch result {
        case .settled: isRepeat ? "repeated" : "stored"
        case .invalid: "invalid"
        }
    }
}
