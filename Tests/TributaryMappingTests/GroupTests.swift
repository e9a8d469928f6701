// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryMapping
import TributaryModel

@Suite struct GroupTests {
    private static let defs = #"""
        "defs": {
          "buyer": {"customer.ref": "@.customer", "customer.email": "@.email", "raw.a": "@.a"},
          "other": {"customer.email": "@.other_email", "total": {"minor": "@.n", "currency": {"const": "EUR"}}}
        }
        """#

    private static func mapping(use: String, set: String) throws -> Mapping {
        try Sample.mapping(
            rules: """
                [{"id": "r", "on": ["t"], "at": "$.o", "emit": "payment.succeeded", "key": ["k", "$.id"],
                  "use": \(use), "set": {\(set)}},
                 {"id": "s", "on": ["s"], "emit": "payment.succeeded", "key": ["k", "$.id"], "use": ["buyer", "other"]}]
                """,
            further: defs
        )
    }

    private static let object =
        #"{"customer": "c", "email": "e@x.example", "other_email": "o@x.example", "a": 1, "n": 5}"#

    @Test(arguments: [
        (#"["buyer", "other"]"#, "", "o@x.example"), (#"["other", "buyer"]"#, "", "e@x.example"),
        (#"["other", "buyer"]"#, #""customer.email": {"const": "me@x.example"}"#, "me@x.example"),
    ])
    func `later groups win over earlier ones, and the rule over all`(use: String, set: String, email: String) throws {
        let event = try #require(
            try Sample.outcome(try Self.mapping(use: use, set: set), Sample.body(Self.object)).events.first
        )
        #expect(event.customer.email == email)
        #expect(event.customer.ref == "c")
        #expect(event.total?.minor == 5)
        #expect(event.raw.count == 1)
    }

    @Test func `an explanation shows the paths of fields from groups`() throws {
        let text = try Self.mapping(use: #"["buyer", "other"]"#, set: "").explain(Sample.body(Self.object)).text
        #expect(text.contains(#"customer.email = "o@x.example"   $['o']['other_email']"#))
        #expect(!text.contains("$['o']['email']"))
    }

    @Test func `the resolved file has no groups and means the same`() throws {
        let mapping = try Self.mapping(use: #"["buyer", "other"]"#, set: #""raw.a": "@.id""#)
        let resolved = mapping.file.resolved
        #expect(resolved["defs"] == nil)
        let rule = try #require(resolved["rules"]?.elements?.first)
        #expect(rule["use"] == nil)
        #expect(
            rule["set"]?.members?.map(\.name) == ["customer.ref", "customer.email", "raw.a", "total"]
        )
        #expect(rule["set"]?["raw.a"] == "@.id")
        let again = try Mapping(parsing: resolved.encoded(), file: "resolved.json")
        let body = Sample.body(Self.object)
        #expect(try again.results(from: body) == (try mapping.results(from: body)))
    }

    @Test func `what is left unread on purpose is kept`() throws {
        let mapping = try Sample.mapping(
            further: #""unread": [{"path": "$.data.*.amount_due", "why": "what is owed is not what was paid"}]"#
        )
        #expect(mapping.file.unread.map(\.path) == ["$.data.*.amount_due"])
        #expect(mapping.file.unread.map(\.why) == ["what is owed is not what was paid"])
    }
}
