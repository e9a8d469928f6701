// SPDX-License-Identifier: Apache-2.0

import TributaryMapping

/// Small mapping files, put together from the part that a test is about.
enum Sample {
    /// A mapping of a made-up provider; `rules` and what else a test wants are given as JSON.
    static func file(
        rules: String,
        tests: String = "[]",
        event: String = #"{"id": "$.id", "type": "$.type", "time": {"unix": "$.created"}}"#,
        further: String = ""
    ) throws -> MappingFile {
        try MappingFile(parsing: bytes(rules: rules, tests: tests, event: event, further: further), file: "sample.json")
    }

    static func bytes(
        rules: String,
        tests: String = "[]",
        event: String = #"{"id": "$.id", "type": "$.type", "time": {"unix": "$.created"}}"#,
        further: String = ""
    ) -> [UInt8] {
        Array(
            """
            {"mapping": 1, "provider": "sample", "version": "1.0.0", "verify": {"scheme": "none"},
             "event": \(event), "rules": \(rules), "tests": \(tests)\(further.isEmpty ? "" : ", " + further)}
            """.utf8
        )
    }

    /// A rule that takes payments of the type `sale` from the member `o`.
    static func rule(
        id: String = "sale",
        on: String = #"["sale"]"#,
        set: String = #""total": {"minor": "@.amount", "currency": "@.currency"}"#,
        further: String = ""
    ) -> String {
        """
        {"id": "\(id)", "on": \(on), "at": "$.o", "emit": "payment.succeeded", "key": ["payment", "@.id"],
         "set": {\(set)}\(further.isEmpty ? "" : ", " + further)}
        """
    }

    /// A test with a body of a type and a member `o`; what it expects does not matter for coverage.
    static func test(_ object: String, type: String = "sale", name: String = "t", further: String = "") -> String {
        """
        {"name": "\(name)", "event": \(body(object, type: type)),
         \(further.isEmpty ? #""expect": []"# : further)}
        """
    }

    /// A body of a type with a member `o`.
    static func body(_ object: String, type: String = "sale", id: String = "e1") -> String {
        #"{"id": "\#(id)", "type": "\#(type)", "created": 1700000000, "o": \#(object)}"#
    }
}
