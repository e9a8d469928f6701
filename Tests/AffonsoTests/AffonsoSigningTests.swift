// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing
import Tributary
import TributaryDelivery
import TributaryModel
import TributaryServer
import TributarySigning
import TributaryTesting

@testable import Affonso

/// How a double of Affonso checks signatures.
func affonsoSigning(_ secret: String, _ form: RequestSigning.Form = .timestampBody) throws -> RequestSigning {
    try RequestSigning(
        timestampHeader: "X-Affonso-Timestamp",
        signatureHeader: "X-Affonso-Signature",
        form: form,
        secret: Secret(secret)
    )
}

/// Makes a sink with secrets.
private func signed(_ members: [JSONValue.Member], _ secrets: [String: String]) throws -> any Sink {
    var all = secrets
    all["key"] = "sk_live_test"
    let named = all.keys.sorted().map { JSONValue.Member($0, .string("env:" + $0)) }
    return try AffonsoPlugin.makeSink(
        PluginSettings(name: "affonso", members: members + named, secrets: all.mapValues { Secret($0) })
    )
}

/// Keeps the latest request.
private final class Recorder: PlatformDouble {
    let name = "recorder"
    let basePath = ""
    let last = Mutex<ServerRequest?>(nil)

    func answer(to request: ServerRequest) -> ServerResponse {
        last.withLock { $0 = request }
        return .json([:])
    }
    func failure(status: Int) -> ServerResponse { ServerResponse(status: status) }
    var records: JSONValue { [:] }
    var bookings: [Booking] { [] }
    func seed(_ seed: DoubleSeed) {}
    func reset() {}
}

@Suite(.timeLimit(.minutes(1))) struct AffonsoSigningTests {
    @Test(arguments: [
        ("{}", "fd3a9da558290ff16cd23f4add10ff78d4c47b5d4d12013e81381d2c9e8ee8d0"),
        (
            #"{"referral_id":"ref_123","sale_amount":99.99,"sale_amount_currency":"USD","external_event_id":"evt_1"}"#,
            "9c80d66f9f21c2f19595aab0fc3cfee55d98a1cf4d854c20ac41f528b36907d5"
        ),
        (#"{"currency":"JPY","note":"café"}"#, "ad01cca03c9143a1b0ada9a321b45690c6507bccf25af03e114a98eef67bf587"),
    ])
    func `a call carries the signature that Affonso's own test has`(body: String, signature: String) async throws {
        let sink = try #require(try signed([], ["signing_secret": "whsec_test"]) as? AffonsoSink)
        var call = Call("conversion", url: "http://affonso.test/v1/conversions", body: Array(body.utf8))
        call.signing = sink.settings.signing
        let moment = try #require(Timestamp(rfc3339: "2026-07-19T12:00:00Z"))
        let recorder = Recorder()
        _ = MemoryTransport(DoubleFront(recorder) { moment }) { moment }.perform(call)
        let inMemory = try #require(recorder.last.withLock { $0 })
        #expect(inMemory.headers["X-Affonso-Timestamp"] == "1784462400")
        #expect(inMemory.headers["X-Affonso-Signature"] == signature)
        let client = try HTTPClient()
        let transport = PlatformTransport(client: client) { moment }
        try await DoubleServer.serving(DoubleFront(recorder) { moment }) { url in
            call.url = url + "/v1/conversions"
            _ = await transport.perform(call)
        }
        await client.close()
        let overHTTP = try #require(recorder.last.withLock { $0 })
        #expect(overHTTP.headers["X-Affonso-Signature"] == signature)
        #expect(overHTTP.body == Array(body.utf8))
    }

    @Test(arguments: ["timestamp.body", "timestamp.path.body"])
    func `each attempt is signed at its own moment`(form: String) throws {
        let clock = Mutex(Timestamp(unixSeconds: 1_784_462_400))
        var rules = AffonsoDouble.Rules()
        rules.signing = try affonsoSigning("whsec_test", try #require(RequestSigning.Form(rawValue: form)))
        let faults = FaultPlan([.init(.errorBefore(status: 500), .range(1...1))])
        let double = AffonsoDouble(rules) { clock.withLock { $0 } }
        let front = DoubleFront(double, seed: .sample, faults: faults) { clock.withLock { $0 } }
        let transport = MemoryTransport(front) { clock.withLock { $0 } }
        let sink = try signed(
            [.init("url", "http://affonso.test/v1"), .init("signing", .string(form))],
            ["signing_secret": "whsec_test"]
        )
        let clicked = SampleBuyer(Customer(user: "user_7"), Attribution(referral: "click_1"))
        var delivery = clicked.payment("in_1", try money(100, "EUR"))
        var ends: [Step] = []
        for attempt in 1...2 {
            delivery.attempt = attempt
            guard case .call(let call) = sink.step(for: delivery, after: []) else { break }
            ends.append(sink.step(for: delivery, after: [Exchange(call, transport.perform(call))]))
            // A queue may wait for longer than any signature is taken.
            clock.withLock { $0 = $0.advanced(by: .seconds(3600)) }
        }
        #expect(ends.first?.retry?.reason == "status 500")
        #expect(ends.last?.end?.end == .delivered)
    }

    @Test func `what is signed by which secret, and what never`() throws {
        let secrets = ["signing_secret": "whsec_test", "source_signing_secret": "whsec_source"]
        let sink = try signed([.init("source", "segment")], secrets)
        let payment = buyer.payment("in_1", try money(100, "EUR"))
        let told = try #require(SinkTranscript(payment, to: sink).calls.first)
        #expect(told.signing?.secret == Secret("whsec_source"))
        let end = Step.End(.delivered, reason: "", receipt: Receipt([.init("conversion", "com_1")]))
        let refund = try #require(buyer.correction("re_1", of: payment, ended: end, from: 0, to: 100))
        #expect(SinkTranscript(refund, to: sink).calls.first?.signing?.secret == Secret("whsec_test"))
        #expect(SinkTranscript(buyer.signUp(), to: sink).calls.map(\.signing) == [nil])
        var click = buyer.event(.clickRecorded, Reference("click", "1"))
        click.attribution = Attribution(code: "sarah123")
        let delivery = Delivery(id: 1, event: click, idempotencyKey: "k")
        #expect(SinkTranscript(delivery, to: sink).calls.map(\.signing) == [nil])
        let unsigned = try signed([.init("source", "segment")], ["signing_secret": "whsec_test"])
        #expect(SinkTranscript(payment, to: unsigned).calls.map(\.signing) == [nil])
        let off = try signed([.init("signing", "off")], ["signing_secret": "whsec_test"])
        #expect(SinkTranscript(payment, to: off).calls.map(\.signing) == [nil])
    }

    @Test(arguments: [400, 401, 403])
    func `a refused signature pauses the sink whatever the status is`(status: Int) throws {
        var rules = AffonsoDouble.Rules()
        rules.signing = try affonsoSigning("whsec_test")
        rules.signatureStatus = status
        let sink = try signed([.init("url", "http://affonso.test/v1")], ["signing_secret": "whsec_old"])
        let bench = SinkBench(AffonsoDouble(rules) { SampleBuyer.epoch }, sink)
        let retry = try #require(bench.deliver(buyer.payment("in_1", try money(100, "EUR"))).retry)
        #expect(retry.scope == .credentials)
        #expect(retry.reason.contains("check the signing secrets, the form in \"signing\" and the clock"))
    }

    @Test func `a secret that cannot sign is refused when the configuration is read`() throws {
        let error = #expect(throws: ConfigurationProblems.self) {
            try signed([], ["signing_secret": "whsec_test\n"])
        }
        #expect(
            error?.problems.map(\.message) == ["The secret begins or ends with a blank or a line break; remove it."]
        )
    }

    @Test(
        arguments: [
            ([.init("source", "segment"), .init("sales", "events")], [:], "says nothing beside"),
            ([], ["source_signing_secret": "whsec_x"], "says nothing without"),
        ] as [([JSONValue.Member], [String: String], String)]
    )
    func `settings that say nothing together are refused`(
        members: [JSONValue.Member],
        secrets: [String: String],
        words: String
    ) throws {
        let error = #expect(throws: ConfigurationProblems.self) { try signed(members, secrets) }
        #expect(error?.problems.count == 1)
        #expect(error?.problems.first?.message.contains(words) == true)
    }
}
