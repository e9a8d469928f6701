// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel

@Suite struct TimestampTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T23:59:59Z", 951_868_799_000), ("1969-12-31T23:59:59.999Z", -1),
            ("2026-11-21T08:30:00+05:30", 1_795_230_000_000), ("2026-11-21t03:00:00z", 1_795_230_000_000),
            ("2026-11-21 03:00:00.1234567Z", 1_795_230_000_123), ("2026-11-21T03:00:00-0000", 1_795_230_000_000),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000), ("9999-12-31T23:59:59Z", 253_402_300_799_000),
            ("2016-12-31T23:59:60Z", 1_483_228_799_000),
        ] as [(String, Int64)]
    )
    func `RFC 3339 is read to the millisecond`(text: String, milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.unixMilliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T08:30:00", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
        "2026-11-21T24:00:00Z", "2026-11-21T08:60:00Z", "2026-11-21T08:30:61Z", "2026-11-21T08:30:00.Z",
        "2026-11-21T08:30:00Z ", "2026-11-21T08:30:00+25:00", "26-11-21T08:30:00Z", "２026-11-21T08:30:00Z",
    ])
    func `what is no such time is not guessed at`(text: String) { #expect(Timestamp(rfc3339: text) == nil) }

    @Test func `the text reads back as the same instant, over ten thousand years`() {
        for milliseconds in stride(from: Int64(-62_167_219_200_000), to: 253_402_300_799_000, by: 86_399_999_017 * 3) {
            let instant = Timestamp(unixMilliseconds: milliseconds)
            guard Timestamp(rfc3339: instant.description) != instant else { continue }
            Issue.record("\(milliseconds) became \(instant)")
        }
    }

    @Test func `milliseconds are written only when there are any`() {
        #expect(Timestamp(unixMilliseconds: 1_795_230_000_000).description == "2026-11-21T03:00:00Z")
        #expect(Timestamp(unixMilliseconds: 1_795_230_000_007).description == "2026-11-21T03:00:00.007Z")
    }
}
