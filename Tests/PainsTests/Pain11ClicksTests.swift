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

/// The click id never reaches the server.
@Suite(.timeLimit(.minutes(2))) struct Pain11ClicksTests {
    private static let capture: [JSONValue.Member] = [
        .init("capture", ["cookie": ["secret": "env:COOKIE"], "origins": ["https://shop.example"]])
    ]

    @Test func `from the partner's link by the first-party cookie and the sign-up to the sale, at every platform`()
        async throws
    {
        let platforms = ["affitor", "affonso", "tapfiliate", "tolt"]
        let shop = try Installation(platforms, others: Self.capture)
        let click = try await shop.engine.click(
            Visit(url: "https://shop.example/?ref=sarah123", userAgent: "T", ip: "192.0.2.1")
        )
        let cookie = try #require(click.setCookie)
        #expect(cookie.contains("HttpOnly") && cookie.contains("Secure"))
        let value = String(try #require(cookie.split(separator: ";").first?.split(separator: "=", maxSplits: 1).last))
        // Days later, on another page of the same site, by whatever makes the users.
        try await shop.pass(.seconds(3 * 86_400))
        try await shop.engine.lead(Lead(id: "l", user: "user_ada", email: "ada@example.com", click: value))
            .expectStored()
        try await shop.deliver()
        try await shop.stripe("checkout.session.completed", Purchase(metadata: ["user_id": "user_ada"]).session())
        for _ in 0..<3 { try await shop.pass(.seconds(60)) }
        for platform in platforms {
            #expect(shop.books(platform) == ["99.00 EUR"], "\(platform)")
        }
    }

    /// The parameters that the platforms put into links.
    @Test(arguments: [
        "aff", "via", "ref", "atp", "tap_a", "fpr", "gspk", "dub_id", "ps_xid", "rfsn", "cid", "_ef_transaction_id",
        "linkId",
    ])
    func `every platform's parameter makes a click`(_ name: String) async throws {
        let shop = try Installation(["affonso"], others: Self.capture)
        let click = try await shop.engine.click(Visit(url: "https://shop.example/?utm_source=x&\(name)=sarah123"))
        #expect(click.click != nil && click.setCookie != nil)
        let direct = try await shop.engine.click(Visit(url: "https://shop.example/?utm_source=x"))
        #expect(direct.click == nil && direct.setCookie == nil)
    }

    @Test func `attach prints the object that carries the click through the checkout and its renewals`() async throws {
        let shop = try Installation(["affonso"])
        let run = try shop.run(
            "attach",
            "stripe",
            "--subscription",
            "--call",
            "checkout/sessions",
            "--sink",
            "affonso",
            "--click",
            "ref_ada",
            "--user",
            "user_ada",
            "--json"
        )
        let printed = try JSONValue(parsing: Array(run.output.utf8))
        let attachment = try #require(printed[0])
        #expect(attachment["places"]?.elements?.contains { $0["when"] == "subscription" } == true, "\(printed.text)")
        let metadata = try #require(attachment["content"]?["subscription_data"]?["metadata"])
        let ada = Purchase(metadata: metadata)
        // Stripe copies the subscription's metadata to its invoices.
        try await shop.stripe("invoice.paid", ada.invoice(1, metadata: metadata))
        try await shop.deliver()
        let fates = try await shop.records("affonso").map { "\($0.event.attribution) \($0.state) \($0.reason ?? "")" }
        #expect(shop.books("affonso") == ["99.00 EUR"], "\(metadata.text) \(fates)")
    }
}
