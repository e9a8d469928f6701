// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryJSON
import TributaryModel

/// `tributary tokens`.
@Suite(.serialized, .timeLimit(.minutes(2))) struct TokensTests {
    private static let secret = "5f4dcc3b5aa765d61d8327deb882cf99"
    private static let configuration = """
        { "tokens": [{ "name": "backend", "secret": "env:T", "scopes": ["events", "leads"] },
                     { "name": "crm", "secret": "env:MISSING", "scopes": ["read"] }] }
        """

    @Test func `tokens are listed with their scopes, and no secret is ever shown`() throws {
        let folder = try Sandbox()
        try folder.write("tributary.json", Self.configuration)
        for words in [["tokens"], ["tokens", "--json"]] {
            let run = try CommandLineRun(words, in: folder, environment: ["T": Self.secret])
            // One of them cannot be used.
            #expect(run.code == 1)
            #expect(!(run.output + run.complaint).contains(Self.secret))
            for text in ["backend", "events", "leads", "env:T", "crm", "read", "env:MISSING"] {
                #expect(run.output.contains(text), "\(run.output)")
            }
        }
        let table = try CommandLineRun(["tokens"], in: folder, environment: ["T": Self.secret]).output
        let lines = table.split(separator: "\n")
        #expect(lines.first { $0.hasPrefix("backend") }?.hasSuffix("  usable") == true)
        #expect(lines.first { $0.hasPrefix("crm") }?.hasSuffix("not usable here") == true)
    }

    @Test func `a secret that stands in the file is not repeated`() throws {
        let folder = try Sandbox()
        try folder.write("tributary.json", Self.configuration.replacing("env:T", with: Self.secret))
        for words in [["tokens"], ["tokens", "--json"]] {
            let run = try CommandLineRun(words, in: folder)
            #expect(run.code == 1 && !run.output.contains(Self.secret), "\(run.output)\(run.complaint)")
        }
    }

    @Test func `a new token works as it is pasted, and is another one each time`() throws {
        let folder = try Sandbox()
        var seen: Set<String> = []
        for _ in 0..<4 {
            let words = ["tokens", "new", "my-backend", "--scope", "events", "--scope", "clicks", "--json"]
            let run = try CommandLineRun(words, in: folder)
            #expect(run.code == 0)
            let made = try JSONValue(parsing: Array(run.output.utf8))
            let token = try #require(made["token"]?.string)
            let variable = try #require(made["variable"]?.string)
            #expect(variable == "TRIBUTARY_TOKEN_MY_BACKEND")
            // 64 hexadecimal digits are 256 bits.
            #expect(token.utf8.count == 64 && seen.insert(token).inserted)
            let pasted: JSONValue = ["tokens": [try #require(made["configuration"])]]
            try folder.write("tributary.json", pasted.text)
            let check = try CommandLineRun(["check"], in: folder, environment: [variable: token])
            #expect(check.code == 0, "\(check.output)\(check.complaint)")
            let list = try CommandLineRun(["tokens"], in: folder, environment: [variable: token])
            #expect(list.code == 0 && list.output.contains("my-backend  events clicks  env:\(variable)  usable"))
        }
        let shown = try CommandLineRun(["tokens", "new", "backend", "--scope", "leads"], in: folder).output
        let first = try #require(shown.split(separator: "\n").first)
        #expect(first.utf8.count == 64 && shown.components(separatedBy: first).count == 2, "shown once: \(shown)")
        #expect(
            shown.contains(#""tokens": [{"name":"backend","secret":"env:TRIBUTARY_TOKEN_BACKEND","scopes":["leads"]}]"#)
        )
    }

    @Test(arguments: [
        CommandLineCase(words: ["tokens", "new"], code: 2, complaint: ["what is it called?"]),
        CommandLineCase(
            words: ["tokens", "new", "a"],
            code: 2,
            complaint: ["--scope with events, leads, clicks, read"]
        ),
        CommandLineCase(
            words: ["tokens", "new", "a", "--scope", "event"],
            code: 2,
            complaint: ["there is no scope \"event\"; did you mean"]
        ),
        CommandLineCase(
            words: ["tokens", "new", "A b", "--scope", "read"],
            code: 2,
            complaint: ["1 to 64 characters"]
        ),
        CommandLineCase(words: ["tokens", "list"], code: 2, complaint: ["there is no \"tokens list\""]),
        CommandLineCase(words: ["tokens", "--scope", "read"], code: 2, complaint: ["tributary tokens new NAME"]),
        CommandLineCase(words: ["tokens"], files: ["tributary.json": "{}"], code: 0, output: ["nobody may call /v1"]),
    ])
    func `what is asked for wrongly is told with its remedy`(_ row: CommandLineCase) throws { try row.check() }
}
