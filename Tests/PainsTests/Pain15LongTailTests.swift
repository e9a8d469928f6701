// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryJSON
import TributaryLedger
import TributaryMapping
import TributaryModel
import TributaryServer
import TributarySigning
import TributaryTesting

@testable import TributaryCommand
@testable import TributaryCommandTests

/// Testing, environments, privacy and the long tail after payout.
@Suite(.timeLimit(.minutes(2))) struct Pain15LongTailTests {
    @Test func `a test event reaches no live program, and a program for tests gets nothing else`() async throws {
        let shop = try Installation(["affonso", "tapfiliate"], settings: ["tapfiliate": [.init("accept", "test")]])
        try await shop.stripe("checkout.session.completed", Purchase("tess", 1000).session(), live: false)
        try await shop.stripe("checkout.session.completed", Purchase("ada").session())
        try await shop.deliver()
        #expect(shop.books("affonso") == ["99.00 EUR"])
        #expect(shop.books("tapfiliate") == ["10.00 EUR"])
        try await shop.expectBalance()
    }

    @Test func `every platform has a local double, which a command serves`() throws {
        let ours: Set = ["forward", "lines", "postback"]
        for sink in BuiltIn.sinks where !ours.contains(sink.name) {
            #expect(PlatformDoubles.named(sink.name) != nil, "\(sink.name)")
        }
        for preset in ["everflow", "tune", "voluum"] { #expect(PlatformDoubles.named(preset) != nil) }
        let help = try CommandLineRun(["double", "--help"], in: Sandbox())
        #expect(help.code == 0)
    }

    @Test func `webhooks that were received are fixtures: an older mapping and a new one are compared over them`()
        async throws
    {
        let shop = try Installation(["affonso"])
        try await shop.stripe("checkout.session.completed", Purchase().session())
        let mapping = try #require(ShippedMappings.mapping("stripe"))
        let text = String(decoding: mapping, as: UTF8.self)
        try shop.folder.write("old.json", text)
        try shop.folder.write(
            "new.json",
            text.replacing(#""checkout.session.completed""#, with: #""checkout.session.done""#)
        )
        let same = try shop.run("diff", "old.json", "old.json", "--store", "t.db")
        #expect(same.code == 0, "\(same.output)\(same.complaint)")
        let other = try shop.run("diff", "old.json", "new.json", "--store", "t.db")
        #expect(other.output.contains("payment.succeeded"), "\(other.output)\(other.complaint)")
    }

    @Test func `forget erases a person here and at the platforms that can`() async throws {
        let front = DoubleFront(
            TapfiliateDouble { .now },
            seed: DoubleSeed(partners: ["sarah123"], takesAnyClick: true),
            now: { .now }
        )
        try await DoubleServer.serving(front) { url in
            let shop = try Installation(["tapfiliate"], urls: ["tapfiliate": url])
            try await shop.engine.lead(
                Lead(
                    id: "l",
                    user: "user_ada",
                    email: "ada@example.com",
                    params: [.init("tapfiliate_click_id", "tap_1")]
                )
            ).expectStored()
            try await shop.stripe("checkout.session.completed", Purchase(metadata: ["user_id": "user_ada"]).session())
            await shop.stop()
            let daemon = try Daemon(in: shop.folder, environment: Installation.environment)
            for _ in 0..<100 where front.double.bookings.isEmpty { try await Task.sleep(for: .milliseconds(50)) }
            #expect(front.double.records.text.contains("user_ada"))
            let run = try shop.run("forget", "--user", "user_ada")
            #expect(run.code == 0 && run.output.contains("tapfiliate"), "\(run.output)\(run.complaint)")
            #expect(daemon.stop() == 0)
            let overview = front.overview.text
            #expect(overview.contains("DELETE"), "\(overview)")
            let left = try String(decoding: Data(contentsOf: shop.folder.url("t.db")), as: UTF8.self)
            #expect(!left.contains("user_ada") && !left.contains("ada@example.com"))
            // The money stays in the books.
            #expect(try shop.run("deliveries").output.contains("99.00 EUR"))
        }
    }

    @Test func `raw bodies and clicks that led to nothing are dropped when their time is over`() async throws {
        let shop = try Installation(
            ["affonso"],
            others: [
                .init("retention", ["bodies": "30d"]), .init("attribution", ["click_lifetime": "10d"]),
                .init("capture", ["cookie": ["secret": "env:COOKIE"]]),
            ]
        )
        try await shop.stripe("checkout.session.completed", Purchase().session())
        let click = try await shop.engine.click(Visit(url: "https://shop.example/?ref=sarah123"))
        try await shop.pass(.seconds(29 * 86_400))
        #expect(try await shop.store.webhooks(WebhookQuery(source: "stripe")).first?.submission.body.isEmpty == false)
        try await shop.pass(.seconds(2 * 86_400))
        #expect(try await shop.store.webhooks(WebhookQuery(source: "stripe")).first?.submission.body.isEmpty == true)
        // The click is forgotten: who signs up with it now was brought by nobody.
        let id = try #require(click.click)
        try await shop.engine.lead(Lead(id: "l", user: "late", click: id.text)).expectStored()
        let lead = try #require(try await shop.records("affonso", .customerCreated).first)
        #expect(lead.event.attribution.code == nil)
    }

    @Test func `a refund after the payout comes to a person with what to do`() async throws {
        var rules = DubDouble.Rules()
        rules.paysAtOnce = true
        let shop = try Installation(["dub"], doubles: ["dub": DubDouble(rules) { .now }])
        try await shop.stripe("checkout.session.completed", Purchase().session())
        try await shop.deliver()
        try await shop.stripe("refund.created", Purchase().refund("re_1", 9900))
        for _ in 0..<5 { try await shop.pass(.seconds(1900)) }
        let refund = try #require(try await shop.records("dub", .refundSucceeded).first)
        #expect(refund.state == .ended(.needsHuman) && refund.reason?.contains("paid") == true, "\(refund)")
        let orders = "id,amount,currency\npi_ada,99.00,EUR\n"
        try shop.folder.write("orders.csv", orders)
        #expect(try shop.run("doctor", "--offline").output.contains("need a person"))
    }

    @Test func `two signing secrets hold at once while one is being rotated`() async throws {
        let shop = try Installation(
            ["affonso"],
            others: [.init("providers", ["stripe": ["secrets": ["env:STRIPE", "env:STRIPE_OLD"]]])]
        )
        for (secret, expected) in [("STRIPE", 200), ("STRIPE_OLD", 200), ("whsec_nobodys_0123456789", 400)] {
            let body: JSONValue = [
                "id": .string("evt_" + secret), "object": "event", "api_version": "2025-09-30.clover",
                "created": 1_790_000_000, "livemode": true, "type": "checkout.session.completed",
                "data": ["object": Purchase(secret).session()],
            ]
            #expect(try await shop.receive(body.encoded(), secret: secret).status == expected, "\(secret)")
        }
        try await shop.deliver()
        #expect(shop.books("affonso").count == 2)
    }

    @Test(arguments: [("gross", "119.00 EUR"), ("ex_tax", "100.00 EUR"), ("net", "95.00 EUR")])
    func `which amount counts is a policy of each sink`(_ basis: String, _ text: String) async throws {
        let shop = try Installation(["affonso"], settings: ["affonso": [.init("amount", .string(basis))]])
        let order = """
            { "id": "1", "type": "payment.succeeded", "subject": "order:1", "data": {
              "total": { "amount": "119.00", "currency": "EUR" }, "tax": { "amount": "19.00", "currency": "EUR" },
              "shipping": { "amount": "5.00", "currency": "EUR" },
              "attribution": { "params": { "affonso_referral": "ref_1" } } } }
            """
        try await shop.engine.recordEvents(Array(order.utf8), from: "backend").expectStored()
        try await shop.deliver()
        #expect(shop.books("affonso") == [text])
    }

    @Test func `mappings read every version of a payload that their provider has sent`() throws {
        // Fixtures of several versions stand beside each mapping that has known any; all must give what they promise.
        var versions = 0
        for name in ShippedMappings.names {
            let mapping = try Mapping.shipped(name)
            for report in mapping.runTests(fixtures: { ShippedMappings.file(name, $0) }) {
                #expect(report.passed, "\(name): \(report)")
                versions += 1
            }
        }
        #expect(versions > 200)
    }
}
