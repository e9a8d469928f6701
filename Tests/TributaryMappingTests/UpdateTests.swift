// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryMapping
import TributaryModel

@Suite struct UpdateTests {
    private static func text(_ tests: String) -> String {
        """
        { "mapping": 1,   "provider": "sample", "version": "1",
          "verify": {"scheme":"none"},
          "event": { "id": "$.id", "type": "$.type", "time": { "unix": "$.created" } },
          "rules": [ { "id": "r", "on": [ "t" ], "where": "$.a > 0", "emit": "customer.created", "key": ["k", "$.id"],
            "set": { "customer.ref": "$.c", "live": "$.live" } } ],
          "ignore": [ { "on": ["noise"], "why": "no money \\"moved\\"" } ],
          "tests": [
        \(tests)
          ]
        }

        """
    }

    private static func updated(_ tests: String) throws -> MappingUpdate {
        try MappingFile(parsing: Array(text(tests).utf8), file: "sample.json").update { path in
            path == "fixtures/a.json" ? Array(#"{"id": "e", "type": "t", "created": 1, "a": 1, "c": "cus"}"#.utf8) : nil
        }
    }

    private static let longEvent = """
        "expect": [
                {
                  "specversion": "1.0",
                  "id": "e",
                  "type": "customer.created",
                  "source": "sample",
                  "subject": "k:e",
                  "time": "1970-01-01T00:00:01Z",
                  "datacontenttype": "application/json",
                  "data": { "customer": { "ref": "cus" }, "provider": { "name": "sample", "event": "e", "type": "t" } }
                }
              ]
        """

    @Test(arguments: [
        // What is there is replaced; what stands around stays.
        (
            #"{ "name": "n","event": {"id": "e", "type": "u"},  "ignored":true  }"#,
            #"{ "name": "n","event": {"id": "e", "type": "u"},  "unmapped": true  }"#
        ),
        (
            #"{ "unmapped":   true, "name": "n", "event": {"id": "e", "type": "noise"} }"#,
            #"{ "ignored": "no money \"moved\"", "name": "n", "event": {"id": "e", "type": "noise"} }"#
        ),
        (
            #"{ "name": "n", "event": {"id": "e", "type": "t", "a": 0}, "filtered": {"rule": "r", "clause": "$.b"} }"#,
            #"{ "name": "n", "event": {"id": "e", "type": "t", "a": 0}, "filtered": { "rule": "r", "clause": "$.a > 0" } }"#
        ),
        (
            #"{ "name": "n", "event": {"id": "e", "type": "t", "a": 1}, "expect": [] }"#,
            #"{ "name": "n", "event": {"id": "e", "type": "t", "a": 1}, "incomplete": "time" }"#
        ),
        (
            #"{ "name": "n", "event": {"id": "e", "type": "t", "a": 1, "live": 2, "created": 3}, "incomplete": "x" }"#,
            #"{ "name": "n", "event": {"id": "e", "type": "t", "a": 1, "live": 2, "created": 3}, "invalid": "live" }"#
        ),
        // What is not there is put behind the rest.
        (
            #"{ "name": "n", "event": {"id": "e", "type": "u"} }"#,
            #"{ "name": "n", "event": {"id": "e", "type": "u"}, "unmapped": true }"#
        ),
        (
            "    {\n      \"name\": \"n\",\n      \"event\": \"fixtures/a.json\"\n    }",
            "    {\n      \"name\": \"n\",\n      \"event\": \"fixtures/a.json\",\n      \(longEvent)\n    }"
        ),
        (
            "    {\n      \"name\": \"n\",\n      \"expect\": [],\n      \"event\": \"fixtures/a.json\"\n    }",
            "    {\n      \"name\": \"n\",\n      \(longEvent),\n      \"event\": \"fixtures/a.json\"\n    }"
        ),
    ])
    func `a failing test gets what comes out, and the rest of the file stays byte for byte`(
        tests: String,
        expected: String
    ) throws {
        let update = try Self.updated(tests)
        #expect(String(decoding: update.bytes, as: UTF8.self) == Self.text(expected))
        #expect(update.updated.count == 1)
        #expect(update.failed.isEmpty)
        let again = try Self.updated(expected)
        #expect(again.passed == 1)
        #expect(String(decoding: again.bytes, as: UTF8.self) == Self.text(expected))
    }

    @Test func `several tests are rewritten, and those that pass or cannot be stated stay`() throws {
        let update = try Self.updated(
            """
            { "name": "a", "event": { "id": "e", "type": "u" } },
            { "name": "b", "event": { "id": "e", "type": "u" }, "unmapped": true },
            { "name": "c", "event": "fixtures/none.json", "ignored": true },
            { "name": "d", "event": { "id": "e", "type": "noise" }, "filtered": "r" }
            """
        )
        #expect(update.updated.map(\.name) == ["a", "d"])
        #expect(update.failed.map(\.name) == ["c"])
        #expect(update.passed == 1)
        #expect(
            String(decoding: update.bytes, as: UTF8.self)
                == Self.text(
                    """
                    { "name": "a", "event": { "id": "e", "type": "u" }, "unmapped": true },
                    { "name": "b", "event": { "id": "e", "type": "u" }, "unmapped": true },
                    { "name": "c", "event": "fixtures/none.json", "ignored": true },
                    { "name": "d", "event": { "id": "e", "type": "noise" }, "ignored": "no money \\"moved\\"" }
                    """
                )
        )
    }
}
