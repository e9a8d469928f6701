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

/// Success codes that are not success.
@Suite(.timeLimit(.minutes(2))) struct Pain13FalseSuccessTests {
    /// A platform that answers everything with one body.
    private struct Parrot: PlatformDouble {
        let name: String
        var basePath: String { "" }
        let status: Int
        let body: JSONValue

        func answer(to request: ServerRequest) -> ServerResponse { .json(body, status: status) }
        func failure(status: Int) -> ServerResponse { .json([:], status: status) }
        var records: JSONValue { [:] }
        var bookings: [Booking] { [] }
        func seed(_ seed: DoubleSeed) {}
        func reset() {}
    }

    /// An answer that looks like success.
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var platform: String
        var status = 200
        /// `nil` for what the double itself answers to a click that it does not know.
        var body: JSONValue?
        var isLead = false
        var ends: Set<DeliveryEnd> = [.notAttributed]
    }

    private static let rows = [
        Row(testDescription: "Dub: 200 with nulls", platform: "dub"),
        Row(
            testDescription: "Affitor: 200 with attributed false",
            platform: "affitor",
            body: ["success": true, "attributed": false, "reason": "attribution_window_expired"]
        ),
        Row(
            testDescription: "Affitor: 200 with success false",
            platform: "affitor",
            body: ["success": false, "error": "Something"],
            ends: [.permanent, .needsHuman, .notAttributed]
        ),
        Row(
            testDescription: "Affonso: 201 with status rejected",
            platform: "affonso",
            status: 201,
            body: ["success": true, "data": ["id": "ref_1", "status": "rejected"]],
            isLead: true,
            ends: [.rejectedByPlatform]
        ),
        Row(testDescription: "Tapfiliate: a conversion without an affiliate", platform: "tapfiliate"),
        Row(testDescription: "TUNE: 200 with success=false", platform: "tune", ends: [.notAttributed, .permanent]),
        Row(testDescription: "Refersion: an unknown cart", platform: "refersion"),
    ]

    private static func shop(_ row: Row) throws -> Installation {
        let double = row.body.map { Parrot(name: row.platform, status: row.status, body: $0) }
        let postback: [JSONValue.Member] = [
            .init("use", "postback"), .init("preset", "tune"), .init("url", "http://127.0.0.1:1/tune"),
            .init("settings", ["domain": "example.go2cloud.org", "offer": "9", "currency": "EUR"]),
        ]
        return try Installation(
            [row.platform],
            settings: row.platform == "tune" ? ["tune": postback] : [:],
            doubles: double.map { [row.platform: $0] } ?? [:],
            seed: DoubleSeed(partners: ["sarah123"])
        )
    }

    @Test(arguments: rows)
    func `a success that is no attribution is never reported as delivered`(_ row: Row) async throws {
        let shop = try Self.shop(row)
        if row.isLead {
            try await shop.engine.lead(Lead(id: "l", user: "u", params: [.init("affonso_referral", "r")]))
                .expectStored()
        } else {
            let metadata: JSONValue = [
                "click_id": "nobodys", "dubClickId": "nobodys", "tapfiliate_click_id": "nobodys",
                "refersion_cart_id": "nobodys", "affitor_click_id": "nobodys", "tune_transaction_id": "nobodys",
            ]
            try await shop.stripe("checkout.session.completed", Purchase(metadata: metadata).session())
        }
        for _ in 0..<6 { try await shop.pass(.seconds(1900)) }
        let records = try await shop.records(row.platform)
        #expect(!records.isEmpty)
        for record in records {
            guard case .ended(let end) = record.state else {
                Issue.record("\(record.state)")
                continue
            }
            #expect(row.ends.contains(end), "\(end): \(record.reason ?? "")")
            #expect(record.attempts > 0 && record.reason?.isEmpty == false)
        }
    }

    @Test func `each class is counted on its own in the metrics`() async throws {
        let front = DoubleFront(TapfiliateDouble { .now }, seed: DoubleSeed(partners: ["sarah123"]), now: { .now })
        try await DoubleServer.serving(front) { url in
            let folder = try Sandbox()
            try folder.write(
                "tributary.json",
                """
                { "listen": "127.0.0.1:0", "store": { "sqlite": "t.db" },
                  "tokens": [{ "name": "backend", "secret": "env:TOKEN", "scopes": ["events"] }],
                  "sinks": { "tapfiliate": { "use": "tapfiliate", "key": "env:KEY", "url": "\(url)" } } }
                """
            )
            let daemon = try Daemon(in: folder, environment: Installation.environment)
            try folder.write(
                "order.json",
                """
                { "id": "1", "type": "payment.succeeded", "subject": "order:1", "data": {
                  "total": { "amount": "49.00", "currency": "EUR" },
                  "attribution": { "params": { "tapfiliate_click_id": "nobodys" } } } }
                """
            )
            let token = Installation.environment["TOKEN"] ?? ""
            let script = """
                curl -s -m 10 -H 'Authorization: Bearer \(token)' -H 'Content-Type: application/json' \
                  --data-binary @order.json \(daemon.url)/v1/events > /dev/null
                for i in $(seq 100); do
                  curl -s -m 10 \(daemon.url)/metrics > metrics
                  grep -q 'tributary_events{sink="tapfiliate",part="pending"} 0' metrics \
                    && grep 'tributary_attempts_total' metrics | grep -v ' 0$' | grep -q tapfiliate && break
                  sleep 0.1
                done
                grep tributary_attempts_total metrics
                """
            let run = try CommandLineRun(shell: script, in: folder)
            #expect(daemon.stop() == 0)
            let counted = run.output.split(separator: "\n").filter { !$0.hasSuffix(" 0") && !$0.hasPrefix("#") }
            #expect(counted.count == 1 && counted[0].contains("notAttributed"), "\(run.output)")
            for end in DeliveryEnd.allCases { #expect(run.output.contains(end.rawValue), "\(end): \(run.output)") }
        }
    }
}
