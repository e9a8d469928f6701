// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

extension CareWork {
    /// Deliveries of one page of the search, and of one transaction that sends them again.
    private static let searchedPage = 500
    private static let retriedAtOnce = 64

    /// The most deliveries of one call: they wait in memory until the oldest is found.
    private static let retriedMax = 20_000

    func retry(
        _ retrying: CareRequest.Retrying,
        _ emit: @Sendable (CareLine) async -> Void
    ) async throws(StoreError) -> (Bool, String) {
        let (found, isWhole) = try await find(retrying)
        var tally = RetryTally()
        for start in stride(from: 0, to: found.count, by: Self.retriedAtOnce) {
            guard !Task.isCancelled else { break }
            let part = found[start..<min(start + Self.retriedAtOnce, found.count)]
            let retries = try await store.retry(
                part.map(\.number),
                isDryRun: retrying.isDryRun,
                at: now(),
                under: engine.policy
            )
            for (target, retry) in zip(part, retries) {
                tally.add(retry)
                await emit(.row(Self.row(target, retry, isDryRun: retrying.isDryRun)))
            }
            wake(Set(retries.flatMap(\.wakes)))
            await emit(.progress(done: start + part.count, whole: found.count))
        }
        if !retrying.isDryRun, tally.again > 0 {
            log(.notice, "Sent deliveries again", ["deliveries": tally.again, "left": tally.refused])
        }
        var text = tally.text(isDryRun: retrying.isDryRun)
        if !isWhole { text += "; there are more than \(Self.retriedMax): repeat this" }
        return (tally.refused == 0 && isWhole, text)
    }

    /// A delivery that may be sent again.
    private struct Target {
        var number: Int64
        var record: DeliveryRecord?

        var isCorrection: Bool { record?.event.kind.movement == .correction }
    }

    /// - Returns: sales before what corrects them, the oldest first; and whether that is all.
    private func find(_ retrying: CareRequest.Retrying) async throws(StoreError) -> ([Target], isWhole: Bool) {
        var found: [Target] = []
        var isWhole = true
        if retrying.deliveries.isEmpty {
            var query = DeliveryQuery(
                sink: retrying.sink,
                webhook: retrying.webhook,
                ends: retrying.ends,
                limit: Self.searchedPage
            )
            while found.count < Self.retriedMax, !Task.isCancelled {
                let page = try await store.deliveries(query)
                found += page.map { Target(number: $0.id, record: $0) }
                guard let last = page.last, page.count == Self.searchedPage, retrying.webhook == nil else { break }
                query.before = last.id
                isWhole = found.count < Self.retriedMax
            }
        } else {
            for number in retrying.deliveries.prefix(Self.retriedMax) {
                let record = try await store.deliveries(DeliveryQuery(number: number, limit: 1)).first
                found.append(Target(number: number, record: record))
            }
        }
        found.sort { ($0.isCorrection ? 1 : 0, $0.number) < ($1.isCorrection ? 1 : 0, $1.number) }
        return (found, isWhole)
    }

    private static func row(_ target: Target, _ retry: Retry, isDryRun: Bool) -> JSONValue {
        let (result, why): (String, String) =
            switch retry.result {
            case .again(let corrections):
                (
                    isDryRun ? "would be sent again" : "sent again",
                    corrections == 0 ? "" : "with \(corrections) of its corrections"
                )
            case .underWay: ("under way", "it has not ended")
            case .refused(let reason): ("left as it is", reason)
            }
        var was = ""
        if case .ended(let end)? = target.record?.state { was = end.rawValue }
        return .object([
            .init("delivery", .integer(target.number)), .init("sink", .string(target.record?.sink ?? "")),
            .init("event", .string(target.record?.event.kind.rawValue ?? "")),
            .init("amount", .string(target.record?.event.total?.description ?? "")),
            .init("key", .string(target.record?.event.key.description ?? "")), .init("was", .string(was)),
            .init("because", .string(target.record?.reason ?? "")), .init("result", .string(result)),
            .init("why", .string(why)),
        ])
    }
}

/// How much was sent again.
private struct RetryTally {
    var seen = 0
    var again = 0
    var refused = 0

    mutating func add(_ retry: Retry) {
        seen += 1
        switch retry.result {
        case .again(let corrections): again += 1 + corrections
        case .underWay: break
        case .refused: refused += 1
        }
    }

    func text(isDryRun: Bool) -> String {
        guard seen > 0 else { return "no such deliveries" }
        var text = "\(seen) deliveries looked at, \(again) \(isDryRun ? "would be sent" : "sent") again"
        if refused > 0 { text += "; \(refused) left as they are" }
        return text
    }
}
