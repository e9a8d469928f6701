// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `check`, `test` and `schema` with descriptions of platforms, and configurations that use them.
@Suite(.serialized) struct PostbackCommandTests {
    private static let acme = """
        {
          "postback": 1, "name": "acme", "version": "2", "address": "https://{domain}/v1",
          "settings": { "domain": { "type": "host" }, "key": { "type": "secret" } },
          "requests": [{ "id": "sale", "on": ["payment.succeeded"], "path": "/s", "query": { "k": { "setting": "key" } } }],
          "answers": [{ "status": 200, "end": "delivered", "reason": "stored" }],
          "sample": { "domain": "a.example", "key": "k" },
          "tests": [{ "name": "a sale", "delivery": { "event": { } }, "answer": { "status": 200 },
            "expect": { "request": { "method": "GET", "url": "https://a.example/v1/s?k=k" }, "end": "delivered" } }]
        }
        """

    private static func configuration(_ settings: String) -> String {
        #"{"providers":{"stripe":{"secrets":["env:S"]}},"sinks":{"a":{"use":"postback","file":"acme.postback.json","#
            + #""settings":\#(settings)}}}"#
    }

    private static let cases: [CommandLineCase] = [
        .init(words: ["check", "tune"], code: 0, output: ["ok  tune.postback.json  description, tune 1.1.0"]),
        .init(words: ["test", "voluum"], code: 0, output: ["voluum: 11 of 11 tests passed"]),
        .init(
            words: ["check", "acme.postback.json"],
            files: ["acme.postback.json": acme],
            code: 0,
            output: ["ok  acme.postback.json  description, acme 2"]
        ),
        .init(
            words: ["check", "acme.json"],
            files: ["acme.json": acme.replacing("\"query\"", with: "\"qeury\"")],
            code: 1,
            output: ["acme.json:4:75: error[M101 unknown-key]", "did you mean \"query\"?"]
        ),
        .init(
            words: ["test", "acme.postback.json", "--verbose"],
            files: ["acme.postback.json": acme],
            code: 0,
            output: ["acme.postback.json: a sale", "1 of 1 tests passed"]
        ),
        .init(
            words: ["test", "acme.postback.json"],
            files: ["acme.postback.json": acme.replacing("s?k=k", with: "s?k=x")],
            code: 1,
            output: ["- \"https://a.example/v1/s?k=x\"", "+ \"https://a.example/v1/s?k=k\"", "0 of 1 tests passed"]
        ),
        .init(
            words: ["test", "acme.postback.json", "--update"],
            files: ["acme.postback.json": acme.replacing("s?k=k", with: "s?k=x")],
            code: 0,
            output: ["+ \"https://a.example/v1/s?k=k\"", "1 test was updated in acme.postback.json, 0 passed before"]
        ),
        .init(
            words: ["test", "acme.postback.json", "--update"],
            files: ["acme.postback.json": acme],
            code: 0,
            output: ["nothing to update, 1 tests passed"]
        ),
        .init(
            words: ["test", "tune", "--update"],
            code: 0,
            output: ["tune: nothing to update, 15 tests passed"]
        ),
        .init(
            words: ["check", "t.json"],
            files: [
                "acme.postback.json": acme, "t.json": configuration(#"{"domain":"a.example","key":"env:K"}"#),
            ],
            environment: ["S": "whsec_1", "K": "k"],
            code: 0,
            output: ["ok  t.json"]
        ),
        .init(
            words: ["check", "t.json"],
            files: [
                "acme.postback.json": acme, "t.json": configuration(#"{"domain":"a.example/x","key":"env:GONE"}"#),
            ],
            environment: ["S": "whsec_1"],
            code: 1,
            output: ["expected the name of a host", "GONE"]
        ),
        .init(
            words: ["check", "t.json"],
            files: [
                "acme.postback.json": acme.replacing("\"path\"", with: "\"pth\""),
                "t.json": configuration(#"{"domain":"a.example","key":"env:K"}"#),
            ],
            environment: ["S": "whsec_1", "K": "k"],
            code: 1,
            output: ["acme.postback.json:4:61: error[M101 unknown-key]: there is no key \"pth\" in a request"]
        ),
    ]

    @Test(.timeLimit(.minutes(1))) func `an update changes the expectation and not one byte more`() throws {
        let folder = try Sandbox()
        try folder.write(
            "acme.postback.json",
            Self.acme.replacing("s?k=k", with: "s?k=x").replacing("delivered\" } }", with: "permanent\" } }")
        )
        let run = try CommandLineRun(["test", "acme.postback.json", "--update"], in: folder)
        #expect(run.code == 0, "\(run.complaint)")
        #expect(try folder.read("acme.postback.json") == Self.acme)
    }

    @Test(.timeLimit(.minutes(1)), arguments: cases)
    func `descriptions are checked and tested like mappings`(example: CommandLineCase) throws { try example.check() }
}
