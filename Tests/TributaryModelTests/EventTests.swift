// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel

@Suite struct EventTests {
    private static func euro(_ minor: Int64) -> Money? { Currency("EUR").map { Money(minor: minor, $0) } }

    /// An event in which everything is known.
    private static func full(_ kind: EventKind) -> Event {
        var event = Event(
            id: "evt_1#2",
            source: "shop-eu",
            kind: kind,
            key: Reference("invoice", "in_1:with:colons"),
            time: Timestamp(unixMilliseconds: 1_790_000_000_250),
            provider: ProviderFacts(name: "stripe", event: "evt_1", type: "invoice.paid", api: "2025-09-30.clover")
        )
        event.aliases = [Reference("charge", "ch_1"), Reference("payment_intent", "pi_1")]
        event.live = false
        event.phase = .trialConversion
        event.milestone = "first \"project\"\n"
        event.customer = Customer(user: "u 1", ref: "cus_1", email: "ada@example.com")
        event.attribution = Attribution(
            click: "clk",
            referral: "ref",
            code: "sarah",
            coupon: "SARAH10",
            params: [.init("b", "2"), .init("a", "")]
        )
        for (index, field) in Event.AmountField.allCases.enumerated() { event[field] = euro(Int64(index) - 3) }
        for field in Event.ReferenceField.allCases { event[field] = "id_of_\(field.rawValue)" }
        event.subscription = Subscription(
            ref: "sub_1",
            interval: .month,
            intervalCount: 3,
            trialEnd: Timestamp(unixSeconds: 1_800_000_000)
        )
        event.lines = [
            Line(product: "p", price: "pr", name: "Pro ünïcode 🚀", quantity: 2, total: euro(-500)), Line(),
        ]
        event.raw = [.init("number", "X-1")]
        return event
    }

    @Test(arguments: EventKind.allCases)
    func `an event survives its CloudEvents form without loss`(kind: EventKind) throws {
        let event = Self.full(kind)
        #expect(try Event(cloudEvent: event.cloudEvent) == event)
    }

    @Test func `what is not known is left out and stays unknown`() throws {
        let event = Event(
            id: "e",
            source: "s",
            kind: .endpointTest,
            key: Reference("ping", "1"),
            time: Timestamp(unixSeconds: 0),
            provider: ProviderFacts(name: "acme", event: "e", type: "ping")
        )
        let data = try #require(event.cloudEvent["data"]?.members)
        #expect(data.map(\.name) == ["provider"])
        #expect(try Event(cloudEvent: event.cloudEvent) == event)
    }

    private static let brokenEnvelopes: [(String, JSONValue, String)] = [
        ("specversion", "0.3", "/specversion"), ("type", "sale", "/type"),
        ("subject", "no key", "/subject"), ("time", "yesterday", "/time"), ("data", [], "/data"),
        ("id", 1, "/id"), ("extension", "x", "/extension"),
    ]

    @Test(arguments: brokenEnvelopes)
    func `what is no event is refused with its place`(member: String, value: JSONValue, place: String) throws {
        var members = try #require(Self.full(.paymentSucceeded).cloudEvent.members)
        members.removeAll { $0.name == member }
        members.append(.init(member, value))
        let error = #expect(throws: EventFormatError.self) { try Event(cloudEvent: .object(members)) }
        #expect(error?.place == place)
    }

    private static let brokenData: [(String, JSONValue, String)] = [
        ("total", ["amount": "1.005", "currency": "EUR"], "/data/total/amount"),
        ("total", ["amount": 100, "currency": "EUR"], "/data/total/amount"),
        ("total", ["amount": "1.00", "currency": "EURO"], "/data/total/currency"),
        ("phase", "second", "/data/phase"), ("live", "yes", "/data/live"), ("aliases", ["x"], "/data/aliases/0"),
        ("customer", ["phone": "1"], "/data/customer/phone"), ("invoice", ["ref": 7], "/data/invoice/ref"),
        ("subscription", ["interval": "fortnight"], "/data/subscription/interval"),
        ("lines", [["quantity": "2"]], "/data/lines/0/quantity"), ("colour", "red", "/data/colour"),
    ]

    @Test(arguments: brokenData)
    func `what is wrong inside is refused with its place`(member: String, value: JSONValue, place: String) throws {
        var envelope = try #require(Self.full(.paymentSucceeded).cloudEvent.members)
        let index = try #require(envelope.firstIndex { $0.name == "data" })
        var data = try #require(envelope[index].value.members)
        data.removeAll { $0.name == member }
        data.append(.init(member, value))
        envelope[index].value = .object(data)
        let error = #expect(throws: EventFormatError.self) { try Event(cloudEvent: .object(envelope)) }
        #expect(error?.place == place)
    }
}
