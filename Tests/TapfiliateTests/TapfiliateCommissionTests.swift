// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Tapfiliate

@Suite struct TapfiliateCommissionTests {
    private let types = JSONValue.Member("commission_types", ["course": "half", "book": "tenth"])

    /// An order of a course for 60 and a book for 30, paid with 99.90.
    private func order(_ lines: [(String, Int64)] = [("course", 6000), ("book", 3000)]) throws -> Delivery {
        var delivery = clicked.payment("in_1", try money(9990, "EUR"), phase: .oneTime)
        delivery.event.lines = try lines.map { Line(product: $0, quantity: 1, total: try money($1, "EUR")) }
        return delivery
    }

    @Test(
        arguments: [
            ([("course", 6000), ("book", 3000)], true, nil), ([("course", 1), ("course", 2)], false, "half"),
            ([("course", 6000), ("ticket", 3000)], true, nil), ([("ticket", 1)], false, nil),
            ([("course", 6000), ("book", -100)], false, nil), ([("course", 6000), ("book", 0)], false, nil),
            ([], false, nil),
        ] as [([(String, Int64)], Bool, String?)]
    )
    func `an order of several types is divided, and only where its lines say how`(
        lines: [(String, Int64)],
        isDivided: Bool,
        type: String?
    ) throws {
        let body = try #require(SinkTranscript(try order(lines), to: try tapfiliate([types])).bodies.first)
        #expect(body.contains("\"commissions\"") == isDivided)
        #expect(body.contains("\"amount\":99.90"))
        if let type { #expect(body.contains("\"commission_type\":\"\(type)\"")) }
    }

    @Test func `the parts of a divided order add up, in every correction`() throws {
        let sink = try tapfiliateBench([types])
        let sale = try order([("course", 1), ("book", 1), ("ticket", 1)])
        let body = SinkTranscript(sale, to: sink.sink).bodies[0]
        #expect(
            body.contains(
                #""commissions":[{"sub_amount":33.30,"commission_type":"half"},"#
                    + #"{"sub_amount":33.30,"commission_type":"tenth"},{"sub_amount":33.30}]"#
            )
        )
        let end = try #require(sink.deliver(sale).end)
        #expect(end.receipt.all("share") == ["1 3330", "2 3330", "3 3330"])
        #expect(try sink.correct(sale, end, from: 0, to: 1000)?.reason == "3 commissions reduced")
        #expect(sink.remaining == [8990])
        #expect(try sink.correct(sale, end, from: 1000, to: 4001)?.end == .delivered)
        #expect(sink.remaining == [5989])
        #expect(try sink.correct(sale, end, from: 4001, to: 9990)?.reason == "3 commission(s) disapproved")
        #expect(sink.remaining == [0])
        let won = try sink.correct(sale, end, from: 9990, to: 4001, kind: .disputeWon)
        #expect(won?.reason == "the sale counts again, 3 commission(s) approved again")
        #expect(sink.remaining == [5989])
        #expect(try sink.correct(sale, end, from: 4001, to: 0, kind: .refundReversed)?.end == .delivered)
        #expect(sink.remaining == [9990])
    }

    @Test func `a divided order whose refund was half done is finished by the next attempt`() throws {
        let bench = try tapfiliateBench([types])
        let sale = try order()
        let end = try #require(bench.deliver(sale).end)
        bench.front.begin(try FaultPlan(text: "reset-before-commit:2-2"))
        let refund = try #require(clicked.correction("re_1", of: sale, ended: end, from: 0, to: 3330))
        #expect(bench.deliver(refund).retry != nil)
        #expect(bench.deliver(refund).end?.end == .delivered)
        #expect(bench.remaining == [6660])
    }

    @Test func `a milestone is a conversion without an amount, of the type that it names`() throws {
        let sink = try tapfiliateBench([.init("milestones", ["activation": "bonus"])])
        #expect(sink.sink.capabilities.kindsByDefault.contains(.milestoneReached))
        #expect(!(try tapfiliate().capabilities.kinds.contains(.milestoneReached)))
        var event = clicked.event(.milestoneReached, Reference("milestone", "m_1"))
        event.milestone = "activation"
        let key = "stripe:milestone:m_1:milestone.reached"
        let reached = Delivery(id: 1, event: event, idempotencyKey: key)
        #expect(
            SinkTranscript(reached, to: sink.sink).bodies == [
                #"{"external_id":"\#(key)","amount":0,"commission_type":"bonus","customer_id":"user_7","#
                    + #""click_id":"click_1"}"#
            ]
        )
        #expect(sink.deliver(reached).end?.end == .delivered)
        #expect(sink.deliver(reached).end?.end == .duplicate)
        event.milestone = "nothing"
        let other = Delivery(id: 2, event: event, idempotencyKey: "k")
        #expect(
            sink.deliver(other).end
                == .init(.notApplicable, reason: "\"milestones\" names no commission type for nothing")
        )
    }

    @Test func `fixed commissions are disapproved from the share that is set, and approved again below it`() throws {
        let sale = clicked.payment("in_1", try money(10_000, "EUR"))
        let bench = try tapfiliateBench([.init("disapprove_from", 50)]) { $0.fixesCommissions = true }
        let end = try #require(bench.deliver(sale).end)
        #expect(try bench.correct(sale, end, from: 0, to: 4999)?.reason == "amount reduced")
        #expect(bench.remaining == [10_000])
        #expect(try bench.correct(sale, end, from: 4999, to: 5000)?.reason == "1 commission(s) disapproved")
        #expect(bench.remaining == [0])
        #expect(try bench.correct(sale, end, from: 5000, to: 8000)?.end == .duplicate)
        let reversed = try bench.correct(sale, end, from: 8000, to: 4000, kind: .refundReversed)
        #expect(reversed?.reason == "the sale counts again, 1 commission(s) approved again")
        #expect(bench.remaining == [10_000])
        let postback = try postbackBench([.init("disapprove_from", 50)])
        let told = try #require(postback.deliver(sale).end)
        #expect(try postback.correct(sale, told, from: 0, to: 5000)?.reason == "disapproved")
        #expect(postback.remaining == [0])
    }

    @Test func `a commission that was paid out is reduced, or waits for a person`() throws {
        let sale = clicked.payment("in_1", try money(10_000, "EUR"))
        let paying = try tapfiliateBench { $0.paysOutAtOnce = true }
        let end = try #require(paying.deliver(sale).end)
        #expect(
            try paying.correct(sale, end, from: 0, to: 100)?.reason == "amount reduced, one of them paid out before"
        )
        let careful = try tapfiliateBench([.init("paid_out", "review")]) { $0.paysOutAtOnce = true }
        let told = try #require(careful.deliver(sale).end)
        let part = try #require(try careful.correct(sale, told, from: 0, to: 100))
        #expect(
            part
                == .init(
                    .needsHuman,
                    reason:
                        "commission 1 was paid out (\"paid_out\": \"review\"); set the conversion to 99.00 EUR there"
                )
        )
        #expect(try careful.correct(sale, told, from: 0, to: 10_000)?.reason.hasSuffix("; disapprove it there") == true)
        #expect(careful.remaining == [10_000])
        let unpaid = try tapfiliateBench([.init("paid_out", "review")])
        let open = try #require(unpaid.deliver(sale).end)
        #expect(try unpaid.correct(sale, open, from: 0, to: 100)?.end == .delivered)
        #expect(unpaid.remaining == [9900])
    }

    @Test func `a refund names the conversion that the sale made, whatever the prefix is by now`() throws {
        let bench = try tapfiliateBench([.init("prefix", "eu-")])
        let sale = clicked.payment("in_1", try money(100, "EUR"))
        let end = try #require(bench.deliver(sale).end)
        #expect(end.receipt["external_id"] == "eu-stripe:invoice:in_1")
        var lost = end
        lost.receipt.ids.removeAll { $0.name == "conversion" }
        let refund = try #require(clicked.correction("re_1", of: sale, ended: lost, from: 0, to: 40))
        let later = try tapfiliate([.init("prefix", "other-")])
        #expect(SinkTranscript(refund, to: later).lines[0].hasSuffix("?external_id=eu-stripe%3Ainvoice%3Ain_1"))
    }
}

@Suite struct TapfiliateMetaDataTests {
    @Test func `meta data goes along with customers and conversions, cut to what Tapfiliate takes`() throws {
        let wanted: JSONValue = ["invoice": "invoice", "campaign": "params.utm_campaign", "order no": "order"]
        let bench = try tapfiliateBench([.init("meta_data", wanted)])
        var sale = clicked.payment("in_1", try money(100, "EUR"))
        sale.event.attribution.params = [.init("utm_campaign", String(repeating: "ü", count: 300))]
        let body = SinkTranscript(sale, to: bench.sink).bodies[0]
        let cut = String(repeating: "ü", count: 255)
        #expect(body.hasSuffix(#""meta_data":{"invoice":"in_1","campaign":"\#(cut)"}}"#))
        #expect(bench.deliver(sale).end?.end == .delivered)
        #expect(bench.deliver(clicked.signUp()).end?.end == .duplicate)
        #expect(!SinkTranscript(clicked.signUp(), to: bench.sink).bodies[0].contains("meta_data"))
    }

    @Test(
        arguments: [
            (["a/b": "invoice"], "Tapfiliate takes no / in a key"), (["": "invoice"], "keys of 1 to 64 characters"),
            (["k": "nothing"], "or \"params.\" and the name"), (["k": "params."], "expected one of source"),
            (
                .object((0...10).map { .init("k\($0)", "invoice") }),
                "at most 10 keys"
            ), ([.init(repeating: "k", count: 65): "invoice"], "keys of 1 to 64 characters"),
        ] as [(JSONValue, String)]
    )
    func `what Tapfiliate would refuse is refused in the configuration`(value: JSONValue, words: String) throws {
        let problems = try #require(throws: ConfigurationProblems.self) { try tapfiliate([.init("meta_data", value)]) }
        #expect(problems.problems.contains { $0.message.contains(words) })
        #expect(problems.problems.allSatisfy { $0.place.hasPrefix("/sinks/tapfiliate/meta_data") })
    }
}
