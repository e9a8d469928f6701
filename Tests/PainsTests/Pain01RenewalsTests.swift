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

/// Renewals carry no affiliate data.
@Suite(.timeLimit(.minutes(2))) struct Pain01RenewalsTests {
    @Test func `a renewal without metadata finds its partner, years later, at every platform`() async throws {
        let shop = try Installation()
        let ada = Purchase()
        try await shop.stripe("checkout.session.completed", ada.session(subscription: true))
        try await shop.stripe("invoice.paid", ada.invoice(1))
        try await shop.deliver()
        for year in 1...3 {
            try await shop.pass(.seconds(365 * 86_400))
            try await shop.stripe("invoice.paid", ada.invoice(year + 1))
            try await shop.deliver()
        }
        for platform in Installation.four {
            #expect(shop.books(platform) == ["99.00 EUR", "99.00 EUR", "99.00 EUR", "99.00 EUR"], "\(platform)")
        }
        try await shop.expectBalance()
    }

    /// What one later event has in common with the one that carried the partner.
    @Test(arguments: ["user", "customer", "subscription", "email"])
    func `any id that was seen once leads to the partner`(_ id: String) async throws {
        let shop = try Installation(["affonso"])
        func event(_ name: String, _ type: String, _ customer: String, _ more: String = "") -> String {
            """
            { "id": "\(name)", "type": "\(type)", "subject": "order:\(name)",
              "data": { "customer": \(customer)\(more) } }
            """
        }
        let total = #", "total": { "amount": "49.00", "currency": "EUR" }, "phase": "renewal""#
        let known: [String: String] = [
            "user": #"{ "user": "u_1" }"#, "customer": #"{ "ref": "c_1" }"#,
            "email": #"{ "email": "Ada@Example.com " }"#,
        ]
        let first = #"{ "user": "u_1", "ref": "c_1", "email": "ada@example.com" }"#
        let lead = event(
            "l",
            "customer.created",
            first,
            #", "subscription": { "ref": "s_1" }, "attribution": { "params": { "affonso_referral": "ref_ada" } }"#
        )
        let renewal = event(
            "r",
            "payment.succeeded",
            known[id] ?? "{}",
            total + (id == "subscription" ? #", "subscription": { "ref": "s_1" }"# : "")
        )
        for item in [lead, renewal] {
            let receipt = try await shop.engine.recordEvents(Array(item.utf8), from: "backend")
            #expect(receipt.status == 200, "\(receipt)")
        }
        try await shop.deliver()
        #expect(shop.books("affonso") == ["49.00 EUR"])
    }

    @Test func `a call at sign-up remembers the click for every later payment`() async throws {
        let shop = try Installation(["affonso"])
        let lead = Lead(id: "signup-1", user: "user_ada", params: [.init("affonso_referral", "ref_ada")])
        #expect(try await shop.engine.lead(lead).status == 200)
        let bare = Purchase(metadata: ["user_id": "user_ada"])
        try await shop.stripe("checkout.session.completed", bare.session(subscription: true))
        for number in 1...3 { try await shop.stripe("invoice.paid", bare.invoice(number)) }
        try await shop.deliver()
        #expect(shop.books("affonso") == ["99.00 EUR", "99.00 EUR", "99.00 EUR"])
    }

    @Test(arguments: [("2024-09-30.acacia", true), ("2025-09-30.clover", false)])
    func `the mapping looks in every place where versions of the provider keep the metadata`(
        _ api: String,
        _ isOld: Bool
    ) async throws {
        let shop = try Installation(["affonso"])
        let ada = Purchase()
        try await shop.stripe("invoice.paid", ada.invoice(1, metadata: ada.metadata, isOld: isOld), api: api)
        try await shop.deliver()
        #expect(shop.books("affonso") == ["99.00 EUR"])
    }

    @Test func `doctor reports subscriptions whose first payment had a partner and whose renewal did not`() async throws
    {
        let shop = try Installation(["affonso"])
        let ada = Purchase()
        try await shop.stripe("invoice.paid", ada.invoice(1, metadata: ada.metadata))
        try await shop.stripe("invoice.paid", ada.invoice(2))
        try await shop.deliver()
        let run = try shop.run("doctor", "--offline", "--json")
        let findings = try JSONValue(parsing: Array(run.output.utf8)).elements ?? []
        let found = findings.first { $0["check"] == "renewals" }
        #expect(found?["remedy"]?.string?.contains("subscription_data.metadata") == true, "\(run.output)")
    }
}
