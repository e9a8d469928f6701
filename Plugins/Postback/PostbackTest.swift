// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryJSON
import TributaryMapping
import TributaryModel

/// A test of a description: an event and an answer, and what shall come of them.
struct PostbackTest: Sendable {
    let name: String
    let delivery: Delivery
    let settings: [String: String]
    /// What the look-up is answered with.
    let lookUp: Exchange.Result?
    let answer: Exchange.Result?
    let expected: JSONValue
}

extension PostbackReader {
    func tests(_ node: JSONNode, sample: [String: String]) -> [PostbackTest] {
        (language.list(node, "\"tests\"") ?? []).compactMap { test($0, sample: sample) }
    }

    private func test(_ node: JSONNode, sample: [String: String]) -> PostbackTest? {
        let what = "a test"
        guard
            let members = language.members(
                node,
                of: what,
                allowed: ["name", "settings", "delivery", "look_up", "answer", "expect"]
            )
        else { return nil }
        let name = language.require("name", in: members, of: node, what).flatMap { language.text($0, "\"name\"") }
        let own = members["settings"].map { texts($0, "\"settings\"") } ?? [:]
        let delivery = language.require("delivery", in: members, of: node, what).flatMap { self.delivery($0) }
        let lookUp = members["look_up"].flatMap { self.answer($0) }
        let answer = members["answer"].flatMap { self.answer($0) }
        let expected = language.require("expect", in: members, of: node, what)
        if let expected {
            _ = language.members(expected, of: "\"expect\"", allowed: PostbackFile.expectationKeys)
            for name in ["look_up", "request"] {
                guard let request = language.document.member(expected, JSONKey(name)) else { continue }
                let keys = ["method", "url", "headers", "signed", "form", "json"]
                _ = language.members(request, of: "\"\(name)\"", allowed: keys)
            }
        }
        guard let name, let delivery, let expected else { return nil }
        return PostbackTest(
            name: name,
            delivery: delivery,
            settings: sample.merging(own) { $1 },
            lookUp: lookUp,
            answer: answer,
            expected: language.document.value(expected)
        )
    }

    private func answer(_ node: JSONNode) -> Exchange.Result? {
        let keys = ["status", "headers", "text", "json", "lost"]
        guard let members = language.members(node, of: "\"answer\"", allowed: keys) else { return nil }
        if let lost = members["lost"] {
            let mayHaveArrived = language.bool(lost, "\"lost\"") ?? true
            return .failure(CallFailure(code: "timeoutTotal", mayHaveArrived: mayHaveArrived))
        }
        let status = language.require("status", in: members, of: node, "an answer")
            .flatMap { language.integer($0, "\"status\"") }
        let fields = members["headers"].map { texts($0, "\"headers\"") } ?? [:]
        let headers = HeaderFields(fields.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) })
        let json = members["json"].map { language.document.value($0) }
        let text = members["text"].flatMap { language.document.string($0) } ?? ""
        guard let status else { return nil }
        return .answer(Answer(status: status, headers: headers, body: json?.encoded() ?? Array(text.utf8), json: json))
    }

    // MARK: Deliveries

    private func delivery(_ node: JSONNode) -> Delivery? {
        let keys = ["event", "key", "attempt", "waits", "may_have_arrived", "first_payment", "click", "sale"]
        guard let members = language.members(node, of: "\"delivery\"", allowed: keys) else { return nil }
        let event = language.require("event", in: members, of: node, "a delivery").flatMap { self.event($0) }
        let key = members["key"].flatMap { language.text($0, "\"key\"") }
        let sale = members["sale"].flatMap { self.sale($0) }
        guard let event, sale != nil || members["sale"] == nil else { return nil }
        return Delivery(
            id: 1,
            event: event,
            idempotencyKey: key ?? "\(event.source):\(event.key)",
            attempt: members["attempt"].flatMap { language.integer($0, "\"attempt\"") } ?? 1,
            waits: members["waits"].flatMap { language.integer($0, "\"waits\"") } ?? 0,
            mayHaveArrivedBefore: members["may_have_arrived"].flatMap { language.bool($0, "it") } ?? false,
            sale: sale,
            isFirstPayment: members["first_payment"].flatMap { language.bool($0, "it") } ?? false,
            clickReceipt: members["click"].map { receipt($0) }
        )
    }

    private func receipt(_ node: JSONNode) -> Receipt {
        Receipt(texts(node, "a receipt").sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
    }

    private func sale(_ node: JSONNode) -> CorrectedSale? {
        let keys = ["event", "key", "receipt", "before", "after", "corrections"]
        let what = "the sale of a delivery"
        guard let members = language.members(node, of: what, allowed: keys) else { return nil }
        let event = language.require("event", in: members, of: node, what).flatMap { self.event($0) }
        guard let event, let total = event.total else {
            if event != nil { language.report(.missingTarget, "the sale states no \"total\"", at: node) }
            return nil
        }
        func money(_ name: String, default fallback: Int64) -> Money? {
            guard let node = members[name] else { return Money(minor: fallback, total.currency) }
            guard let text = language.text(node, "\"\(name)\"") else { return nil }
            let money = try? Money(decimal: text, shiftedBy: Int(total.currency.exponent), total.currency)
            if money == nil { language.report(.wrongValue, "\"\(text)\" is no amount, such as \"30.00\"", at: node) }
            return money
        }
        guard let before = money("before", default: 0), let after = money("after", default: total.minor) else {
            return nil
        }
        return CorrectedSale(
            event: event,
            idempotencyKey: members["key"].flatMap { language.text($0, "\"key\"") } ?? "\(event.source):\(event.key)",
            receipt: members["receipt"].map { receipt($0) } ?? Receipt(),
            end: .delivered,
            correctedBefore: before,
            correctedAfter: after,
            correctionsBefore: members["corrections"].flatMap { language.integer($0, "\"corrections\"") } ?? 0
        )
    }

    /// An event as CloudEvents JSON, where what says nothing may be left out.
    private func event(_ node: JSONNode) -> Event? {
        let allowed = ["specversion", "id", "type", "source", "subject", "time", "datacontenttype", "data"]
        guard language.members(node, of: "an event", allowed: allowed) != nil else { return nil }
        let given = language.document.value(node)
        var data = given["data"]?.members ?? []
        if !data.contains(where: { $0.name == "provider" }) {
            data.append(.init("provider", ["name": "stripe", "event": "evt_1", "type": "test"]))
        }
        let usual: [JSONValue.Member] = [
            .init("specversion", "1.0"), .init("id", "evt_1"), .init("type", "payment.succeeded"),
            .init("source", "shop"), .init("subject", "invoice:in_1"), .init("time", "2026-01-01T00:00:00Z"),
            .init("datacontenttype", "application/json"),
        ]
        let whole = usual.map { JSONValue.Member($0.name, given[$0.name] ?? $0.value) } + [.init("data", .object(data))]
        do {
            return try Event(cloudEvent: .object(whole))
        } catch {
            language.report(.wrongValue, "this is no event: \(error)", at: node)
            return nil
        }
    }
}
