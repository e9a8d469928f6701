// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Dub

private func commission(_ status: String, _ amount: Int64 = 9990) -> JSONValue {
    [
        "id": "cm_1", "type": "sale", "amount": .integer(amount), "currency": "usd", "status": .string(status),
        "invoiceId": "stripe:invoice:in_1",
    ]
}

private func refusal(_ text: String) -> Exchange.Result {
    .json(400, ["error": ["code": "bad_request", "message": .string(text)]])
}

@Suite struct DubCorrectionTests {
    private func refund(
        to after: Int64,
        from before: Int64 = 0,
        earlier: Int = 0,
        code: String = "USD",
        kind: EventKind = .refundSucceeded,
        receipt: Receipt = Receipt()
    ) throws -> Delivery {
        let payment = buyer.payment("in_1", try money(9990, code))
        let end = Step.End(.delivered, reason: "stored", receipt: receipt)
        return try #require(
            buyer.correction("re_1", of: payment, ended: end, from: before, to: after, earlier: earlier, kind: kind)
        )
    }

    @Test func `a part given back leaves the rest as the commission's amount`() throws {
        let answers: [Exchange.Result] = [
            .json(200, [commission("pending")]), .json(200, commission("pending", 6657)),
        ]
        let transcript = SinkTranscript(try refund(to: 3333), to: try dub(), answering: answers)
        #expect(
            transcript.lines == [
                "GET https://api.dub.co/commissions?invoiceId=stripe%3Ainvoice%3Ain_1",
                "PATCH https://api.dub.co/commissions/cm_1",
            ]
        )
        #expect(transcript.bodies == ["", #"{"saleAmount":6657,"currency":"usd"}"#])
        #expect(transcript.end?.end == .delivered)
        #expect(transcript.end?.receipt["commission"] == "cm_1")
    }

    @Test func `everything given back marks the commission`() throws {
        let answers: [Exchange.Result] = [.json(200, [commission("processed")]), .json(200, commission("refunded"))]
        let transcript = SinkTranscript(try refund(to: 9990), to: try dub(), answering: answers)
        #expect(transcript.bodies == ["", #"{"status":"refunded"}"#])
        #expect(transcript.end?.end == .delivered)
    }

    @Test func `a reversal states the amount and takes the mark away after that`() throws {
        let answers: [Exchange.Result] = [
            .json(200, [commission("refunded", 6657)]), .json(200, commission("refunded", 9990)),
            .json(200, commission("pending", 9990)),
        ]
        let reversal = try refund(to: 0, from: 9990, earlier: 2, kind: .refundReversed)
        let transcript = SinkTranscript(reversal, to: try dub(), answering: answers)
        #expect(transcript.bodies == ["", #"{"saleAmount":9990,"currency":"usd"}"#, #"{"status":"pending"}"#])
        #expect(transcript.end?.end == .delivered)
        #expect(transcript.end?.reason == "amount raised again")
        // An earlier attempt came as far as the amount.
        let rest = SinkTranscript(reversal, to: try dub(), answering: [.json(200, [commission("refunded")])])
        #expect(rest.bodies == ["", #"{"status":"pending"}"#])
        let deaf: [Exchange.Result] = [.json(200, [commission("refunded")]), .json(200, commission("refunded"))]
        #expect(SinkTranscript(reversal, to: try dub(), answering: deaf).end?.end == .needsHuman)
    }

    @Test func `what remains is told at the rate at which Dub counted the sale`() throws {
        let receipt = Receipt([.init("invoice", "acme:in_1"), .init("amount", "10989"), .init("currency", "usd")])
        let delivery = try refund(to: 3333, code: "EUR", receipt: receipt)
        var found = commission("pending", 10_989).members ?? []
        found.removeLast()
        found.append(.init("invoiceId", "acme:in_1"))
        let transcript = SinkTranscript(delivery, to: try dub(), answering: [.json(200, [.object(found)])])
        #expect(transcript.lines[0].hasSuffix("?invoiceId=acme%3Ain_1"))
        #expect(transcript.bodies[1] == #"{"saleAmount":7323,"currency":"usd"}"#)
        // Where Dub did not say what it counted, the sale's own currency has to do.
        let blind = SinkTranscript(
            try refund(to: 3333, code: "EUR"),
            to: try dub(),
            answering: [.json(200, [commission("pending")])]
        )
        #expect(blind.bodies[1] == #"{"saleAmount":6657,"currency":"eur"}"#)
    }

    @Test(
        arguments: [
            ("paid", 9990, 9990, DeliveryEnd.needsHuman, "clawback"), ("fraud", 9990, 9990, .notApplicable, "fraud"),
            ("canceled", 9990, 9990, .notApplicable, "canceled"), ("refunded", 9990, 9990, .duplicate, "already"),
            ("refunded", 9990, 3333, .needsHuman, "66.57 USD"), ("pending", 6657, 3333, .duplicate, "already"),
        ] as [(String, Int64, Int64, DeliveryEnd, String)]
    )
    func `a commission that cannot or need not change says why`(
        status: String,
        amount: Int64,
        after: Int64,
        end: DeliveryEnd,
        words: String
    ) throws {
        let transcript = SinkTranscript(
            try refund(to: after),
            to: try dub(),
            answering: [.json(200, [commission(status, amount)])]
        )
        #expect(transcript.end?.end == end)
        #expect(try #require(transcript.end).reason.contains(words))
    }

    @Test(
        arguments: [
            (refusal("Cannot update commission: Commission cm_1 has already been paid."), .needsHuman, "clawback"),
            (refusal("Cannot update commission: Its payout is already processing."), .needsHuman, "33.33 USD"),
            (refusal("This commission is already in the refunded status."), .duplicate, "already"),
            (refusal("something else"), .needsHuman, "set it to 66.57 USD"), (.page(404), .needsHuman, "in_1"),
            (.json(200, commission("pending")), .needsHuman, "otherwise than told"), (.page(200), .needsHuman, "in_1"),
        ] as [(Exchange.Result, DeliveryEnd, String)]
    )
    func `each answer to a new amount has one end`(
        result: Exchange.Result,
        end: DeliveryEnd,
        words: String
    ) throws {
        let answers = [.json(200, [commission("pending")]), result]
        let transcript = SinkTranscript(try refund(to: 3333), to: try dub(), answering: answers)
        #expect(transcript.end?.end == end)
        #expect(try #require(transcript.end).reason.contains(words))
    }

    @Test func `a full refund that Dub does not mark is for a person`() throws {
        let answers: [Exchange.Result] = [.json(200, [commission("pending")]), .json(200, commission("pending"))]
        let end = SinkTranscript(try refund(to: 9990), to: try dub(), answering: answers).end
        #expect(end?.end == .needsHuman)
        #expect(try #require(end).reason.contains("cm_1"))
    }

    @Test func `a commission is waited for, and then there is none`() throws {
        var delivery = try refund(to: 3333)
        #expect(SinkTranscript(delivery, to: try dub(), answering: [.json(200, [])]).retry?.after == .seconds(60))
        delivery.waits = 3
        #expect(SinkTranscript(delivery, to: try dub(), answering: [.json(200, [])]).end?.end == .notApplicable)
    }

    @Test func `refunds, disputes and their reversals add up at Dub`() throws {
        let bench = try dubBench { $0.centsForHundred = ["EUR": 110] }
        #expect(bench.deliver(buyer.signUp()).end?.end == .delivered)
        let payment = buyer.payment("in_1", try money(9990, "EUR"))
        let end = try #require(bench.deliver(payment).end)
        let course: [(EventKind, Int64, Int64)] = [
            (.refundSucceeded, 0, 3333), (.refundSucceeded, 3333, 5000), (.refundReversed, 5000, 1667),
            (.disputeLost, 1667, 9990), (.disputeWon, 9990, 1667), (.refundReversed, 1667, 0),
            (.refundSucceeded, 0, 9990), (.refundReversed, 9990, 0),
        ]
        for (count, (kind, before, after)) in course.enumerated() {
            let delivery = buyer.correction(
                "re_\(count)",
                of: payment,
                ended: end,
                from: before,
                to: after,
                earlier: count,
                kind: kind
            )
            let step = bench.deliver(try #require(delivery))
            #expect(step.end?.end == .delivered, "\(kind.rawValue) from \(before) to \(after): \(step)")
            #expect(bench.remaining == [9990 - after])
        }
        let nothing = buyer.correction("re_9", of: payment, ended: end, from: 0, to: 0, earlier: 9, kind: .disputeWon)
        #expect(bench.deliver(try #require(nothing)).end?.end == .notApplicable)
    }

    @Test func `a paid commission is for a person, in both directions`() throws {
        let bench = try dubBench { $0.paysAtOnce = true }
        let payment = buyer.payment("in_1", try money(9990, "USD"))
        let end = try #require(bench.deliver(payment).end)
        let back = try #require(buyer.correction("re_1", of: payment, ended: end, from: 0, to: 9990))
        let reason = try #require(bench.deliver(back).end).reason
        #expect(reason.contains("cm_1") && reason.contains("clawback for the refund of 99.90 USD"))
        let again = buyer.correction(
            "re_1",
            of: payment,
            ended: end,
            from: 9990,
            to: 0,
            earlier: 1,
            kind: .refundReversed
        )
        let reversal = try #require(again)
        let other = try #require(bench.deliver(reversal).end)
        #expect(other.end == .needsHuman)
        #expect(other.reason.contains("clawback for 99.90 USD back"))
        #expect(bench.remaining == [9990])
    }
}

@Suite struct DubCareTests {
    @Test func `the key is checked without a trace`() throws {
        let bench = try dubBench { $0.key = Secret("dub_test") }
        #expect(bench.drive { bench.sink.probe(after: $0) }.end?.end == .delivered)
        let stranger = try dubBench { $0.key = Secret("dub_other") }
        #expect(stranger.drive { stranger.sink.probe(after: $0) }.retry?.scope == .credentials)
        #expect(stranger.front.double.bookings.isEmpty)
    }

    @Test func `a person is forgotten under each id, once`() throws {
        let bench = try dubBench()
        _ = bench.deliver(buyer.signUp())
        let person = ForgottenPerson(users: ["user_6", "user_7"])
        let end = bench.drive { bench.sink.forget(person, after: $0) }.end
        #expect(end?.end == .delivered)
        #expect(end?.reason == "1 customer(s) deleted")
        #expect(bench.front.double.records["customers"] == [:])
        #expect(bench.drive { bench.sink.forget(person, after: $0) }.end?.end == .notApplicable)
        let unnamed = ForgottenPerson(emails: ["ada@example.com"])
        let words = try #require(bench.drive { bench.sink.forget(unnamed, after: $0) }.end)
        #expect(words.end == .needsHuman)
        #expect(!words.reason.contains("ada@"))
    }

    @Test func `sales are listed page by page, under the keys by which they were told`() throws {
        let bench = try dubBench([.init("prefix", "acme:")])
        for number in 0..<205 {
            _ = bench.deliver(buyer.payment("in_\(number)", try money(100 + Int64(number), "USD")))
        }
        let epoch = SampleBuyer.epoch
        guard case .sales(let sales, true) = bench.list(from: epoch, to: epoch) else {
            Issue.record("the listing did not end")
            return
        }
        #expect(sales.map(\.key) == (0..<205).map { "stripe:invoice:in_\($0)" })
        #expect(
            sales.first
                == ListedSale(
                    key: "stripe:invoice:in_0",
                    id: "cm_1",
                    amount: try money(100, "USD"),
                    state: "pending",
                    time: epoch
                )
        )
        let later = Timestamp(unixSeconds: epoch.unixSeconds + 1)
        #expect(bench.list(from: later, to: later) == .sales([], isWhole: true))
        let locked = try dubBench { $0.key = Secret("dub_other") }
        #expect(
            locked.list(from: epoch, to: later)
                == .unavailable("Dub does not list its commissions: status 401: Unauthorized: Invalid API key.")
        )
    }
}
