// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TributaryJSON
import TributaryModel

/// `tributary new`.
@Suite(.serialized) struct NewTests {
    private static let sale = #"""
        {"id":"e1","event":"sale.paid","created_at":1790000000,"data":{"id":"pay_1","status":"paid","amount":2261,"currency":"EUR",
         "customer":{"id":"c1","email":"someone@shop.test"},"metadata":{"affiliate_id":"a_7"}}}
        """#
    private static let refund = #"""
        {"id":"e2","event":"refund.succeeded","created_at":1790000100,"data":{"id":"rfnd_1","payment_id":"pay_1","amount":500,
         "currency":"EUR","status":"succeeded"}}
        """#

    private static func refused(
        _ words: [String],
        files: [String: String] = ["a.json": sale],
        code: Int32 = 1,
        _ complaint: String...
    ) -> CommandLineCase {
        .init(words: ["new"] + words, files: files, code: code, complaint: complaint)
    }

    private static let cases: [CommandLineCase] = [
        refused([], code: 2, "say: tributary new provider NAME --from FILE"),
        refused(["sink", "x"], code: 2, "there is no \"new sink\""),
        refused(["provider"], code: 2, "the provider's name is missing"),
        refused(["provider", "acme"], "no sample was given; name one with --from FILE"),
        refused(["provider", "acme", "--from", "none.json"], code: 2, "there is no file none.json"),
        refused(["provider", "Acme", "--from", "a.json"], "\"Acme\" is no name for a provider"),
        refused(["provider", "../x", "--from", "a.json"], "is no name for a provider"),
        refused(["provider", "stripe", "--from", "a.json"], "stripe ships with Tributary"),
        refused(["provider", "acme", "--from", "a.json", "--dir", "none"], code: 2, "there is no folder none"),
        refused(["provider", "acme", "--from", "a.json", "--header", "X"], code: 2, "--header wants 'NAME: VALUE'"),
        refused(
            ["provider", "acme", "--from", "a.json"],
            files: ["a.json": "{\n\"a\": ,}"],
            "a.json: not JSON: line 2, column 6"
        ),
        refused(["provider", "acme", "--from", "a.json"], files: ["a.json": ""], "a.json: the sample is empty"),
        refused(
            ["provider", "acme", "--from", "a.json"],
            files: ["a.json": sale, "acme/x": ""],
            "acme is there already"
        ),
        refused(
            ["provider", "acme", "--from", "a.json"],
            files: ["a.json": sale, "mappings/acme/x": ""],
            "mappings/acme is there already"
        ),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: cases)
    func `what cannot be drafted is refused with a remedy`(_ row: CommandLineCase) throws { try row.check() }

    @Test(.timeLimit(.minutes(1)))
    func `a folder is written, checked and tested by the program itself`() throws {
        let folder = try Sandbox()
        try folder.write("sale.json", Self.sale)
        try folder.write("refund.json", Self.refund)
        let words = ["new", "provider", "acme", "--from", "sale.json", "--from", "refund.json"]
        let run = try CommandLineRun(words, in: folder)
        #expect(run.code == 0, "\(run.complaint)")
        for text in [
            "acme/\n  acme.json\n", "  notes.md\n", "minor @.amount", "fixtures/sale.json: emitted payment.succeeded",
            "fixtures/refund.json: emitted refund.succeeded", "every webhook is refused", "tributary test acme\n",
        ] {
            #expect(run.output.contains(text), "\(text): \(run.output)")
        }
        #expect(!run.output.contains("shop.test"))
        #expect(
            try CommandLineRun(["check", "acme/acme.json"], in: folder).output
                == "ok  acme/acme.json  mapping acme 0.1.0\n"
        )
        let tests = try CommandLineRun(["test", "acme"], in: folder)
        #expect(tests.output == "acme: 2 of 2 tests passed\n")
        #expect(FileManager.default.fileExists(atPath: folder.url("mapping.schema.json").path))
        let again = try CommandLineRun(words, in: folder)
        #expect(again.code == 1)
        #expect(again.complaint.contains("nothing is ever overwritten"))
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(left) == ["sale.json", "refund.json", "acme", "mapping.schema.json"])
    }

    @Test(.timeLimit(.minutes(1)))
    func `the guesses come as JSON and the folder goes where --dir says`() throws {
        let folder = try Sandbox()
        try folder.write("sale.json", Self.sale)
        try folder.write("own/mapping.schema.json", "mine")
        let run = try CommandLineRun(
            [
                "new", "provider", "acme", "--from", "sale.json", "--dir", "own", "--json", "--header",
                "X-Acme-Signature: sha256=\(String(repeating: "a", count: 64))",
            ],
            in: folder
        )
        #expect(run.code == 0, "\(run.complaint)")
        let json = try JSONValue(parsing: Array(run.output.utf8))
        #expect(json["verified"] == true)
        #expect(
            json["guesses"]?.elements?.contains { $0["subject"] == "total" && $0["choice"] == "minor @.amount" } == true
        )
        #expect(try folder.read("own/acme/acme.json").contains("\"prefix\": \"sha256=\""))
        #expect(try folder.read("own/mapping.schema.json") == "mine")
        #expect(try CommandLineRun(["test", "own/acme"], in: folder).code == 0)
    }
}
