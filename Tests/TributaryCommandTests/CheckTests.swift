// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TributaryJSON
import TributaryModel

/// `tributary check`, and `serve` where the configuration keeps it from starting.
@Suite(.serialized) struct CheckTests {
    private static let good =
        #"{"providers":{"stripe":{"secrets":["env:S"]}},"sinks":{"affonso":{"use":"affonso","key":"env:K"}}}"#

    /// A mapping of one rule, whose token does not bind the body.
    private static let ping = """
        {"mapping":1,"provider":"ping","version":"1.0.0","verify":{"scheme":"token","header":"x-token"},
        "event":{"id":"$.id","type":"$.type","time":{"unix":"$.t"}},"ignore":[{"on":["a"],"why":"b"}],
        "rules":[{"id":"paid","on":["paid"],"at":"$","emit":"endpoint.test","key":["ping","@.id"],"set":{}}]}
        """

    private static func sink(_ members: String) -> [String: String] {
        ["t.json": #"{"providers":{"stripe":{"secrets":["env:S"]}},"sinks":{"a":{"# + members + "}}}"]
    }

    private static func wrong(_ files: [String: String], _ output: String...) -> CommandLineCase {
        .init(words: ["check", "t.json"], files: files, environment: secrets, code: 1, output: output)
    }

    private static let secrets = ["S": "whsec_1", "K": "key", "EMPTY": ""]

    private static let cases: [CommandLineCase] = [
        .init(
            words: ["check"],
            files: ["tributary.json": good],
            environment: secrets,
            code: 0,
            output: ["ok  tributary.json  configuration, 1 provider, 1 sink\n", "ok  stripe.json  mapping stripe"]
        ),
        .init(words: ["check"], code: 2, complaint: ["there is no tributary.json here"]),
        .init(words: ["check", "strpe"], code: 2, complaint: ["no mapping \"strpe\"; did you mean \"stripe\"?"]),
        .init(words: ["check", "stripe"], code: 0, output: ["ok  stripe.json"]),
        .init(
            words: ["check", "none.json", "t.json"],
            files: ["t.json": "{"],
            code: 2,
            output: ["t.json:1:1: error[C001 not-json]"],
            complaint: ["no file and no mapping \"none.json\""]
        ),
        .init(
            words: ["check", "a.json", "b.json"],
            files: ["a.json": #"{"listn":""}"#, "b.json": good],
            environment: secrets,
            code: 1,
            output: ["a.json:1:2: error[C101 unknown-setting]", "did you mean \"listen\"?", "ok  b.json"]
        ),
        wrong(
            ["t.json": "{\n  \"listn\": 1\n}"],
            "t.json:2:3: error[C101 ",
            "    2 |   \"listn\": 1",
            "      |   ^~~~~~~\n"
        ),
        wrong(["t.json": "[]"], "t.json:1:1: error[C103 wrong-value]: expected an object"),
        wrong(
            ["t.json": #"{"providers":{"stripe":{"secrets":["env:S"],"secret":"env:S"}}}"#],
            "1:45: error[C101 unknown-setting]: this provider instance has no setting \"secret\"\n",
            "did you mean \"secrets\"?"
        ),
        wrong(
            [
                "t.json":
                    #"{"providers":{"stripe":{"secrets":["env:S"],"path":"env:S","live":1,"exponents":{"jpy":2,"EUR":7}}}}"#
            ],
            "error[C206 unusable-path]: the path can be guessed: it needs at least 22 random characters",
            "make one with `openssl rand -hex 16`",
            "expected true or false",
            "there is no currency \"jpy\"",
            "expected a whole number from 0 to 6",
            "4 errors\n"
        ),
        wrong(
            [
                "t.json": #"{"mappings":".","providers":{"ping":{"secrets":["env:S"],"url":"x"}}}"#,
                "ping/ping.json": ping,
            ],
            "1:30: error[C205 missing-path]: no signature covers the body, so whoever has seen one webhook could forge",
            "openssl rand -hex 16",
            "/webhooks/ping/PATH",
            "error[C101 unknown-setting]"
        ),
        wrong(
            [
                "t.json": #"{"mappings":".","providers":{"ping":{"secrets":["env:S"]}}}"#,
                "ping/ping.json": ping.replacing(#""scheme":"token","header":"x-token""#, with: #""plugin":"segmnt""#),
            ],
            "error[C305 unknown-verifier]",
            "\"segmnt\"",
            "did you mean \"segment\"?"
        ),
        wrong(
            [
                "t.json": #"{"mappings":".","providers":{"ping":{"batches":true,"batche":1,"secrets":["env:S"]}}}"#,
                "ping/ping.json": ping.replacing(#""scheme":"token","header":"x-token""#, with: #""plugin":"segment""#),
            ],
            "this provider instance has no setting \"batche\"\n",
            "did you mean \"batches\"?"
        ),
        wrong(
            [
                "t.json": #"{"mappings":".","providers":{"ping":{"batches":true,"secrets":["env:S"]}}}"#,
                "ping/ping.json": ping.replacing(#""scheme":"token","header":"x-token""#, with: #""plugin":"segment""#),
            ],
            "error[C205 missing-path]"
        ),
        wrong(["t.json": #"{"providers":{"stripe":{}}}"#], "1:15: error[C201 missing-secret]: needs the provider's"),
        wrong(
            ["t.json": #"{"providers":{"stripe":{"secrets":["env:NO"]}}}"#],
            "the environment variable NO is not set"
        ),
        wrong(["t.json": #"{"providers":{"stripe":{"secrets":["env:EMPTY"]}}}"#], "the secret is empty"),
        wrong(["t.json": #"{"providers":{"strpe":{"secrets":["env:S"]}}}"#], "[C302 ", "did you mean \"stripe\"?"),
        wrong(["t.json": #"{"providers":{"affonso":{"secrets":["env:S"]}}}"#], "that is a sink, and belongs under"),
        wrong(
            ["t.json": #"{"providers":{"s":{"mapping":"stripe","profile":"chekout","secrets":["env:S"]}}}"#],
            "\"checkout\"?"
        ),
        wrong(
            ["t.json": #"{"providers":{"A B":{"mapping":"stripe","secrets":["env:S"]}}}"#],
            "1:15: error[C104 bad-name]"
        ),
        wrong(sink(#""use":"affonzo","key":"env:K""#), "[C301 unknown-sink]", "did you mean \"affonso\"?"),
        wrong(sink(#""use":"stripe","key":"env:K""#), "that is a provider, and belongs under \"providers\""),
        wrong(sink(#""key":"env:K""#), "[C102 missing-setting]: needs \"use\""),
        wrong(sink(#""use":"affonso""#), "[C102 missing-setting]: the sink needs \"key\""),
        wrong(
            sink(#""use":"affonso","key":"env:K","amuont":"net""#),
            "no setting \"amuont\"",
            "did you mean \"amount\"?"
        ),
        wrong(sink(#""use":"affonso","key":"env:K","ogranic":true"#), "did you mean \"organic\"?"),
        wrong(sink(#""use":"affonso","key":"env:K","amount":"nett""#), "did you mean \"net\"?"),
        wrong(sink(#""use":"affonso","key":"env:K","accept":"prod""#), "expected one of \"live\", \"test\", \"all\""),
        wrong(
            sink(#""use":"affonso","key":"env:K","send":["payment.succeded"]"#),
            "did you mean \"payment.succeeded\"?"
        ),
        wrong(
            sink(#""use":"affonso","key":"env:K","send":["endpoint.test"]"#),
            "no place for endpoint.test",
            "it takes: "
        ),
        wrong(sink(#""use":"affonso","key":"env:K","url":"ftp://x""#), "expected an address such as"),
        wrong(
            ["t.json": #"{"attribution":{"grace":"soon","touch":"frist"}}"#],
            "\"15m\"",
            "did you mean \"first\"?",
            "2 errors"
        ),
        wrong(["t.json": #"{"limits":{"body_bytes":1}}"#], "from 1024 to 67108864"),
        .init(
            words: ["check", "t.json"],
            files: ["t.json": #"{"providers":{"stripe":{"secrets":["env:S"]}}}"#],
            environment: secrets,
            code: 0,
            output: ["warning[C801 without-sinks]", "ok  t.json"]
        ),
        .init(
            words: ["check", "t.json"],
            files: ["t.json": #"{"sinks":{"affonso":{"use":"affonso","key":"env:K"}}}"#],
            environment: secrets,
            code: 0,
            output: ["warning[C802 without-providers]"]
        ),
        .init(
            words: ["check", "t.json"],
            files: sink(#""use":"affonso","key":"env:K","url":"http://127.evil.example""#),
            environment: secrets,
            code: 0,
            output: ["warning[C803 plaintext]"]
        ),
        .init(
            words: ["check", "t.json", "--json"],
            files: sink(#""use":"affonso","key":"env:K","url":"http://127.0.0.1:9001/v1""#),
            environment: secrets,
            code: 0,
            output: ["[]\n"]
        ),
        .init(
            words: ["check", "t.json"],
            files: [
                "t.json": #"{"mappings":"own","providers":{"acme":{"secrets":["env:S"]}}}"#,
                "own/acme/acme.json": "{ \"mapping\": 1, \"provder\": \"acme\" }",
            ],
            environment: secrets,
            code: 1,
            output: ["t.json:1:32: error[C303 faulty-mapping]", "own/acme/acme.json:1:17: error[M101 unknown-key]"]
        ),
        .init(words: ["serve"], code: 1, complaint: ["tributary serve: there is no file tributary.json; name one"]),
        .init(
            words: ["serve", "--config", "t.json"],
            files: ["t.json": #"{"listn":1,"limits":{"body_bytes":1}}"#],
            code: 1,
            complaint: [
                "\nt.json:1:2: error[C101 unknown-setting]", "\"listen\"?\nt.json:1:35: error[C103 ", "\"Not started\"",
            ]
        ),
        .init(
            words: ["serve", "--config", "t.json"],
            files: ["t.json": #"{"listen":"localhost:1"}"#],
            code: 1,
            complaint: ["\ntributary serve: \"localhost:1\" is not an address to listen on"]
        ),
        .init(words: ["deliveries"], code: 1, complaint: ["there is no file tributary.json; name one with --config"]),
        .init(words: ["deliveries", "--store", "x.db"], code: 1, complaint: ["there is no store at x.db"]),
        .init(
            words: ["deliveries", "--store", "x.db"],
            files: ["x.db": "this is no database at all"],
            code: 1,
            complaint: ["x.db cannot be read as a store"]
        ),
        .init(
            words: ["send", "stripe", "e.json", "--secret", "env:S", "--to", "http://127.0.0.1:1"],
            files: ["e.json": "{}"],
            environment: secrets,
            code: 1,
            complaint: ["no daemon answers at http://127.0.0.1:1; start one with `tributary serve`"]
        ),
    ]

    @Test(.timeLimit(.minutes(3)), arguments: cases)
    func `what is wrong is told with its place and a remedy`(_ row: CommandLineCase) throws { try row.check() }

    @Test(.timeLimit(.minutes(1))) func `findings for machines have place, code and hint`() throws {
        let folder = try Sandbox()
        try folder.write("t.json", #"{"listn":1}"#)
        let run = try CommandLineRun(["check", "t.json", "--json"], in: folder)
        let findings = try #require(JSONValue(parsing: Array(run.output.utf8)).elements)
        let first = try #require(findings.first)
        #expect(run.code == 1)
        #expect(first["code"] == "C101")
        #expect(first["line"] == 1)
        #expect(first["column"] == 2)
        #expect(first["hint"] == "did you mean \"listen\"?")
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["providers", "sinks"])
    func `a secret that stands in the file is refused and never shown`(_ place: String) throws {
        let folder = try Sandbox()
        let part =
            place == "sinks"
            ? #""a":{"use":"affonso","key":"env:K","signing_secret":"TOPSECRET"}"#
            : #""stripe":{"secrets":["TOPSECRET"],"oops":1}"#
        try folder.write("t.json", "{\"\(place)\":{\(part)}}")
        let run = try CommandLineRun(["check", "t.json"], in: folder, environment: ["K": "key"])
        #expect(run.code == 1)
        #expect(run.output.contains("error[C202 secret-in-file]"))
        #expect(!run.output.contains("TOPSECRET"))
    }
}
