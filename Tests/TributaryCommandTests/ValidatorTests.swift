// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TributaryJSON
import TributaryMapping
import TributaryModel

/// The schemas in the hands of a standard validator, python3-jsonschema, as an editor has one.
@Suite struct ValidatorTests {
    /// Prints the name of each file that a schema refuses.
    private static let program = """
        import json, sys
        from jsonschema import Draft202012Validator
        schema = json.load(open(sys.argv[1]))
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        for name in sys.argv[2:]:
            try:
                document = json.load(open(name))
            except ValueError as error:
                print(name, "$", error, sep="\\t")
                continue
            for error in validator.iter_errors(document):
                print(name, error.json_path, error.message[:200], sep="\\t")
        """

    /// What a validator says of files: for each that it refuses, the first reason.
    private static func refusals(_ schema: String, of files: [String: String]) throws -> [String: String] {
        let folder = try Sandbox()
        try folder.write("validate.py", program)
        try folder.write("schema.json", schema)
        for (name, text) in files { try folder.write(name, text) }
        let names = files.keys.sorted().map { "'\($0)'" }.joined(separator: " ")
        let run = try CommandLineRun(shell: "/usr/bin/python3 validate.py schema.json \(names)", in: folder)
        #expect(run.code == 0, "\(run.complaint)")
        var refusals: [String: String] = [:]
        for line in run.output.split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 1).map(String.init)
            if refusals[parts[0]] == nil { refusals[parts[0]] = parts[1] }
        }
        return refusals
    }

    private static let mappingSchema = String(decoding: ShippedMappings.schema, as: UTF8.self)

    @Test(.timeLimit(.minutes(2))) func `every shipped mapping names the schema and fits it`() throws {
        var files: [String: String] = [:]
        for name in ShippedMappings.names {
            let bytes = try #require(ShippedMappings.mapping(name))
            #expect(try JSONValue(parsing: bytes)["$schema"] == "../mapping.schema.json", "\(name)")
            files[name + ".json"] = String(decoding: bytes, as: UTF8.self)
        }
        #expect(try Self.refusals(Self.mappingSchema, of: files) == [:])
    }

    @Test(.timeLimit(.minutes(2))) func `every example of a configuration fits the schema that the program prints`()
        throws
    {
        let page = Sandbox.package.appending(path: "Docs/configuration.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        var files: [String: String] = [:]
        for (index, part) in text.components(separatedBy: "```json\n").dropFirst().enumerated() {
            files["example-\(index).json"] = part.components(separatedBy: "```").first
        }
        #expect(files.count > 5)
        let schema = try CommandLineRun(["schema"], in: Sandbox()).output
        #expect(try Self.refusals(schema, of: files) == [:])
        let broken = [
            "unknown-key.json": #"{"listne": "127.0.0.1:1"}"#, "wrong-type.json": #"{"providers": []}"#,
            "unknown-sink.json": #"{"sinks": {"a": {"use": "afonso", "key": "env:K"}}}"#,
            "missing-key.json": #"{"sinks": {"a": {"use": "affonso"}}}"#,
        ]
        #expect(Set(try Self.refusals(schema, of: broken).keys) == Set(broken.keys))
        for (name, text) in broken {
            try CommandLineCase(words: ["check", name], files: [name: text], code: 1, output: ["error"]).check()
        }
    }

    @Test(.timeLimit(.minutes(2))) func `every description that ships, and the one in the documents, fits its schema`()
        throws
    {
        let folder = Sandbox.package.appending(path: "Plugins/Postback/Presets")
        var files: [String: String] = [:]
        for name in ["everflow", "tune", "voluum"] {
            let file = folder.appending(path: "\(name).postback.json")
            files[name + ".json"] = try String(contentsOf: file, encoding: .utf8)
        }
        let page = try String(contentsOf: Sandbox.package.appending(path: "Docs/postback.md"), encoding: .utf8)
        let example = page.components(separatedBy: "```json\n").first { $0.contains("\"postback\": 1") }
        files["page.json"] = example?.components(separatedBy: "```").first
        #expect(files.count == 4)
        let schema = try CommandLineRun(["schema", "postback"], in: Sandbox()).output
        #expect(try Self.refusals(schema, of: files) == [:])
        let tune = try #require(files["tune.json"])
        let broken = [
            "key.json": tune.replacing("\"path\"", with: "\"pth\""),
            "end.json": tune.replacing("notAttributed", with: "unattributed"),
            "address.json": tune.replacing("https://{domain}", with: "http://{domain}"),
            "status.json": tune.replacing("\"status\": 200", with: "\"status\": \"20x\""),
        ]
        #expect(Set(try Self.refusals(schema, of: broken).keys) == Set(broken.keys))
    }

    /// A description with everything that goes beyond one plain call.
    private static let whole = #"""
        { "$schema": "postback.schema.json", "postback": 1, "name": "acme", "version": "1", "address": "https://t.acme.example",
          "settings": { "key": { "type": "secret" } },
          "requests": [{ "id": "sale", "on": ["payment.succeeded"],
            "find": { "address": "https://api.acme.example", "path": "/rows", "query": { "q": { "or_empty": "$.ids.click" } },
              "choose": "@.json.rows[?@.key == $.key]", "before": [{ "where": "$.found.done == true", "end": "duplicate", "reason": "x" }],
              "answers": [{ "status": 200, "end": "needsHuman", "reason": "not listed" }] },
            "method": "POST", "address": "https://api.acme.example", "path": "/rows/{$.found.id}",
            "form": { "coupon": { "or_empty": "$.ids.coupon" }, "given": "$.given.key" },
            "sign": { "of": "body", "secret": "key", "header": "X-Sign", "prefix": "sha256=" } }],
          "answers": [{ "status": "2xx", "end": "unproven", "reason": "taken" }],
          "sample": { "key": "k" },
          "tests": [{ "name": "a sale", "delivery": { "event": {} }, "look_up": { "status": 200, "json": { "rows": [] } },
            "expect": { "look_up": { "method": "GET", "url": "https://api.acme.example/rows?q=" }, "end": "needsHuman" } }] }
        """#

    @Test(.timeLimit(.minutes(2))) func `schema and reader of descriptions take and refuse the same files`() throws {
        let changes: [(name: String, from: String, to: String)] = [
            ("sign-two-places", #""header": "X-Sign""#, #""header": "X-Sign", "parameter": "s""#),
            ("sign-no-place", #", "header": "X-Sign""#, ""), ("sign-of", #""of": "body""#, #""of": "bodies""#),
            ("sign-no-secret", #""secret": "key", "#, ""), ("sign-header", #""X-Sign""#, #""X Sign""#),
            ("find-no-choose", #""choose": "@.json.rows[?@.key == $.key]", "#, ""),
            ("find-no-path", #""path": "/rows", "#, ""), ("find-key", #""choose""#, #""chose""#),
            ("find-end", #""end": "duplicate""#, #""end": "double""#),
            ("address", #""POST", "address": "https:"#, #""POST", "address": "http:"#),
            ("or-empty", #""coupon": { "or_empty""#, #""coupon": { "or_emty""#), ("path", #""/rows/{"#, #""rows/{"#),
            ("status", #""2xx""#, #""2x""#), ("kind", "payment.succeeded", "payment.succeded"),
            ("test", #""look_up": { "status""#, #""lookup": { "status""#),
            ("postback", #""postback": 1"#, #""postback": 2"#),
        ]
        var files = ["whole.postback.json": Self.whole]
        for change in changes {
            let text = Self.whole.replacing(change.from, with: change.to)
            #expect(text != Self.whole, "\(change.name)")
            files[change.name + ".postback.json"] = text
        }
        let schema = try CommandLineRun(["schema", "postback"], in: Sandbox()).output
        let refused = try Self.refusals(schema, of: files)
        #expect(Set(refused.keys) == Set(files.keys).subtracting(["whole.postback.json"]))
        for (name, text) in files {
            let isFine = name == "whole.postback.json"
            let run = CommandLineCase(
                words: ["check", name],
                files: [name: text],
                code: isFine ? 0 : 1,
                output: [isFine ? "ok  whole" : "error["]
            )
            try run.check()
        }
        try CommandLineCase(
            words: ["test", "whole.postback.json"],
            files: ["whole.postback.json": Self.whole],
            code: 0,
            output: ["1 of 1 tests passed"]
        ).check()
    }

    /// Mistakes that take more than the shape of the file to see: paths and predicates, names that refer to others, results of
    /// operators, and what one part of the file says of another.
    private static let beyondSchema: Set<String> = [
        "bad-template", "bad-template-close", "bad-template-empty", "bad-template-selector", "batch-shared-id",
        "ignored-twice", "json-repeated-key", "mapped-and-ignored", "no-time", "predicate-single-equals",
        "predicate-syntax", "predicate-word", "repeated-rule", "selector-current-in-event", "selector-dialect",
        "selector-escaped", "selector-not-singular", "selector-syntax", "tabs-and-letters",
        "test-filtered-unknown-rule", "test-ignored-why", "test-missing-fixture", "test-received",
        "test-repeated-name", "test-unknown-rule", "unknown-profile", "unknown-profile-none", "unreachable-rule",
        "unread-twice", "use-lacks-total", "use-unknown-group", "use-without-defs", "wrong-result-amount",
        "wrong-result-bool", "wrong-result-const", "wrong-result-default",
    ]

    @Test(.timeLimit(.minutes(2))) func `schema and compiler refuse the same files`() throws {
        let folder = Sandbox.package.appending(path: "Tests/TributaryMappingTests/Fixtures/diagnostics")
        var files: [String: String] = [:]
        var refused: Set<String> = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where !name.hasPrefix(".") {
            let text = try String(contentsOf: folder.appending(path: "\(name)/mapping.json"), encoding: .utf8)
            files[name] = text
            let golden = try String(contentsOf: folder.appending(path: "\(name)/expected.txt"), encoding: .utf8)
            if golden.contains(" error[") { refused.insert(name) }
        }
        let refusals = try Self.refusals(Self.mappingSchema, of: files)
        #expect(Set(refusals.keys) == refused.subtracting(Self.beyondSchema))
        #expect(Self.beyondSchema.isSubset(of: refused))
        #expect(refusals.count >= 40)
    }
}
