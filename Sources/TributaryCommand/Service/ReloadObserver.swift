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
    private let log: Log

    /// The most reasons that one line of the log names.
    private static let reasonsMax = 20

    init(_ registry: MetricsRegistry, mappings: [String], log: Log) {
        self.log = log
        meters = Dictionary(
            uniqueKeysWithValues: mappings.map { name in
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
        let reasons = if case .refused(let reasons) = reload.verdict { reasons } else { [MappingReload.Reason]() }
        meters?.isRefused.set(reasons.isEmpty ? 0 : 1)
        refused.withLock { refused in
            refused[reload.mapping] = reasons.first.map { "mapping \(reload.mapping) is refused: \($0)" }
        }
    }
}
