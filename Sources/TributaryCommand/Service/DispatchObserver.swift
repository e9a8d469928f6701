// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryDelivery
import TributaryModel
import TributaryServer

/// Counts and logs what the dispatcher does.
struct DispatchObserver: Sendable {
    private let metrics: DispatchMetrics
    private let log: Log

    init(_ registry: MetricsRegistry, sinks: [String], log: Log) {
        metrics = DispatchMetrics(registry, sinks: sinks)
        self.log = log
    }

    func observe(_ event: DispatchEvent) {
        switch event {
        case .attempted(let attempted):
            metrics.count(sink: attempted.sink, next: attempted.next, took: attempted.duration)
            let log = log.with([
                "sink": attempted.sink, "delivery.id": attempted.delivery, "kind": attempted.kind.rawValue,
                "attempt": attempted.attempt, "status": attempted.status ?? 0, "duration.ms": attempted.duration,
            ])
            switch attempted.next {
            case .end(let end):
                let isQuiet = end.end.isStored || end.end == .notAttributed || end.end == .notApplicable
                log(isQuiet ? .info : .warning, "Delivery ended", ["end": end.end.rawValue, "reason": end.reason])
            case .retry(let time, let reason):
                log(.notice, "Delivery will be tried again", ["next": time, "reason": reason])
            case .returned: log(.debug, "Delivery returned unsent")
            }
        case .opened(let sink, let until):
            log(.warning, "Sink fails and is left alone for a while", ["sink": sink, "until": until])
        case .paused(let sink, let until):
            log(
                .error,
                "Sink takes nothing from us and is paused; its deliveries say why",
                ["sink": sink, "until": until]
            )
        case .closed(let sink): log(.info, "Sink works again", ["sink": sink])
        case .refused(let sink, let reason):
            log(.error, "Store refuses; deliveries wait", ["sink": sink, "reason": reason])
        case .fenced(let sink, let delivery):
            log(.warning, "Result came after the lease had lapsed", ["sink": sink, "delivery.id": delivery])
        }
    }
}
