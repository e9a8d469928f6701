// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryJSON
import TributaryModel
import TributarySigning
import TributaryTesting

@testable import Forward

private let old = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
private let new = "whsec_GBkaGxwdHh8gISIjJCUmJygpKissLS4v"

private func makeSink(
    _ url: String = "https://shop.example/hooks",
    secrets: [String: Secret] = ["secret": Secret(new)],
    _ secret: JSONValue = "env:NEW"
) throws -> any Sink {
    let members: [JSONValue.Member] = [.init("url", .string(url)), .init("secret", secret)]
    return try ForwardPlugin.makeSink(PluginSettings(name: "f", members: members, secrets: secrets))
}

private func delivery() throws -> Delivery {
    let money = Money(minor: 9520, try #require(Currency("EUR")))
    return SampleBuyer(Customer(user: "user_7"), Attribution(click: "c")).payment("in_1", money)
}

@Suite struct ForwardSinkTests {
    @Test func `an event is posted whole as a CloudEvent under a stable id`() throws {
        let call = try #require(SinkTranscript(try delivery(), to: try makeSink()).calls.first)
        #expect(call.method == "POST" && call.url == "https://shop.example/hooks")
        #expect(call.headers["Content-Type"] == "application/cloudevents+json")
        #expect(call.standardWebhook?.id == "stripe:invoice:in_1")
        #expect(try Event(cloudEvent: JSONValue(parsing: call.body ?? [])) == (try delivery().event))
        #expect(!String(describing: call).contains("whsec_"))
    }

    @Test func `receivers with either secret can verify while one is being rotated`() throws {
        let secrets = ["secret.0": Secret(new), "secret.1": Secret(old)]
        let sink = try makeSink(secrets: secrets, ["env:NEW", "env:OLD"])
        let call = try #require(SinkTranscript(try delivery(), to: sink).calls.first)
        let now = Timestamp(unixSeconds: 1_795_249_800)
        let body = call.body ?? []
        let fields = try #require(call.standardWebhook?.fields(body: body, now: now))
        #expect(fields["webhook-timestamp"] == "1795249800")
        #expect(fields["webhook-signature"]?.split(separator: " ").count == 2)
        for secret in [new, old] {
            let verifier = SignatureVerifier(.standardWebhooks)
            let verdict = verifier.verify(headers: fields, body: body, secrets: [Secret(secret)], now: now)
            #expect(verdict == .genuine(signedAt: now), "\(secret)")
        }
        // Another attempt is another time, under the same id.
        let later = try #require(call.standardWebhook?.fields(body: body, now: now.advanced(by: .seconds(60))))
        #expect(later["webhook-id"] == fields["webhook-id"])
        #expect(later["webhook-signature"] != fields["webhook-signature"])
    }

    /// The recipe of Docs/forward.md, which shares no code with this package, and what it says of a request.
    private func recipe(_ fields: HeaderFields, _ body: [UInt8], secrets: [String], now: Int64) throws -> String {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Docs/forward.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let code = try #require(text.components(separatedBy: "```python\n").last?.components(separatedBy: "```").first)
        let headers = JSONValue.object(fields.fields.map { .init($0.name, .string($0.value)) }).text
        let list = JSONValue.array(secrets.map { .string($0) }).text
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        let call =
            "import sys,json;print(is_genuine(json.loads(sys.argv[1]),bytes.fromhex(sys.argv[2]),"
            + "json.loads(sys.argv[3]),int(sys.argv[4])),end='')"
        process.arguments = ["-c", code + "\n" + call, headers, Hex.encode(body.span), list, String(now)]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    @Test(.timeLimit(.minutes(1))) func `the recipe for receivers takes what is sent and nothing else`() throws {
        let sink = try makeSink(secrets: ["secret.0": Secret(new), "secret.1": Secret(old)], ["env:NEW", "env:OLD"])
        let call = try #require(SinkTranscript(try delivery(), to: sink).calls.first)
        let body = call.body ?? []
        let now: Int64 = 1_795_249_800
        let fields = try #require(call.standardWebhook?.fields(body: body, now: Timestamp(unixSeconds: now)))
        for secrets in [[new], [old], ["whsec_AAAA", new]] {
            #expect(try recipe(fields, body, secrets: secrets, now: now + 300) == "True")
        }
        #expect(try recipe(fields, body, secrets: ["whsec_AAAA"], now: now) == "False")
        #expect(try recipe(fields, body + [0x20], secrets: [new], now: now) == "False")
        #expect(try recipe(fields, body, secrets: [new], now: now + 301) == "False")
        #expect(try recipe([:], body, secrets: [new], now: now) == "False")
        for (name, value) in [("webhook-id", "other"), ("webhook-timestamp", "1795249801"), ("webhook-timestamp", "x")]
        {
            var other = fields
            other.set(name, value)
            #expect(try recipe(other, body, secrets: [new], now: now) == "False", "\(name)")
        }
    }

    @Test(
        arguments: [
            (200, Step.end(.init(.delivered, reason: "taken (200)"))),
            (202, Step.end(.init(.delivered, reason: "taken (202)"))),
            (
                410,
                Step.retry(
                    .init(
                        reason: "the receiver is gone (410); remove the sink, or mend its \"url\"",
                        scope: .credentials
                    )
                )
            ),
            (404, Step.retry(.init(reason: "status 404"))), (302, Step.retry(.init(reason: "status 302"))),
            (500, Step.retry(.init(reason: "status 500"))),
        ]
    )
    func `only a success is a delivery`(status: Int, step: Step) throws {
        let transcript = SinkTranscript(try delivery(), to: try makeSink(), answering: [.page(status)])
        #expect(transcript.last == step)
    }

    @Test(
        arguments: [
            "http://shop.example/hooks", "ftp://shop.example", "https://", "http://127.0.0.1.evil.example/x",
            "https://a@b.example/",
            "http://localhost@evil.example/",
        ]
    )
    func `an address that others could read is refused`(url: String) {
        #expect(throws: ConfigurationProblems.self) { try makeSink(url) }
    }

    @Test(arguments: ["https://shop.example", "http://127.0.0.1:9000/x", "http://localhost/x", "http://[::1]:9000/x"])
    func `https is taken, and http to this machine`(url: String) throws { _ = try makeSink(url) }

    @Test func `a secret that cannot sign is refused with the configuration`() {
        #expect(throws: ConfigurationProblems.self) { try makeSink(secrets: ["secret": Secret("whsec_short")]) }
        #expect(throws: ConfigurationProblems.self) { try makeSink(secrets: [:]) }
        #expect(throws: ConfigurationProblems.self) {
            try makeSink(secrets: ["secret.0": Secret(new)], ["env:A", "env:B"])
        }
    }

    @Test func `every kind that tells of a customer is sent, in any order`() throws {
        let capabilities = try makeSink().capabilities
        #expect(Set(EventKind.allCases).subtracting(capabilities.kinds) == [.paymentLinked, .endpointTest])
        #expect(!capabilities.needsOrder)
    }
}
