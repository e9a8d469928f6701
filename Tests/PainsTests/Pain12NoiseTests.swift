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

/// Noise.
@Suite(.timeLimit(.minutes(2))) struct Pain12NoiseTests {
    @Test func `nothing is sent unless a rule says so, and each webhook says why it was not`() async throws {
        let shop = try Installation()
        let ada = Purchase()
        try await shop.stripe("invoice.paid", ada.invoice(1, paid: 0, metadata: ada.metadata))
        try await shop.stripe("customer.subscription.updated", ["id": "sub_ada", "object": "subscription"])
        try await shop.stripe("invoice.created", ada.invoice(1))
        try await shop.stripe("some.type.of.tomorrow", ["id": "x"])
        try await shop.deliver()
        for platform in Installation.four { #expect(shop.books(platform) == [], "\(platform)") }
        let kept = try await shop.store.webhooks(WebhookQuery()).map(\.submission.outcome)
        #expect(kept.count == 4)
        for outcome in kept { #expect(outcome.why?.isEmpty == false || outcome.kind == .emitted, "\(outcome)") }
        #expect(Set(kept.map(\.kind)).isSuperset(of: [.ignored, .unmapped]), "\(kept)")
        // Countable: the balance has them, and doctor those that nobody decided.
        try await shop.expectBalance()
        let doctor = try shop.run("doctor", "--offline")
        #expect(doctor.output.contains("some.type.of.tomorrow"), "\(doctor.output)")
    }

    @Test func `what was skipped is sent after its rule was mended, once`() async throws {
        func mapping(_ rules: String) -> String {
            """
            { "mapping": 1, "provider": "acme", "version": "1", "verify": { "scheme": "none" },
              "event": { "id": "$.id", "type": "$.type", "time": { "unix": "$.at" } }, "rules": [\(rules)] }
            """
        }
        let other = #"{ "id": "o", "on": ["other"], "emit": "endpoint.test", "key": ["t", "$.id"] }"#
        let paid = """
            { "id": "paid", "on": ["paid"], "emit": "payment.succeeded", "key": ["order", "$.order"],
              "set": { "total": { "minor": "$.amount", "currency": "$.currency" }, "attribution.params": "$.meta" } }
            """
        let shop = try Installation(["affonso"])
        try await shop.restart { folder, json in
            try folder.write("mappings/acme/acme.json", mapping(other))
            let members = (json.members ?? []).filter { $0.name != "providers" }
            json = .object(
                members + [
                    .init("mappings", "mappings"),
                    .init("providers", ["acme": ["accept_unauthenticated_webhooks": true]]),
                ]
            )
        }
        let body =
            #"{"id":"1","type":"paid","at":1790000000,"order":"7","amount":4900,"currency":"EUR","meta":{"affonso_referral":"r"}}"#
        let receipt = try await shop.engine.receive(Webhook(provider: "acme", headers: [:], body: Array(body.utf8)))
        #expect(receipt.outcomes.map(\.kind) == [.unmapped])
        try shop.folder.write("mappings/acme/acme.json", mapping(paid + "," + other))
        for expected in ["1 events entered", "0 webhooks looked at"] {
            let replay = try await shop.runAlone("replay", "--unmapped", "--yes")
            #expect(replay.code == 0 && replay.output.contains(expected), "\(replay.output)\(replay.complaint)")
            // The command had the true time.
            try await shop.pass(.seconds(300))
        }
        #expect(shop.books("affonso") == ["49.00 EUR"])
    }
}
