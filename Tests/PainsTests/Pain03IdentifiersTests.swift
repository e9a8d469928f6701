// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryJSON
import TributaryLedger
import TributaryModel
import TributarySigning
import TributaryTesting

@testable import TributaryCommand
@testable import TributaryCommandTests

/// Identifiers differ between lead and sale.
@Suite(.timeLimit(.minutes(2))) struct Pain03IdentifiersTests {
    @Test func `one user id reaches every platform under the platform's own name, for lead and sale alike`()
        async throws
    {
        let shop = try Installation()
        let lead = Lead(
            id: "signup-1",
            user: "user_ada",
            email: "ada@example.com",
            params: ["affonso_referral", "affitor_click_id", "tapfiliate_click_id", "dubClickId"].map {
                .init($0, "x_1")
            }
        )
        #expect(try await shop.engine.lead(lead).status == 200)
        try await shop.deliver()
        for platform in Installation.four { #expect(shop.held(platform).contains("user_ada"), "lead at \(platform)") }
        try await shop.stripe(
            "checkout.session.completed",
            Purchase(metadata: ["user_id": "user_ada"]).session()
        )
        try await shop.deliver()
        for platform in Installation.four { #expect(shop.books(platform) == ["99.00 EUR"], "sale at \(platform)") }
    }

    @Test func `check tells of leads and sales that take the user from different places`() throws {
        func mapping(_ sale: String) -> String {
            """
            { "mapping": 1, "provider": "acme", "version": "1", "verify": { "preset": "standard-webhooks" },
              "event": { "id": "$.id", "type": "$.type", "time": { "unix": "$.at" } },
              "rules": [
                { "id": "lead", "on": ["signed_up"], "emit": "customer.created", "key": ["customer", "$.customer"],
                  "set": { "customer.user": "$.metadata.user_id" } },
                { "id": "sale", "on": ["paid"], "emit": "payment.succeeded", "key": ["order", "$.order"],
                  "set": { "customer.user": "\(sale)", "total": { "minor": "$.amount", "currency": "$.currency" } } }
              ] }
            """
        }
        let folder = try Sandbox()
        try folder.write("acme.json", mapping("$.customer.account"))
        let run = try CommandLineRun(["check", "acme.json"], in: folder)
        #expect(run.output.contains("M807"), "\(run.output)")
        #expect(run.output.contains(#"from "user_id" in the lead and from "account" in the sale"#))
        try folder.write("acme.json", mapping("$.subscription.metadata.user_id"))
        #expect(!(try CommandLineRun(["check", "acme.json"], in: folder).output.contains("M807")))
    }

    @Test(arguments: [(" user_7 ", "user_7", true), ("user_7", "user_7", true), ("User_7", "user_7", false)])
    func `blanks around an id do not count, its case does`(_ lead: String, _ sale: String, _ isSame: Bool) async throws
    {
        let shop = try Installation(["affonso"])
        let bare = Purchase(metadata: ["user_id": .string(sale)])
        let signUp = Purchase(
            "eve",
            metadata: ["user_id": .string(lead), "affonso_referral": "ref_eve"]
        )
        try await shop.stripe("checkout.session.completed", signUp.session())
        try await shop.stripe("checkout.session.completed", bare.session())
        try await shop.deliver()
        let sales = try await shop.records("affonso", .paymentSucceeded)
        #expect(sales.map { $0.event.attribution[parameter: "affonso_referral"] != nil } == [true, isSame], "\(sales)")
    }

    @Test func `a number is the same id as its digits`() async throws {
        let shop = try Installation(["affonso"])
        for (name, user) in [("eve", JSONValue.integer(7)), ("ada", "7")] {
            let metadata: [JSONValue.Member] =
                [.init("user_id", user)] + (name == "eve" ? [.init("affonso_referral", "ref_eve")] : [])
            try await shop.stripe(
                "checkout.session.completed",
                Purchase(name, metadata: .object(metadata)).session()
            )
        }
        try await shop.deliver()
        #expect(shop.books("affonso") == ["99.00 EUR", "99.00 EUR"])
    }
}
