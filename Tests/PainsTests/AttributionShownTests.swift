// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryJSON
import TributaryLedger
import TributaryModel

@testable import TributaryCommand
@testable import TributaryCommandTests

/// What was decided about who brought a buyer is seen where a person looks.
@Suite(.timeLimit(.minutes(2))) struct AttributionShownTests {
    private static func reconciled(_ shop: Installation) throws -> JSONValue {
        try shop.folder.write("orders.csv", "id,amount,currency\npi_ada,99.00,EUR\n")
        let run = try shop.run("reconcile", "orders.csv", "--json")
        #expect(run.code == 0, "\(run.output)\(run.complaint)")
        return try JSONValue(parsing: Array((run.output.split(separator: "\n").first ?? "").utf8))
    }

    @Test func `a late lead within the grace time attributes, and the waiting is seen`() async throws {
        let shop = try Installation(["affonso"])
        try await shop.stripe("checkout.session.completed", Purchase(metadata: [:]).session())
        try await shop.deliver()
        #expect(try shop.run("deliveries").output.contains("blocked by attribution"))
        #expect(try Self.reconciled(shop)["state"] == "waiting")
        try await shop.pass(.seconds(600))
        var lead = Purchase("ada").metadata.members ?? []
        lead.removeAll { $0.name == "user_id" }
        try await shop.stripe("checkout.session.async_payment_succeeded", Purchase(metadata: .object(lead)).session())
        try await shop.deliver()
        #expect(try shop.run("deliveries").output.contains("delivered"))
        let order = try Self.reconciled(shop)
        #expect(order["state"]?.string == "delivered" && order["attributed"]?.bool == true, "\(order.text)")
    }

    @Test func `what nobody brought is recorded as organic, and is not missing`() async throws {
        let shop = try Installation(["affonso"])
        try await shop.stripe("checkout.session.completed", Purchase(metadata: [:]).session())
        try await shop.pass(.seconds(3600))
        let list = try shop.run("deliveries").output
        #expect(list.contains("notAttributed") && list.contains("organic: no attribution arrived in time"), "\(list)")
        let order = try Self.reconciled(shop)
        #expect(
            order["state"]?.string == "organic" && order["missing"]?.bool == false
                && order["attributed"]?.bool == false,
            "\(order.text)"
        )
        #expect(shop.books("affonso") == [])
    }

    @Test(arguments: [("first", "ref_early"), ("last", "ref_late")])
    func `whose link counted is seen with the delivery`(_ touch: String, _ referral: String) async throws {
        let shop = try Installation(
            ["affonso"],
            settings: ["affonso": [.init("send", ["payment.succeeded"])]],
            others: [.init("attribution", ["touch": .string(touch)])]
        )
        for (id, found) in [("early", "ref_early"), ("late", "ref_late")] {
            let lead = Lead(
                id: id,
                user: "user_ada",
                params: [.init("affonso_referral", found)],
                time: shop.now.advanced(by: .seconds(id == "early" ? -7200 : -3600))
            )
            try await shop.engine.lead(lead).expectStored()
        }
        try await shop.stripe("checkout.session.completed", Purchase(metadata: ["user_id": "user_ada"]).session())
        try await shop.deliver()
        let lines = try shop.run("deliveries", "--json").output.split(separator: "\n")
        let sale = try lines.map { try JSONValue(parsing: Array($0.utf8)) }.first {
            $0["event"]?["type"] == "payment.succeeded"
        }
        #expect(sale?["event"]?["data"]?["attribution"]?["params"]?["affonso_referral"]?.string == referral, "\(lines)")
        #expect(try Self.reconciled(shop)["state"] == "delivered")
    }
}
