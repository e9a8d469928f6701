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
        refused(["sunk", "x"], code: 2, "there is no \"new sunk\""),
        refused(["sink"], code: 2, "the platform's name is missing"),
        refused(["sink", "tune"], "tune ships with Tributary: \"use\": \"postback\", \"preset\": \"tune\""),
        refused(["sink", "../x"], "\"../x\" is no name for a platform"),
        refused(["sink", "acme", "--from", "a.json"], code: 2, "a sink has --url URL"),
        refused(["sink", "acme", "--url", "http://a.example/x"], "the address does not begin with https://"),
        refused(["sink", "acme", "--url", "https://{host}/x"], "put the host of your own account there"),
        refused(["sink", "acme", "--url", "https://a.example/x?a={b"], "a brace that is never closed"),
        refused(["sink", "acme", "--url", "https://a.example/x/{token}"], "{token} cannot stand inside of a text"),
        refused(
            ["sink", "acme"],
            files: ["a.json": sale, "acme.postback.json": "{}"],
            "acme.postback.json is there already and nothing is ever overwritten"
        ),
        refused(["provider", "acme", "--url", "https://a.example"], code: 2, "--url is for a sink"),
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

    private static let addresses: [(url: String?, request: String, notes: [String])] = [
        (
            nil,
            "https://track.acme.example/postback?click_id=c%201&amount=95.20&currency=EUR&order=shop%3Ainvoice%3Ain_1",
            []
        ),
        (
            "https://t.acme.example/pb?cid={click_id}&payout={payout}&txid={txid}&s={sub1}&t={token}&nid={network_id}&v=1",
            "https://t.acme.example/pb?cid=c%201&payout=95.20&txid=shop%3Ainvoice%3Ain_1&s=blog&nid=sample-network_id&v=1"
                + "&t=sample-token",
            ["{network_id} is nothing that an event has, so it became the setting \\\"network_id\\\""]
        ),
        (
            "https://t.acme.example/conv/{txid}?who={customer_id|email_sha256}&ref=x-{click_id}&m={amount_minor}&st={status}",
            "https://t.acme.example/conv/shop%3Ainvoice%3Ain_1?who=user_7&ref=x-c%201&m=9520&st=approved", []
        ),
        ("https://t.acme.example", "https://t.acme.example/", ["nothing in the address stands for the click"]),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: addresses)
    func `a platform's address becomes a description whose tests pass`(
        address: (url: String?, request: String, notes: [String])
    ) throws {
        let folder = try Sandbox()
        let words = ["new", "sink", "acme"] + (address.url.map { ["--url", $0] } ?? [])
        let run = try CommandLineRun(words + ["--json"], in: folder)
        #expect(run.code == 0, "\(run.complaint)")
        for note in address.notes { #expect(run.output.contains(note), "\(run.output)") }
        let check = try CommandLineRun(["check", "acme.postback.json"], in: folder)
        #expect(check.output == "ok  acme.postback.json  description, acme 0.1.0\n", "\(check.output)")
        let tests = try CommandLineRun(["test", "acme.postback.json"], in: folder)
        #expect(tests.output == "acme.postback.json: 6 of 6 tests passed\n", "\(tests.output)")
        let text = try String(contentsOf: folder.url("acme.postback.json"), encoding: .utf8)
        #expect(text.contains(address.request), "\(text)")
        for end in ["unproven", "notAttributed", "duplicate", "needsHuman"] {
            #expect(text.contains("\"end\": \"\(end)\""))
        }
        #expect(FileManager.default.fileExists(atPath: folder.url("postback.schema.json").path))
    }

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
