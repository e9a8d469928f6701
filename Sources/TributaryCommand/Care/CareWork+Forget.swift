// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

extension CareWork {
    /// The most events that can honestly be one person's.
    private static let eventsMax = 20_000

    /// The most walks through the events; each that is needed has found a new id.
    private static let walksMax = 8

    /// Events of one page, and of one transaction that erases.
    private static let eventsPage = 500
    private static let erasedAtOnce = 64

    /// The most calls that one platform needs, and how often one is asked that does not answer.
    private static let callsMax = 64
    private static let triesMax = 3

    func forget(
        _ forgetting: CareRequest.Forgetting,
        _ emit: @Sendable (CareLine) async -> Void
    ) async throws(StoreError) -> (Bool, String) {
        guard let trace = try await trace(forgetting, emit) else {
            return (
                false,
                "nothing was erased: these ids lead to more than \(Self.eventsMax) events, which is not one person; "
                    + "some id is shared by many, for example a guest's. Name the person by another id, or with --provider"
            )
        }
        let webhooks = try await webhooks(naming: trace, emit)
        guard !trace.events.isEmpty || !webhooks.isEmpty else { return (true, "nothing is known of this person") }
        let told = try await deliveries(of: trace)
        if forgetting.isDryRun {
            for sink in engine.sinks where told[sink.name] != nil {
                await emit(.row(Self.row(sink.name, "would be asked", "\(told[sink.name]?.count ?? 0) deliveries")))
            }
            return (
                true,
                "would erase \(trace.events.count) events and the content of \(webhooks.count) webhooks beside theirs"
            )
        }
        var isFine = true
        var answers: [String] = []
        for sink in engine.sinks {
            guard let receipts = told[sink.name] else { continue }
            let person = ForgottenPerson(
                users: trace.users.sorted(),
                customers: trace.customers.sorted(),
                emails: trace.emails.sorted(),
                receipts: receipts
            )
            let (outcome, reason, isDone) = await ask(sink.sink, to: person)
            isFine = isFine && isDone
            answers.append("\(sink.name): \(outcome)")
            await emit(.row(Self.row(sink.name, outcome, reason)))
        }
        guard isFine || forgetting.ignoresFailures else {
            return (
                false,
                "nothing was erased here yet, because what the platforms gave us is needed to ask them again: repeat it "
                    + "when they answer, or erase here all the same with --despite-failures"
            )
        }
        let report = try await erase(trace, webhooks, emit)
        let text =
            "erased \(report.events) events, the content of \(report.webhooks) webhooks, and stopped "
            + "\(report.stopped) deliveries"
        try await note(text, answers)
        return (isFine, text)
    }

    // MARK: Finding

    /// - Returns: what belongs to the person; `nil` where that is more than one person's.
    private func trace(
        _ forgetting: CareRequest.Forgetting,
        _ emit: @Sendable (CareLine) async -> Void
    ) async throws(StoreError) -> PersonTrace? {
        var trace = PersonTrace(forgetting)
        let whole = try await newest()
        for _ in 0..<Self.walksMax {
            trace.beginWalk()
            var last: Int64 = 0
            while !Task.isCancelled {
                let page = try await store.events(after: last, limit: Self.eventsPage)
                guard let end = page.last else { break }
                for stored in page { trace.look(at: stored) }
                guard trace.events.count <= Self.eventsMax else { return nil }
                last = end.entry.number
                await emit(.progress(done: Int(last >> EventEntry.positionBits), whole: Int(whole) * 2))
            }
            if !trace.hasGrown { break }
        }
        return trace
    }

    /// Webhooks without an event of the person whose bodies name the person all the same.
    private func webhooks(
        naming trace: PersonTrace,
        _ emit: @Sendable (CareLine) async -> Void
    ) async throws(StoreError) -> [Int64] {
        let names = trace.names
        let known = Set(trace.events.map { $0 >> EventEntry.positionBits })
        var found: [Int64] = []
        var last: Int64 = 0
        let whole = try await newest()
        while !Task.isCancelled, !names.isEmpty {
            let page = try await store.journal(JournalQuery(after: last, limit: Self.pageMax))
            guard let end = page.last else { break }
            for record in page where !known.contains(record.number) {
                if PersonTrace.names(names, standIn: record.submission.body) { found.append(record.number) }
            }
            last = end.number
            await emit(.progress(done: Int(whole + last), whole: Int(whole) * 2))
        }
        return found
    }

    /// What each sink gave us for deliveries about the person; no entry for one that was told nothing.
    private func deliveries(of trace: PersonTrace) async throws(StoreError) -> [String: [Receipt]] {
        var told: [String: [Receipt]] = [:]
        for webhook in Set(trace.events.map { $0 >> EventEntry.positionBits }).sorted() {
            let records = try await store.deliveries(DeliveryQuery(webhook: webhook, limit: 10_000))
            for record in records.sorted(by: { $0.id < $1.id }) where record.attempts > 0 {
                told[record.sink, default: []].append(record.receipt)
            }
        }
        return told
    }

    // MARK: Asking platforms

    private func ask(_ sink: any Sink, to person: ForgottenPerson) async -> (String, String, Bool) {
        var reason = ""
        for attempt in 1...Self.triesMax {
            var exchanges: [Exchange] = []
            asking: while exchanges.count < Self.callsMax {
                switch sink.forget(person, after: exchanges) {
                case .call(let call): exchanges.append(Exchange(call, await perform(call)))
                case .end(let end): return (end.end.rawValue, end.reason, true)
                case .retry(let retry):
                    reason = retry.reason
                    if attempt < Self.triesMax { await pause(min(retry.after ?? .seconds(2), .seconds(30))) }
                    break asking
                }
            }
            if exchanges.count >= Self.callsMax {
                return ("failed", "it would need more than \(Self.callsMax) calls", false)
            }
        }
        return ("failed", reason, false)
    }

    // MARK: Erasing

    private func erase(
        _ trace: PersonTrace,
        _ webhooks: [Int64],
        _ emit: @Sendable (CareLine) async -> Void
    ) async throws(StoreError) -> ErasureReport {
        var report = ErasureReport()
        let events = trace.events.sorted()
        for start in stride(from: 0, to: events.count, by: Self.erasedAtOnce) {
            let part = Array(events[start..<min(start + Self.erasedAtOnce, events.count)])
            report.add(try await store.forget(.init(events: part, webhooks: []), at: now(), under: engine.policy))
        }
        for start in stride(from: 0, to: webhooks.count, by: Self.erasedAtOnce) {
            let part = Array(webhooks[start..<min(start + Self.erasedAtOnce, webhooks.count)])
            report.add(try await store.forget(.init(events: [], webhooks: part), at: now(), under: engine.policy))
        }
        wake(report.wakes)
        return report
    }

    /// The audit line: when, how much, which platforms; nothing of the person.
    private func note(_ text: String, _ answers: [String]) async throws(StoreError) {
        let number = String(UInt64.random(in: .min ... .max), radix: 16)
        let sample = ([text] + answers).joined(separator: "; ")
        log(.notice, "Erased a person", ["request": number, "result": sample])
        try await store.observe([
            Observation(.init(.forgotten, source: "", text: number), sample: sample, mapping: "", first: now())
        ])
    }

    private static func row(_ sink: String, _ outcome: String, _ reason: String) -> JSONValue {
        .object([
            .init("sink", .string(sink)), .init("outcome", .string(outcome)), .init("reason", .string(reason)),
        ])
    }
}
