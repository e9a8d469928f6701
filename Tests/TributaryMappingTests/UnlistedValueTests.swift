// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON
import TributaryMapping

/// Values that a table does not list are told beside the result.
@Suite struct UnlistedValueTests {
    private static let mapping = """
        { "mapping": 1, "provider": "acme", "version": "1", "verify": { "preset": "stripe" },
          "event": { "id": "$.id", "type": "$.type", "time": { "unix": "$.at" } },
          "rules": [ { "id": "paid", "on": ["paid"], "emit": "payment.succeeded",
            "key": ["payment", { "map": "$.key", "to": { "a": "A" }, "else": "B" }],
            "set": { "phase": { "map": "$.reason", "to": { "cycle": "renewal" }, "else": "other" },
                     "customer.ref": { "first": [{ "map": "$.plan", "to": { "gold": "g" } }, "$.customer"] },
                     "total": { "minor": "$.cents", "currency": "$.currency" } } } ] }
        """

    private func unlisted(_ body: String) throws -> [UnlistedValue] {
        let mapping = try Mapping(parsing: Array(Self.mapping.utf8), file: "acme.json")
        return try mapping.results(from: Array(body.utf8)).flatMap(\.unlisted)
    }

    private func body(_ members: String) -> String {
        #"{"id":"1","type":"paid","at":1,"cents":1,"currency":"eur","customer":"c",\#(members)}"#
    }

    @Test func `listed values and missing ones are not told`() throws {
        #expect(try unlisted(body(#""key":"a","reason":"cycle","plan":"gold""#)) == [])
        #expect(try unlisted(body(#""key":"a","reason":null"#)) == [])
        #expect(try unlisted(body(#""key":"a","reason":"","plan":"""#)) == [])
    }

    @Test func `unlisted values are told with rule, target and whether something stands for them`() throws {
        let found = try unlisted(body(#""key":"z","reason":"upgrade","plan":"Ada Lovelace""#))
        #expect(
            Set(found) == [
                UnlistedValue(rule: "paid", target: "key", text: "z", hasElse: true),
                UnlistedValue(rule: "paid", target: "phase", text: "upgrade", hasElse: true),
                UnlistedValue(rule: "paid", target: "customer.ref", text: "a text of 9 to 16 bytes", hasElse: false),
            ]
        )
    }

    @Test func `every entry of a batch has its own`() throws {
        let batch = Self.mapping.replacing(#""verify""#, with: #""body": { "batch": "$[*]" }, "verify""#)
            .replacing("$.", with: "@.")
        let mapping = try Mapping(parsing: Array(batch.utf8), file: "acme.json")
        let bodies = [#""key":"a","reason":"one""#, #""key":"a","reason":"cycle""#, #""key":"a","reason":"two""#].map(
            body
        )
        let results = try mapping.results(from: Array("[\(bodies.joined(separator: ","))]".utf8))
        #expect(results.map { $0.unlisted.map(\.text) } == [["one"], [], ["two"]])
        #expect(Set(results.map(\.entry)).count == 3)
    }
}
