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

/// Partial, repeated and cumulative refunds.
@Suite(.timeLimit(.minutes(2))) struct Pain07PartialRefundsTests {
    /// How the provider tells of two refunds, of 20.00 and of 30.00.
    enum Style: String, CaseIterable { case deltas, totals, both, totalsReversed }

    @Test(arguments: Style.allCases)
    func `differences and running sums come to the same books`(_ style: Style) async throws {
        let shop = try Installation(["affonso", "tapfiliate", "dub"])
        let ada = Purchase()
        try await shop.stripe("checkout.session.completed", ada.session())
        try await shop.deliver()
        let deltas = [("refund.created", ada.refund("re_1", 2000)), ("refund.created", ada.refund("re_2", 3000))]
        let totals = [("charge.refunded", ada.charge(refunded: 2000)), ("charge.refunded", ada.charge(refunded: 5000))]
        let told =
            switch style {
            case .deltas: deltas
            case .totals: totals
            case .both: [deltas[0], totals[0], deltas[1], totals[1]]
            case .totalsReversed: Array(totals.reversed())
            }
        for (type, object) in told {
            try await shop.stripe(type, object)
            try await shop.deliver()
        }
        for platform in ["affonso", "tapfiliate", "dub"] {
            #expect(shop.books(platform) == ["99.00 EUR, 49.00 left"], "\(platform)")
        }
        try await shop.expectBalance()
    }

    @Test func `a platform that refunds whole sales only gets a whole refund, and a part comes to a person`()
        async throws
    {
        let shop = try Installation(["tolt"])
        let metadata: JSONValue = ["user_id": "user_ada", "ref": "sarah123"]
        for name in ["ada", "bob"] {
            try await shop.stripe(
                "checkout.session.completed",
                Purchase(name, metadata: metadata).session()
            )
        }
        try await shop.deliver()
        try await shop.stripe("refund.created", Purchase("ada").refund("re_1", 2000))
        try await shop.stripe("refund.created", Purchase("bob").refund("re_2", 9900))
        try await shop.deliver()
        #expect(shop.books("tolt") == ["99.00 EUR", "99.00 EUR, 0.00 left"])
        let refunds = try await shop.records("tolt", .refundSucceeded)
        #expect(refunds.map(\.state) == [.ended(.needsHuman), .ended(.delivered)])
        #expect(refunds.first?.reason?.contains("Tolt") == true, "\(refunds)")
        // And a person finds it.
        let doctor = try shop.run("doctor", "--offline")
        #expect(doctor.output.contains("need a person"), "\(doctor.output)")
    }

    @Test func `every platform says what refunds it can take, and tells it in that shape`() throws {
        var taken: [String: SinkCapabilities.RefundSupport] = [:]
        let shop = try Installation([
            "affitor", "affonso", "dub", "firstpromoter", "partnerstack", "refersion", "tapfiliate", "tolt",
        ])
        for sink in shop.engine.sinks { taken[sink.name] = sink.sink.capabilities.refunds }
        #expect(taken["tolt"] == .full && taken["affitor"] == .once)
        for name in ["affonso", "dub", "tapfiliate"] { #expect(taken[name] == .partial, "\(name)") }
        #expect(taken.count == 8)
    }
}
