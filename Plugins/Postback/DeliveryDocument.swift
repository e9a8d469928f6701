// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryJSON
import TributaryModel

/// What selectors of a description see: `@` is the event, or the answer, and `$` everything.
struct DeliveryDocument {
    let json: JSONDocument
    /// The event.
    let event: JSONNode
    /// The answer; the event where there is none yet.
    let answer: JSONNode

    /// The members of `$`.
    static let names = [
        "event", "key", "amount", "time", "ids", "first_payment", "click", "sale", "settings", "given", "found",
        "attempt", "may_have_arrived", "answer",
    ]

    /// Longest text of an answer that conditions see.
    private static let textBytesMax = 65_536

    /// `nil` where the answer's JSON nests too deep to be looked at.
    init?(
        _ delivery: Delivery,
        _ settings: SettingValues,
        _ parameters: [String: Identifier],
        found: JSONValue? = nil,
        answer: Answer? = nil
    ) {
        var members = Self.members(of: delivery, settings, parameters)
        if let found { members.append(.init("found", found)) }
        if let answer {
            // Only after a call: a request that changed from attempt to attempt could not be known again.
            members.append(.init("attempt", .integer(delivery.attempt)))
            members.append(.init("may_have_arrived", .bool(delivery.mayHaveArrivedBefore)))
            members.append(.init("answer", Self.json(of: answer)))
        }
        // Everything else in it was made here; only an answer can be too deep.
        guard let json = try? JSONDocument(parsing: JSONValue.object(members).encoded(), limits: .file),
            let event = json.member(json.root, JSONKey("event"))
        else { return nil }
        self.json = json
        self.event = event
        self.answer = json.member(json.root, JSONKey("answer")) ?? event
    }

    private static func members(
        of delivery: Delivery,
        _ settings: SettingValues,
        _ parameters: [String: Identifier]
    ) -> [JSONValue.Member] {
        let event = delivery.event
        var members: [JSONValue.Member] = [
            .init("event", event.cloudEvent), .init("key", .string(delivery.idempotencyKey)),
            .init(
                "time",
                ["unix": .integer(event.time.unixSeconds), "unix_ms": .integer(event.time.unixMilliseconds)]
            ),
            .init("first_payment", .bool(delivery.isFirstPayment)),
        ]
        if let amount = delivery.sale.map({ $0.difference(.gross) }) ?? event.amount(.gross) {
            members.append(.init("amount", json(of: amount)))
        }
        let found = Identifiers(of: event, parameters: parameters)
        let ids = Identifier.all.compactMap { kind in
            found[kind].map { JSONValue.Member(kind.rawValue, .string($0)) }
        }
        members.append(.init("ids", .object(ids)))
        if let click = delivery.clickReceipt { members.append(.init("click", json(of: click))) }
        if let sale = delivery.sale { members.append(.init("sale", json(of: sale))) }
        let texts = settings.texts.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
        members.append(.init("settings", .object(texts)))
        let given = Set(settings.texts.keys).union(settings.secrets.keys).sorted()
        members.append(.init("given", .object(given.map { .init($0, true) })))
        return members
    }

    private static func json(of amount: Money) -> JSONValue {
        [
            "major": .string(amount.majorText), "minor": .integer(amount.minor),
            "currency": .string(amount.currency.code), "decimals": .integer(amount.currency.exponent),
        ]
    }

    private static func json(of receipt: Receipt) -> JSONValue {
        var names: Set<String> = []
        let first = receipt.ids.filter { names.insert($0.name).inserted }
        return .object(first.map { .init($0.name, .string($0.value)) })
    }

    private static func json(of sale: CorrectedSale) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("key", .string(sale.idempotencyKey)), .init("event", sale.event.cloudEvent),
            .init("end", .string(sale.end.rawValue)), .init("receipt", json(of: sale.receipt)),
            .init("is_full", .bool(sale.isFull)), .init("corrections", .integer(sale.correctionsBefore)),
        ]
        if let amount = sale.event.amount(.gross) { members.append(.init("amount", json(of: amount))) }
        if let rest = sale.remaining(.gross) { members.append(.init("remaining", json(of: rest))) }
        return .object(members)
    }

    private static func json(of answer: Answer) -> JSONValue {
        var fields: [JSONValue.Member] = []
        for field in answer.headers.fields where !fields.contains(where: { $0.name == field.name.lowercased() }) {
            fields.append(.init(field.name.lowercased(), .string(field.value)))
        }
        var members: [JSONValue.Member] = [
            .init("status", .integer(answer.status)), .init("headers", .object(fields)),
            .init("text", .string(String(decoding: answer.body.prefix(textBytesMax), as: UTF8.self))),
        ]
        if let json = answer.json ?? parsed(answer.body) { members.append(.init("json", json)) }
        return .object(members)
    }

    /// JSON that does not say that it is; some platforms call everything a page.
    private static func parsed(_ body: [UInt8]) -> JSONValue? {
        guard let first = body.first(where: { $0 > 0x20 }), first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        else { return nil }
        // What is no JSON after all is a text, and nothing else.
        return try? JSONValue(parsing: body, limits: .webhook)
    }
}

extension Identifier {
    /// All kinds of identifiers.
    static let all: [Identifier] = [.user, .customer, .click, .referral, .code, .coupon]
}
