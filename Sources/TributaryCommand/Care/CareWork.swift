// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

/// Work on the whole store, done in the process that has the store open.
///
/// That is the daemon, or the command itself where none runs; so there is always one writer.
struct CareWork: Sendable {
    let engine: Engine
    let store: any Store
    /// Makes the calls of sinks.
    let perform: @Sendable (Call) async -> Exchange.Result
    /// Tells lanes that there is something new to send.
    let wake: @Sendable (Set<String>) -> Void
    let log: Log
    var now: @Sendable () -> Timestamp = { .now }
    var pause: @Sendable (Duration) async -> Void = { duration in
        // Cancelled: the next step ends the work.
        try? await Task.sleep(for: duration)
    }

    /// Webhooks of one page: their bodies may be large.
    static let pageMax = 32

    /// Does it, and tells how it goes.
    ///
    /// - Returns: whether all went well.
    /// - Throws: ``StoreError`` where the store failed.
    @discardableResult
    func run(
        _ request: CareRequest,
        _ emit: @Sendable (CareLine) async -> Void
    ) async throws(StoreError) -> Bool {
        let (isFine, text) =
            switch request {
            case .replay(let replaying): try await replay(replaying, emit)
            case .forget(let forgetting): try await forget(forgetting, emit)
            case .retry(let retrying): try await retry(retrying, emit)
            }
        await emit(.end(isFine: isFine, text: text))
        return isFine
    }

    /// The number of the newest webhook, by which progress is measured.
    func newest() async throws(StoreError) -> Int64 {
        try await store.webhooks(WebhookQuery(limit: 1)).first?.number ?? 0
    }

    // MARK: Replay

    private func replay(
        _ replaying: CareRequest.Replaying,
        _ emit: @Sendable (CareLine) async -> Void
    ) async throws(StoreError) -> (Bool, String) {
        var tally = ReplayTally()
        var last: Int64 = 0
        let whole = try await newest()
        while !Task.isCancelled {
            let page = try await store.journal(replaying.query(after: last, limit: Self.pageMax))
            guard let end = page.last else { break }
            for record in page {
                let result = try await engine.replay(record, isDryRun: replaying.isDryRun)
                tally.add(result)
                for row in Self.rows(record, result) { await emit(.row(row)) }
                if case .mapped(let parts) = result { wake(Set(parts.flatMap(\.wakes))) }
            }
            last = end.number
            await emit(.progress(done: Int(last), whole: Int(max(whole, last))))
            // What came after the work began was mapped by the present mapping anyway.
            if last >= whole { break }
        }
        if !replaying.isDryRun, tally.changed > 0 {
            log(
                .notice,
                "Replayed webhooks",
                ["webhooks": tally.seen, "changed": tally.changed, "events": tally.events]
            )
        }
        return (tally.conflicts == 0 && tally.unreadable == 0, tally.text(isDryRun: replaying.isDryRun))
    }

    /// What changed of a webhook, one row for each of its parts that did.
    private static func rows(_ record: WebhookRecord, _ result: ReplayResult) -> [JSONValue] {
        func row(_ number: Int64?, _ before: String, _ after: String, _ what: [String]) -> JSONValue {
            .object([
                .init("webhook", number.map { .integer($0) } ?? .null),
                .init("provider", .string(record.submission.source)), .init("type", .string(record.submission.type)),
                .init("before", .string(before)), .init("after", .string(after)),
                .init("what", .array(what.map { .string($0) })),
            ])
        }
        let before = record.submission.outcome.kind.rawValue
        switch result {
        case .noBody: return []
        case .noProvider(let name):
            return [row(record.number, before, before, ["the provider \(name) is not configured any more"])]
        case .unreadable(let reason): return [row(record.number, before, "unreadable", [reason])]
        case .mapped(let parts):
            return parts.filter { $0.plan.isChange }.map { part in
                var what: [String] = []
                for (index, event) in part.plan.fresh.enumerated() {
                    let amount = event.total.map { " \($0)" } ?? ""
                    var text = "+ \(event.kind.rawValue) \(event.key)\(amount)"
                    if part.dispositions.indices.contains(index), case .sibling(let key) = part.dispositions[index] {
                        text += " (known as \(key), not counted again)"
                    }
                    what.append(text)
                }
                what += part.plan.conflicts.map { event in
                    "! \(event.kind.rawValue) \(event.key): counted under another key before; not entered"
                }
                what += part.plan.gone.map { "- \($0.kind.rawValue) \($0.key): stays as it was told" }
                return row(
                    part.number,
                    part.plan.before?.kind.rawValue ?? "new",
                    part.plan.after.kind.rawValue,
                    what
                )
            }
        }
    }
}

/// How much a replay did.
private struct ReplayTally {
    var seen = 0
    var changed = 0
    var events = 0
    var conflicts = 0
    var unreadable = 0
    var bodiless = 0

    mutating func add(_ result: ReplayResult) {
        seen += 1
        switch result {
        case .noBody: bodiless += 1
        case .noProvider, .unreadable: unreadable += 1
        case .mapped(let parts):
            changed += parts.contains { $0.plan.isChange } ? 1 : 0
            events += parts.reduce(0) { $0 + $1.plan.fresh.count }
            conflicts += parts.reduce(0) { $0 + $1.plan.conflicts.count }
        }
    }

    func text(isDryRun: Bool) -> String {
        var text = "\(seen) webhooks looked at, \(changed) \(isDryRun ? "would change" : "changed"), "
        text += "\(events) events \(isDryRun ? "would be entered" : "entered")"
        if conflicts > 0 { text += "; \(conflicts) were counted under another key before and are left as they were" }
        if unreadable > 0 { text += "; \(unreadable) cannot be read by the present mapping" }
        if bodiless > 0 { text += "; \(bodiless) have no body of their own any more" }
        return text
    }
}
