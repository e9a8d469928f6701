// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Tributary
import TributaryLedger
import TributaryModel
import TributaryServer

/// Logs and counts what became of changed mappings, and knows which are refused.
final class ReloadObserver: Sendable {
    private struct Meters {
        let taken: Counter
        let refused: Counter
        let isRefused: Gauge
    }

    private let meters: [String: Meters]
    private let refused = Mutex<[String: String]>([:])
    private let drift: DriftSensor
    private let log: Log

    /// The most reasons that one line of the log names.
    private static let reasonsMax = 20

    /// The most bytes of reasons that are kept for `tributary doctor`.
    private static let sampleBytesMax = 4_000

    /// Registers the counters, and notes which mappings serve from the start.
    init(_ registry: MetricsRegistry, engine: Engine, drift: DriftSensor, log: Log) {
        self.log = log
        self.drift = drift
        meters = Dictionary(
            uniqueKeysWithValues: engine.mappings.map { name in
                func counter(_ result: String) -> Counter {
                    registry.counter(
                        "tributary_mapping_reloads_total",
                        help: "Changed mappings by what became of them.",
                        labels: [("mapping", name), ("result", result)]
                    )
                }
                let meters = Meters(
                    taken: counter("taken"),
                    refused: counter("refused"),
                    isRefused: registry.gauge(
                        "tributary_mapping_refused",
                        help: "1 while the mapping in the folder is refused and an older one serves.",
                        labels: [("mapping", name)]
                    )
                )
                return (name, meters)
            }
        )
        for mapping in engine.mappings {
            note(.reloadTaken, mapping, engine.serving(mapping: mapping), "")
        }
    }

    /// What `/readyz` says of mappings: a line for each that is refused.
    var remarks: [String] { refused.withLock { $0.sorted { $0.key < $1.key }.map(\.value) } }

    func observe(_ reload: MappingReload) {
        let log = log.with([
            "mapping": reload.mapping, "file": reload.file, "version": reload.serving?.version ?? "",
            "hash": reload.serving?.contentHash ?? "", "providers": reload.instances.joined(separator: " "),
        ])
        let meters = meters[reload.mapping]
        switch reload.verdict {
        case .unchanged: log(.debug, "Mapping looked at and unchanged")
        case .taken:
            meters?.taken.increment()
            log(.notice, "Mapping reloaded")
        case .refused(let reasons):
            meters?.refused.increment()
            let shown = reasons.prefix(Self.reasonsMax).map(\.description).joined(separator: " | ")
            log(
                .error,
                "Mapping refused; the one before goes on serving",
                ["problems": reasons.count, "reasons": shown]
            )
        }
        let wasRefused = refused.withLock { $0[reload.mapping] != nil }
        let reasons = if case .refused(let reasons) = reload.verdict { reasons } else { [MappingReload.Reason]() }
        meters?.isRefused.set(reasons.isEmpty ? 0 : 1)
        let kept = reasons.map(\.description).joined(separator: " | ")
        if !reasons.isEmpty {
            note(
                .reloadRefused,
                reload.mapping,
                reload.serving,
                String(decoding: kept.utf8.prefix(Self.sampleBytesMax), as: UTF8.self)
            )
        } else if wasRefused || reload.verdict == .taken {
            note(.reloadTaken, reload.mapping, reload.serving, "")
        }
        refused.withLock { refused in
            refused[reload.mapping] = reasons.first.map { "mapping \(reload.mapping) is refused: \($0)" }
        }
    }

    private func note(_ kind: Observation.Kind, _ mapping: String, _ serving: MappingStamp?, _ sample: String) {
        drift.add(
            Observation(
                Observation.Key(kind, source: mapping),
                sample: sample,
                mapping: serving?.contentHash ?? "",
                first: .now
            )
        )
    }
}
