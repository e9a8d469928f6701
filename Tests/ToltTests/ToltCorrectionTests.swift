// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Tolt

@Suite struct ToltCorrectionTests {
    private let sale = Step.End(
        .delivered,
        reason: "stored",
        receipt: Receipt([.init("charge", "acme:1"), .init("transaction", "txn_1"), .init("customer", "cus_1")])
    )

    private func correction(
        _ kind: EventKind = .refundSucceeded,
        from before: Int64 = 0,
        to after: Int64,
        ended end: Step.End? = nil
    ) throws -> Delivery {
        let payment = buyer.payment("in_1", try money(10_000, "EUR"))
        let earlier = before == 0 ? 0 : 1
        return try #require(
            buyer.correction(
                "re_1",
                of: payment,
                ended: end ?? sale,
                from: before,
                to: after,
                earlier: earlier,
                kind: kind
            )
        )
    }

    @Test(arguments: [EventKind.refundSucceeded, .disputeLost])
    func `a whole sale given back refunds its transaction`(kind: EventKind) throws {
        let done = Exchange.Result.json(200, ["success": true, "data": ["id": "txn_1", "status": "refunded"]])
        let transcript = SinkTranscript(try correction(kind, to: 10_000), to: try tolt(), answering: [done])
        #expect(transcript.lines == ["POST https://platform.tolt.dev/v2/transactions/txn_1/refund"])
        #expect(transcript.end?.end == .delivered)
        // Also where a part was given back before, which Tolt was not told.
        let rest = try correction(kind, from: 4000, to: 10_000)
        #expect(SinkTranscript(rest, to: try tolt(), answering: [done]).end?.end == .delivered)
    }

    @Test func `a transaction whose id was lost is found by its charge`() throws {
        let lost = Step.End(.duplicate, reason: "there", receipt: Receipt([.init("charge", "acme:1")]))
        let found = Exchange.Result.json(200, ["data": [["id": "txn_4", "charge_id": "acme:1"]]])
        let delivery = try correction(to: 10_000, ended: lost)
        let transcript = SinkTranscript(delivery, to: try tolt(), answering: [found])
        #expect(
            transcript.lines == [
                "GET https://platform.tolt.dev/v2/transactions?charge_id=acme%3A1",
                "POST https://platform.tolt.dev/v2/transactions/txn_4/refund",
            ]
        )
        let gone = SinkTranscript(delivery, to: try tolt(), answering: [.json(200, ["data": []])])
        #expect(gone.end?.end == .needsHuman)
        #expect(try #require(gone.end).reason.contains("acme:1"))
        let moved = SinkTranscript(
            try correction(to: 10_000),
            to: try tolt(),
            answering: [problem(404, "not_found"), found]
        )
        #expect(moved.lines.last == "POST https://platform.tolt.dev/v2/transactions/txn_4/refund")
    }

    @Test(
        arguments: [
            ([], 0, 4000, .needsHuman, "txn_1 there to what 60.00 EUR earns"),
            ([.init("partial_refunds", "ignore")], 0, 4000, .notApplicable, "partial_refunds"),
            ([.init("partial_refunds", "full")], 0, 4999, .notApplicable, "less than 50 %"),
            ([.init("partial_refunds", "full")], 0, 5000, nil, ""),
            ([.init("partial_refunds", "full"), .init("full_refund_from", 90)], 8000, 9000, nil, ""),
            ([.init("partial_refunds", "full"), .init("full_refund_from", 90)], 0, 8999, .notApplicable, "90 %"),
        ] as [([JSONValue.Member], Int64, Int64, DeliveryEnd?, String)]
    )
    func `a part given back goes by the setting`(
        members: [JSONValue.Member],
        before: Int64,
        after: Int64,
        end: DeliveryEnd?,
        words: String
    ) throws {
        let transcript = SinkTranscript(try correction(from: before, to: after), to: try tolt(members))
        #expect(transcript.end?.end == end)
        #expect(transcript.calls.count == (end == nil ? 1 : 0))
        #expect(transcript.end.map { $0.reason.contains(words) } ?? true)
    }

    @Test(
        arguments: [
            (.refundReversed, [], 10_000, 0, .needsHuman, "a transaction of 100.00 EUR for cus_1"),
            (.disputeWon, [], 10_000, 2500, .needsHuman, "a transaction of 75.00 EUR for cus_1"),
            (.refundReversed, [], 4000, 0, .needsHuman, "txn_1 there to what 100.00 EUR earns"),
            (.refundReversed, [.init("partial_refunds", "ignore")], 4000, 0, .notApplicable, "was not told"),
            (.disputeWon, [], 0, 0, .notApplicable, "nothing"),
        ] as [(EventKind, [JSONValue.Member], Int64, Int64, DeliveryEnd, String)]
    )
    func `what is undone comes to a person with the remedy`(
        kind: EventKind,
        members: [JSONValue.Member],
        before: Int64,
        after: Int64,
        end: DeliveryEnd,
        words: String
    ) throws {
        let transcript = SinkTranscript(try correction(kind, from: before, to: after), to: try tolt(members))
        #expect(transcript.calls.isEmpty)
        #expect(transcript.end?.end == end)
        #expect(try #require(transcript.end).reason.contains(words))
    }

    @Test(
        arguments: [
            (.json(200, ["success": true, "data": [["id": "txn_1", "status": "refunded"]]]), .delivered),
            (.json(200, ["success": true, "data": ["id": "txn_1", "status": "paid"]]), .needsHuman),
            (.json(200, ["success": false, "data": [:]]), .needsHuman), (.page(200), .needsHuman),
            (problem(409, "transaction_refunded"), .duplicate), (problem(400, "bad_request"), .needsHuman),
        ] as [(Exchange.Result, DeliveryEnd)]
    )
    func `each answer to a refund has one end`(result: Exchange.Result, end: DeliveryEnd) throws {
        let transcript = SinkTranscript(try correction(to: 10_000), to: try tolt(), answering: [result])
        #expect(transcript.end?.end == end)
    }
}

@Suite struct ToltCareTests {
    private func probe(_ result: Exchange.Result) throws -> Step {
        let sink = try tolt()
        guard case .call(let call) = sink.probe(after: []) else { return sink.probe(after: []) }
        #expect(call.method == "GET")
        return sink.probe(after: [Exchange(call, result)])
    }

    @Test func `the key is checked without side effects`() throws {
        guard case .end(let good) = try probe(nobody) else { throw Failure() }
        #expect(good.end == .delivered)
        guard case .retry(let bad) = try probe(problem(401, "unauthorized")) else { throw Failure() }
        #expect(bad.scope == .credentials)
        guard case .end(let page) = try probe(.page(200)) else { throw Failure() }
        #expect(page.end == .needsHuman)
    }

    private struct Failure: Error {}

    @Test(
        arguments: [
            (ForgottenPerson(), .notApplicable), (ForgottenPerson(emails: ["ada@example.com"]), .needsHuman),
        ] as [(ForgottenPerson, DeliveryEnd)]
    )
    func `whom Tolt cannot be asked for is not claimed to be forgotten`(
        person: ForgottenPerson,
        end: DeliveryEnd
    ) throws {
        guard case .end(let found) = try tolt().forget(person, after: []) else { throw Failure() }
        #expect(found.end == end)
    }

    @Test(
        arguments: [
            (.init("program_currency", "BTC"), "program_currency"),
            (.init("partial_refunds", "half"), "partial_refunds"),
            (.init("full_refund_from", 101), "full_refund_from"), (.init("mode", "both"), "mode"),
        ] as [(JSONValue.Member, String)]
    )
    func `a wrong setting is named`(member: JSONValue.Member, key: String) throws {
        let problems = try #require(throws: ConfigurationProblems.self) { try tolt([member]) }
        #expect(problems.problems.map(\.place) == ["/sinks/tolt/\(key)"])
    }

    @Test func `the program's currency has to be named, because amounts carry none`() throws {
        let settings = PluginSettings(name: "a", members: [], secrets: ["key": Secret("k")])
        let problems = try #require(throws: ConfigurationProblems.self) { try ToltPlugin.makeSink(settings) }
        #expect(problems.problems.map(\.place) == ["/sinks/a/program_currency"])
    }
}
