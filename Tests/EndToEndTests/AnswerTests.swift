// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryDelivery
import TributaryJSON
import TributaryModel

/// What is answered to webhooks that are not as they should be.
@Suite struct AnswerTests {
    /// Something that arrives, and the answer that it is due.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var status: Int
        var code: String
        var method = ClientRequest.Method.post
        var path = "/webhooks/stripe"
        var headers: @Sendable (Provider, [UInt8]) throws -> HeaderFields = { try $0.sign($1) }
        /// What is signed; also what is sent unless ``sent`` says otherwise.
        var body = AnswerTests.genuine
        var sent: (@Sendable ([UInt8]) -> [UInt8])?
    }

    static let genuine = StripeStory(saleOf: 4200, id: "A").webhooks.first?.body ?? []
    private static let brackets = [UInt8](repeating: UInt8(ascii: "["), count: 500_000)

    static let cases: [Case] = [
        Case(testDescription: "a flipped byte", status: 400, code: "signatureMismatch", sent: flipped),
        Case(
            testDescription: "a stale time",
            status: 400,
            code: "staleTimestamp",
            headers: { try $0.sign($1, at: past) }
        ),
        Case(
            testDescription: "a wrong secret",
            status: 400,
            code: "signatureMismatch",
            headers: { try $0.sign($1, secret: wrong) }
        ),
        Case(testDescription: "a missing header", status: 400, code: "missingHeader", headers: { _, _ in [:] }),
        Case(testDescription: "nested brackets", status: 400, code: "unreadableBody", body: brackets),
        Case(
            testDescription: "invalid UTF-8",
            status: 400,
            code: "unreadableBody",
            body: Array("{\"id\":\"".utf8) + [0xFF, 0x22, 0x7D]
        ),
        Case(testDescription: "truncated JSON", status: 400, code: "unreadableBody", body: Array(genuine.dropLast(30))),
        Case(testDescription: "an empty body", status: 400, code: "unreadableBody", body: []),
        Case(testDescription: "an unknown provider", status: 404, code: "unknownProvider", path: "/webhooks/stripes"),
        Case(testDescription: "an unknown path", status: 404, code: "unknownPath", path: "/webhook"),
        Case(testDescription: "a PUT", status: 405, code: "unknownMethod", method: .put),
        Case(
            testDescription: "50 MB",
            status: 413,
            code: "bodyTooLarge",
            body: [UInt8](repeating: 0x20, count: 50_000_000)
        ),
    ]

    private static let wrong = Secret("whsec_another")
    private static let past = Timestamp.now.advanced(by: .seconds(-301))
    private static let flipped: @Sendable ([UInt8]) -> [UInt8] = { body in
        var body = body
        body[body.count / 2] ^= 1
        return body
    }

    @Test(.timeLimit(.minutes(1)))
    func `each fault gets the answer of the design, and the daemon goes on`() async throws {
        try await DaemonFolder.with { folder in
            try folder.write()
            let daemon = try DaemonProcess(folder)
            let provider = try Provider(try await daemon.listening())
            for row in Self.cases {
                let headers = try row.headers(provider, row.body)
                let body = row.sent?(row.body) ?? row.body
                let answer = try await provider.call(row.method, row.path, headers: headers, body: body)
                #expect(answer.status == row.status, "\(row.testDescription)")
                #expect(answer.headers["Content-Type"] == "application/problem+json", "\(row.testDescription)")
                let problem = try JSONValue(parsing: answer.body)
                #expect(problem["status"]?.int64 == Int64(row.status), "\(row.testDescription)")
                #expect(problem["code"]?.string == row.code, "\(row.testDescription): \(problem.text)")
                let isQuiet = !String(decoding: answer.body, as: UTF8.self).contains(StripeShape.canary)
                #expect(isQuiet, "\(row.testDescription)")
            }
            let wrongMethod = try await provider.call(.get, "/webhooks/stripe")
            #expect(wrongMethod.status == 405)
            #expect(wrongMethod.headers["Allow"] == "POST")
            for _ in 0..<2 {
                let answer = try await provider.call(
                    .post,
                    "/webhooks/stripe",
                    headers: try provider.sign(Self.genuine),
                    body: Self.genuine
                )
                #expect(answer.status == 200)
            }
            await provider.close()
            #expect(try await daemon.stop() == .code(0))
            #expect(daemon.logFaults == [])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `the doors of an operator's tools answer`() async throws {
        try await DaemonFolder.with { folder in
            try folder.write()
            let daemon = try DaemonProcess(folder)
            let provider = try Provider(try await daemon.listening())
            #expect(try await provider.call(.get, "/healthz").status == 200)
            #expect(try await provider.call(.get, "/readyz").status == 200)
            let metrics = try await provider.call(.get, "/metrics")
            #expect(metrics.status == 200)
            #expect(metrics.headers["Content-Type"]?.hasPrefix("text/plain; version=0.0.4") == true)
            #expect(
                Metrics(metrics.body).text.contains(
                    "tributary_webhooks_total{provider=\"stripe\",outcome=\"emitted\"} 0"
                )
            )
            await provider.close()
            #expect(try await daemon.stop() == .code(0))
        }
    }
}
