// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `tributary query`, `map` and `test`: the commands that read JSON.
@Suite(.serialized) struct QueryTests {
    private static let cases: [CommandLineCase] = [
        .init(words: ["query", "$.a"], input: #"{"a":1.50}"#, code: 0, output: ["[\n  1.50\n]\n"]),
        .init(words: ["query", "$.b"], input: #"{"a":1}"#, code: 0, output: ["[]\n"]),
        .init(words: ["query", "$..a", "--paths"], input: #"[{"a":1}]"#, code: 0, output: [#""$[0]['a']""#]),
        .init(
            words: ["query", "$"],
            input: "{\n\"a\" 1}",
            code: 1,
            complaint: ["standard input:2:5: ", "    2 | \"a\" 1}"]
        ),
        .init(words: ["query", "$"], input: "x", code: 1, complaint: ["standard input:1:1: "]),
        .init(words: ["query", "$"], input: "", code: 1, complaint: ["standard input is empty"]),
        .init(
            words: ["query", "$.a[?@.b = 1]"],
            input: "{}",
            code: 2,
            complaint: ["selector:1:10: error: ", "| $.a[?@.b = 1]", "         ^", "equality is =="]
        ),
        .init(words: ["query", "a"], input: "{}", code: 2, complaint: ["selector:1:1: error: "]),
        .init(
            words: ["query", "$[?match(@, '[')]"],
            input: "[]",
            code: 0,
            output: ["[]"],
            complaint: ["selector:1:13: warning: ", "never matches"]
        ),
        .init(
            words: ["map", "stripe"],
            input: "{\"a\":",
            code: 1,
            complaint: ["standard input:1:5: ", "    1 | {\"a\":"]
        ),
        .init(words: ["map", "stripe"], input: "", code: 1, complaint: ["standard input is empty"]),
        .init(
            words: ["map", "stripe"],
            input:
                #"{"id":"evt_1","type":"invoice.created","created":1790000000,"livemode":true,"data":{"object":{}}}"#,
            code: 0,
            output: ["[]\n"],
            complaint: ["ignored: "]
        ),
        .init(
            words: ["map", "stripe", "--json"],
            input: #"{"id":"evt_1","type":"no.such","created":1790000000,"livemode":true,"data":{"object":{}}}"#,
            code: 0,
            output: ["\"outcome\": \"unmapped\"", "\"events\": []"]
        ),
        .init(words: ["map", "stripe", "--profile", "x"], input: "{}", code: 1, complaint: ["no profile \"x\""]),
        .init(words: ["test", "stripe"], code: 0, output: ["tests passed"]),
        .init(
            words: ["test", "acme.json"],
            files: ["acme.json": acme(expecting: "unmapped")],
            code: 1,
            output: ["✘ acme.json: noise\n    expected unmapped", "acme.json: 0 of 1 tests passed"]
        ),
        .init(
            words: ["test", "acme.json"],
            files: ["acme.json": acme(expecting: "ignored")],
            code: 0,
            output: ["1 of 1"]
        ),
        .init(
            words: ["test", "acme.json", "--verbose"],
            files: ["acme.json": acme(expecting: "ignored")],
            code: 0,
            output: ["✔ acme.json: noise"]
        ),
        .init(
            words: ["test", "acme.json", "--json"],
            files: ["acme.json": acme(expecting: "unmapped")],
            code: 1,
            output: ["\"passed\": false"]
        ),
        .init(
            words: ["test", "acme.json", "--update"],
            files: ["acme.json": acme(expecting: "unmapped")],
            code: 0,
            output: [
                "✎ acme.json: noise\n    expected unmapped, but ignored: no money moved\n",
                "acme.json: 1 test was updated in acme.json, 0 passed before\n",
            ]
        ),
        .init(
            words: ["test", "acme.json", "--update"],
            files: ["acme.json": acme(expecting: "ignored")],
            code: 0,
            output: ["acme.json: nothing to update, 1 tests passed\n"]
        ),
        .init(
            words: ["test", "acme.json", "--update"],
            files: ["acme.json": acme(expecting: "ignored").replacing("\"on\"", with: "\"onn\"")],
            code: 1,
            output: ["error[M101 unknown-key]", "2 errors"]
        ),
        .init(
            words: ["check", "acme.json", "--resolved"],
            files: ["acme.json": acme(expecting: "ignored")],
            code: 0,
            output: ["  \"verify\": { \"preset\": \"stripe\" },\n"]
        ),
        .init(words: ["check", "--resolved"], code: 2, complaint: ["which mapping?"]),
    ]

    /// A whole mapping of one ignored type, whose only test expects something.
    static func acme(expecting outcome: String) -> String {
        """
        { "mapping": 1, "provider": "acme", "version": "1.0.0", "verify": { "preset": "stripe" },
          "event": { "id": "$.id", "type": "$.type", "time": { "unix": "$.at" } },
          "rules": [ { "id": "paid", "on": ["paid"], "emit": "payment.succeeded", "key": ["payment", "$.id"],
                       "set": { "phase": { "const": "other" }, "total": { "minor": "$.cents", "currency": "$.currency" } } } ],
          "ignore": [ { "on": ["ping"], "why": "no money moved" } ],
          "tests": [ { "name": "noise", "event": { "id": "1", "type": "ping", "at": 1790000000 },
                       "\(outcome)": true } ] }
        """
    }

    @Test(.timeLimit(.minutes(2)), arguments: cases)
    func `JSON is read, or refused with its place`(_ row: CommandLineCase) throws { try row.check() }

    @Test(.timeLimit(.minutes(1))) func `an update replaces the file behind a link, and keeps its permissions`() throws
    {
        let folder = try Sandbox()
        let text = Self.acme(expecting: "unmapped")
        try folder.write("real.json", text)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder.url("real.json").path)
        try FileManager.default.createSymbolicLink(
            atPath: folder.url("acme.json").path,
            withDestinationPath: "real.json"
        )
        #expect(try CommandLineRun(["test", "acme.json", "--update"], in: folder).code == 0)
        #expect(
            try folder.read("real.json")
                == text.replacing("\"unmapped\": true", with: "\"ignored\": \"no money moved\"")
        )
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.url("real.json").path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o640)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.url("acme.json").path) == "real.json")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["acme.json", "real.json"]
        )
        // What does not compile, or ships inside of the program, stays as it is.
        let broken = text.replacing("\"on\"", with: "\"onn\"")
        try folder.write("broken.json", broken)
        #expect(try CommandLineRun(["test", "broken.json", "--update"], in: folder).code == 1)
        #expect(try folder.read("broken.json") == broken)
        let shipped = try CommandLineRun(["test", "stripe", "--update"], in: folder)
        #expect(shipped.code == 0)
        #expect(shipped.output.hasPrefix("stripe: nothing to update, "))
    }

    @Test(.timeLimit(.minutes(1))) func `an explanation names the rule and the path of every field`() throws {
        let run = try CommandLineRun(
            ["map", "stripe", "--explain"],
            input: Sandbox.sample("1-sale.json"),
            in: Sandbox()
        )
        #expect(run.code == 0)
        #expect(run.output.contains("rule checkout-one-time  on matched, taken"))
        #expect(run.output.contains("$['data']['object']['amount_total']"))
    }
}
