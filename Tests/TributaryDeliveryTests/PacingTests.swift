// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryDelivery
import TributaryModel

@Suite struct PacingTests {
    /// 2026-11-21T08:30:00Z.
    private let now = Timestamp(unixSeconds: 1_795_249_800)

    @Test func `the clock of these tests is what its comment says`() {
        #expect(now.description == "2026-11-21T08:30:00Z")
    }

    @Test(
        arguments: [
            ("120", 120_000), ("0", 0), (" 7 ", 7000), ("1.5", 2000), ("99999999999999999999", 3_600_000),
            ("315360000", 3_600_000),
            ("Sat, 21 Nov 2026 08:31:30 GMT", 90_000), ("Saturday, 21-Nov-26 08:31:30 GMT", 90_000),
            ("Sat Nov 21 08:31:30 2026", 90_000), ("Sat, 21 Nov 2026 08:29:00 GMT", 0),
            ("Sat, 21 Nov 2099 08:29:00 GMT", 3_600_000),
            ("soon", nil), ("", nil), ("-5", nil), ("+5", nil), ("1e3", nil), ("5.", nil),
            ("Sat, 31 Feb 2026 08:31:30 GMT", nil),
            ("Sat, 21 Nov 2026 08:31:30 CET", nil), ("Sat, 21 Nov 2026", nil), ("1:2:3", nil),
        ] as [(String, Int?)]
    )
    func `Retry-After is read as seconds or as a date`(value: String, milliseconds: Int?) {
        let answer = ClientAnswer(status: 503, headers: ["retry-after": value])
        #expect(answer.retryAfter(now: now) == milliseconds.map { .milliseconds($0) })
    }

    @Test(
        arguments: [
            ("X-RateLimit", "1795249860", 60), ("X-Ratelimit", "1795249860", 60), ("x-ratelimit", "1795249860", 60),
            ("RateLimit", "45", 45), ("X-Rate-Limit", "1795249860000", 60), ("X-RateLimit", "1795249000", 0),
            ("X-RateLimit", "soon", nil),
        ] as [(String, String, Int?)]
    )
    func `a reset counts when nothing remains`(prefix: String, reset: String, seconds: Int?) {
        let exhausted = ClientAnswer(
            status: 400,
            headers: HeaderFields([
                .init(name: prefix + "-Remaining", value: "0"), .init(name: prefix + "-Reset", value: reset),
            ])
        )
        #expect(exhausted.retryAfter(now: now) == seconds.map { .seconds($0) })
        #expect(exhausted.isRateLimited)
        let plenty = ClientAnswer(
            status: 500,
            headers: HeaderFields([
                .init(name: prefix + "-Remaining", value: "17"), .init(name: prefix + "-Reset", value: reset),
            ])
        )
        #expect(plenty.retryAfter(now: now) == nil)
        #expect(plenty.rateLimitRemaining == 17)
        #expect(!plenty.isRateLimited)
    }

    @Test func `a refusal for too many calls waits for the reset whatever remains`() {
        let headers: HeaderFields = ["X-RateLimit-Remaining": "3", "X-RateLimit-Reset": "1795249830"]
        #expect(ClientAnswer(status: 429, headers: headers).retryAfter(now: now) == .seconds(30))
    }

    @Test func `Retry-After wins over a reset`() {
        let headers: HeaderFields = ["Retry-After": "5", "X-RateLimit-Reset": "1795249830"]
        #expect(ClientAnswer(status: 429, headers: headers).retryAfter(now: now) == .seconds(5))
    }

    @Test func `the platform's own clock measures its own times`() {
        let headers: HeaderFields = [
            "Date": "Sat, 21 Nov 2026 10:00:00 GMT", "Retry-After": "Sat, 21 Nov 2026 10:00:20 GMT",
        ]
        #expect(ClientAnswer(status: 503, headers: headers).retryAfter(now: now) == .seconds(20))
    }

    @Test func `the longest wait is the caller's to choose`() {
        let answer = ClientAnswer(status: 429, headers: ["Retry-After": "1000"])
        #expect(answer.retryAfter(now: now, longest: .seconds(60)) == .seconds(60))
    }

    @Test(arguments: [
        ("application/json", true), ("application/json; charset=utf-8", true), ("Application/JSON", true),
        ("application/problem+json", true), ("text/json", true), ("text/html", false), ("application/jsonp", false),
        ("", false),
        ("; application/json", false), ("text/plain; x=application/json", false),
    ])
    func `JSON is what the content type says`(type: String, isJSON: Bool) {
        #expect(ClientAnswer(status: 200, headers: ["content-type": type]).isJSON == isJSON)
    }
}
