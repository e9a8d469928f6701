// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryDelivery
import TributaryJSON
import TributaryLedger
import TributaryMapping
import TributaryModel
import TributaryServer
import TributarySigning
import TributaryTesting

@testable import TributaryCommand
@testable import TributaryCommandTests

/// Failures in the middle.
@Suite(.timeLimit(.minutes(2))) struct Pain14FailuresTests {
    @Test func `what was answered with 200 is sent although the process ends right after the answer`() async throws {
        let shop = try Installation()
        try await shop.stripe("checkout.session.completed", Purchase().session())
        try await shop.restart()
        try await shop.deliver()
        for platform in Installation.four { #expect(shop.books(platform) == ["99.00 EUR"], "\(platform)") }
    }

    @Test func `what cannot be stored is not answered with 200, so that the provider sends it again`() async throws {
        let shop = try Installation()
        await shop.store.close()
        await #expect(throws: StoreError.self) {
            _ = try await shop.stripe("checkout.session.completed", Purchase().session())
        }
    }

    @Test func `a platform that is down or asks for a pause gets it later, once`() async throws {
        let shop = try Installation()
        for front in shop.platforms.values {
            front.begin(
                FaultPlan([
                    .init(.limited(seconds: 30), .range(1...1)), .init(.errorBefore(status: 503), .range(2...2)),
                ])
            )
        }
        try await shop.stripe("checkout.session.completed", Purchase().session())
        try await shop.deliver()
        for platform in Installation.four {
            let record = try #require(try await shop.records(platform, .paymentSucceeded).first)
            guard case .waiting(let until) = record.state else {
                Issue.record("\(platform): \(record.state)")
                continue
            }
            #expect(until >= shop.now.advanced(by: .seconds(29)), "\(platform) asked for 30 seconds")
        }
        for _ in 0..<6 { try await shop.pass(.seconds(60)) }
        for platform in Installation.four { #expect(shop.books(platform) == ["99.00 EUR"], "\(platform)") }
    }

    @Test func `waits grow and are spread, so that a thousand sales do not come back at once`() {
        var schedule = RetrySchedule()
        var longest: [Duration] = []
        for _ in 0..<8 {
            let state = schedule
            let waits = (0..<50).map { _ in
                var copy = state
                guard case .retry(let wait) = copy.attemptFailed(elapsed: .zero, random: .random(in: .min ... .max))
                else {
                    return Duration.zero
                }
                return wait
            }
            #expect(Set(waits).count > 10)
            longest.append(waits.max() ?? .zero)
            _ = schedule.attemptFailed(elapsed: .zero, random: .max)
        }
        #expect((longest.first ?? .zero) < .seconds(2) && (longest.last ?? .zero) > .seconds(30))
    }

    @Test func `a failure that has used up the platform's key comes to a person and not to a second sale`() async throws
    {
        var rules = AffitorDouble.Rules()
        rules.commissionFailsEvery = 1
        let shop = try Installation(["affitor"], doubles: ["affitor": AffitorDouble(rules) { .now }])
        try await shop.stripe("checkout.session.completed", Purchase().session())
        for _ in 0..<6 { try await shop.pass(.seconds(1900)) }
        let record = try #require(try await shop.records("affitor", .paymentSucceeded).first)
        #expect(record.state == .ended(.needsHuman), "\(record)")
        #expect(record.reason?.isEmpty == false)
    }

    @Test func `what a wrong setting stopped is sent by one command, its refund with it, and nothing twice`()
        async throws
    {
        let shop = try Installation(["affonso", "tapfiliate"], settings: ["affonso": [.init("currencies", ["USD"])]])
        let ada = Purchase()
        try await shop.stripe("checkout.session.completed", ada.session())
        try await shop.stripe("refund.created", ada.refund("re_1", 2000))
        try await shop.deliver()
        #expect(try await shop.fates("affonso") == ["payment.succeeded permanent", "refund.succeeded notApplicable"])
        let list = try shop.run("deliveries", "--end", "permanent")
        #expect(list.output.contains("EUR is not among this sink's") && list.output.contains("tributary retry"))
        let asked = try await shop.runAlone("retry", "--sink", "affonso", "--dry-run")
        #expect(asked.code == 0 && asked.output.contains("would be sent again"), "\(asked.output)\(asked.complaint)")
        #expect(try await shop.fates("affonso").first == "payment.succeeded permanent")
        let mended = try await shop.runAlone(
            changing: { json in
                let text = json.text.replacing(#""currencies":["USD"]"#, with: #""currencies":["EUR"]"#)
                json = (try? JSONValue(parsing: Array(text.utf8))) ?? json
            },
            "retry",
            "--sink",
            "affonso"
        )
        #expect(mended.code == 0 && mended.output.contains("1 deliveries looked at, 2 sent again"), "\(mended.output)")
        try await shop.pass(.seconds(300))
        let again = try await shop.runAlone("retry", "--sink", "affonso")
        #expect(again.output.contains("no such deliveries"), "\(again.output)")
        try await shop.pass(.seconds(300))
        for platform in ["affonso", "tapfiliate"] { #expect(shop.books(platform) == ["99.00 EUR, 79.00 left"]) }
        try await shop.expectBalance()
    }

    @Test func `one delivery is sent again by its number, and what is stored never is`() async throws {
        let shop = try Installation(["affonso"])
        try await shop.stripe("checkout.session.completed", Purchase().session())
        try await shop.deliver()
        let number = String(try #require(try await shop.records("affonso").first).id)
        let run = try await shop.runAlone("retry", "--delivery", number)
        #expect(run.code == 1 && run.output.contains("the platform has it"), "\(run.output)\(run.complaint)")
        try await shop.deliver()
        #expect(shop.books("affonso") == ["99.00 EUR"])
        #expect(try shop.run("retry").code == 2)
    }

    @Test func `a running daemon is asked to send again`() async throws {
        let front = DoubleFront(AffonsoDouble { .now }, seed: DoubleSeed(partners: ["sarah123"]), now: { .now })
        try await DoubleServer.serving(front) { url in
            let shop = try Installation(["affonso"], urls: ["affonso": url])
            let orders =
                #"{ "id": "1", "type": "payment.succeeded", "subject": "order:1", "data": { "total": { "amount": "5.00", "currency": "EUR" }, "attribution": { "params": { "affonso_referral": "late" } } } }"#
            try await shop.engine.recordEvents(Array(orders.utf8), from: "backend").expectStored()
            await shop.stop()
            let daemon = try Daemon(in: shop.folder, environment: Installation.environment)
            func end(_ wanted: String) throws -> Bool {
                for _ in 0..<100 {
                    if try shop.run("deliveries").output.contains(wanted) { return true }
                    usleep(50_000)
                }
                return false
            }
            #expect(try end("notAttributed"))
            // The partner's referral is made at the platform, and the sale told again.
            front.double.seed(DoubleSeed(clicks: ["late": "sarah123"], takesAnyClick: true))
            let run = try shop.run("retry", "--sink", "affonso", "--end", "notAttributed")
            #expect(run.code == 0 && run.output.contains("1 sent again"), "\(run.output)\(run.complaint)")
            #expect(try end("delivered"))
            #expect(daemon.stop() == 0)
            #expect(front.double.bookings.map(\.sale.minor) == [500])
        }
    }
}
