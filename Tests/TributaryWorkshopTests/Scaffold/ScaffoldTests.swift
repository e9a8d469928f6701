// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TributaryJSON
import TributaryMapping
import TributaryModel
import TributarySigning

@testable import TributaryWorkshop

/// Mappings drafted from samples.
@Suite struct ScaffoldTests {
    @Test(arguments: ScaffoldCase.all)
    func `the samples of a provider give the guesses that they bear out`(_ row: ScaffoldCase) throws {
        let scaffold = try row.scaffold()
        let mapping = try JSONValue(parsing: Array(#require(scaffold.file(row.name + ".json")).utf8))
        for (place, json) in row.expected {
            let found = ScaffoldCase.part(place, of: mapping)?.text
            #expect(found == (try JSONValue(parsing: Array(json.utf8))).text, "\(row.name) \(place)")
        }
        #expect(scaffold.outcomes.count == row.outcomes.count)
        for (outcome, words) in zip(scaffold.outcomes, row.outcomes) {
            #expect(outcome.words.hasPrefix(words), "\(outcome.fixture)")
        }
    }

    @Test(arguments: ScaffoldCase.all)
    func `a drafted folder compiles without a warning and passes its own tests`(_ row: ScaffoldCase) throws {
        let scaffold = try row.scaffold()
        let bytes = try Array(#require(scaffold.file(row.name + ".json")).utf8)
        let file = try MappingFile(parsing: bytes, file: "draft.json")
        let fixtures = { (path: String) in scaffold.file(path).map { Array($0.utf8) } }
        let lints = file.lint(fixtures: fixtures)
        #expect(lints.items.isEmpty, "\(lints)")
        let reports = file.runTests(fixtures: fixtures)
        #expect(reports.count == row.outcomes.count)
        for report in reports { #expect(report.failure == nil, "\(report.name)") }
        #expect(!file.verify.isUnauthenticated)
    }

    @Test(arguments: ScaffoldCase.all)
    func `the same samples give the same files`(_ row: ScaffoldCase) throws {
        let (first, second) = try (row.scaffold(), row.scaffold())
        #expect(first.files == second.files)
        #expect(first.notes == second.notes)
        #expect(first.json == second.json)
    }

    @Test(arguments: ScaffoldCase.all)
    func `nothing of a person is left in what is written`(_ row: ScaffoldCase) throws {
        let scaffold = try row.scaffold()
        let texts =
            scaffold.files.map(\.text) + [scaffold.notes, scaffold.report(folder: row.name), scaffold.json.text]
        for text in texts {
            for word in ["shop.test", "Real Person", "9876543210", "4242"] { #expect(!text.contains(word), "\(word)") }
        }
    }

    @Test func `a draft without headers refuses every webhook until somebody decides`() throws {
        let row = try #require(ScaffoldCase.all.first { $0.headers.fields.isEmpty })
        let scaffold = try row.scaffold()
        #expect(scaffold.isProofUndecided)
        #expect(scaffold.notes.contains("every webhook is\nrefused"))
        let mapping = try JSONValue(parsing: Array(#require(scaffold.file(row.name + ".json")).utf8))
        #expect(mapping["verify"]?["header"]?.string == VerifyGuess.undecidedHeader)
    }

    @Test func `every guess says why and how sure it is`() throws {
        for row in ScaffoldCase.all {
            let scaffold = try row.scaffold()
            for guess in scaffold.guesses {
                #expect(guess.reason.count > 8, "\(row.name) \(guess.subject)")
                #expect(scaffold.notes.contains(guess.confidence.rawValue))
            }
            #expect(scaffold.guesses.contains { $0.subject == "event.type" })
        }
    }

    private static func total(_ object: String, _ further: String = "") throws -> Guess {
        let text =
            #"{"id":"e1","type":"payment.succeeded","created":1760000000,"data":{"id":"p1","status":"paid","#
            + object + "}" + further + "}"
        let scaffold = try Scaffold(name: "acme", samples: [.init(name: "a.json", bytes: Array(text.utf8))])
        return try #require(scaffold.guesses.first { $0.subject == "total" }, "\(scaffold.undecided)")
    }

    @Test(
        arguments: [
            (#""amount":2500.5,"currency":"NGN""#, "major", "decimals", Guess.Confidence.shown),
            (#""amount":"49.90","currency":"USD""#, "major", "decimals", .shown),
            (#""amount":5248,"amount_formatted":"€52.48","currency":"EUR""#, "minor", "52.48", .shown),
            (#""amount":52,"amount_formatted":"€52","currency":"EUR""#, "major", "so says", .shown),
            (#""amount":2500,"currency":"USD","description":"1 x Pro (at $25.00 / month)""#, "minor", "25.00", .shown),
            (#""amount":123400,"currency":"USD","note":"1,234.00 in all""#, "minor", "1234.00", .shown),
            (#""amount":2261,"currency":"EUR""#, "minor", "not round", .likely),
            (#""amount":49,"currency":"EUR""#, "major", "small", .weak),
            (#""amount":5000,"currency":"EUR""#, "minor", "proves", .weak),
            (#""amount":150000,"currency":"IDR""#, "major", "next to nothing", .shown),
            (#""amount":1200,"currency":"USD","fee":12.5"#, "major", "elsewhere", .likely),
            (#""amount":5000,"currency":"EUR","unit_price":"50.00""#, "minor", "hundred times", .shown),
        ]
    )
    func `the unit of an amount follows from the evidence`(
        _ object: String,
        _ unit: String,
        _ reason: String,
        _ confidence: Guess.Confidence
    ) throws {
        let guess = try Self.total(object)
        #expect(guess.choice == "\(unit) @.amount", "\(guess.reason)")
        #expect(guess.reason.contains(reason), "\(guess.reason)")
        #expect(guess.confidence == confidence)
    }

    @Test func `an amount without a currency gets one that is said to be invented`() throws {
        let guess = try Self.total(#""amount":2261"#)
        #expect(guess.confidence == .weak)
        #expect(guess.reason.contains("invented"))
        #expect(try Self.total(#""amount":2261,"note":"€22.61""#).reason.contains("EUR is what a text"))
    }

    @Test func `samples that contradict each other are named`() throws {
        let lines = #"""
            {"id":"e1","type":"payment.succeeded","created":1760000000,"data":{"id":"p1","status":"paid","amount":22.61,"currency":"EUR"}}
            {"id":"e2","type":"payment.succeeded","created":"2025-10-09T09:00:12Z","data":{"id":"p2","status":"paid","amount":4955,"amount_formatted":"49.55","currency":"EUR"}}
            """#
        let scaffold = try Scaffold(name: "acme", samples: [.init(name: "a.jsonl", bytes: Array(lines.utf8))])
        #expect(scaffold.contradictions.contains { $0.contains("\"amount\"") && $0.contains("decimals") })
        #expect(scaffold.outcomes.count == 2)
        #expect(scaffold.files.map(\.path) == ["acme.json", "fixtures/a-1.json", "fixtures/a-2.json"])
    }

    @Test func `an id that another sample is about is an alias for certain, and the guess says so`() throws {
        let row = try #require(ScaffoldCase.invented.first { $0.name == "settlery" })
        let guesses = try row.scaffold().guesses
        let alias = try #require(guesses.first { $0.rule == "refund-settled" && $0.subject == "aliases" })
        #expect(alias.confidence == .shown)
        #expect(alias.reason.contains("@.charge is the id of what charge is about"), "\(alias.reason)")
        let total = try #require(guesses.first { $0.rule == "charge-settled" && $0.subject == "total" })
        #expect(total.confidence == .shown)
        #expect(total.reason.contains("says so by its name"))
    }

    @Test(
        arguments: [
            ("amount_cents", "amount", "minor", ""), ("priceInPence", "price", "minor", ""), ("cents", "", "minor", ""),
            ("amount_eur", "amount", "", "EUR"), ("USD-total", "total", "", "USD"),
            ("tax_eur_cents", "tax", "minor", "EUR"),
            ("amount_major", "amount", "major", ""), ("total_net", "total_net", "", ""), ("pay_all", "pay_all", "", ""),
            ("usd", "usd", "", ""), ("", "", "", ""),
        ]
    )
    func `the name of an amount says its unit and currency`(
        _ name: String,
        _ plain: String,
        _ unit: String,
        _ currency: String
    ) {
        let read = AmountName(name)
        #expect(read.plain == plain)
        #expect(read.unit?.rawValue ?? "" == unit)
        #expect(read.currency?.code ?? "" == currency)
    }

    @Test func `what nobody can decide is ignored with a why and stays in the notes`() throws {
        let text =
            #"{"id":"e1","type":"customer.pinged","created":1760000000,"data":{"id":"x","mood":"fine","amount":5}}"#
        let scaffold = try Scaffold(name: "acme", samples: [.init(name: "a.json", bytes: Array(text.utf8))])
        #expect(scaffold.undecided.map(\.type) == ["customer.pinged"])
        #expect(scaffold.unmapped.first?.path == "$.data.amount")
        #expect(scaffold.notes.contains("nobody decided yet"))
        #expect(scaffold.outcomes.first?.words == "ignored: nobody decided yet")
    }

    @Test func `odd member names become selectors that work`() throws {
        let text = #"""
            {"id":"e1","type":"payment.succeeded","created":1760000000,
             "data":{"id":"p1","status":"it's paid","total amount":2261,"it's":"a","currency":"EUR","meta data":{"a":"b"}}}
            """#
        let scaffold = try Scaffold(name: "acme", samples: [.init(name: "a.json", bytes: Array(text.utf8))])
        #expect(scaffold.outcomes.first?.words == "emitted payment.succeeded")
        #expect(scaffold.file("acme.json")?.contains("@['total amount']") == true)
    }

    @Test(
        arguments: [
            ("Acme", "{}", ScaffoldError.Code.badName), ("", "{}", .badName), ("-a", "{}", .badName),
            ("a/../b", "{}", .badName),
            ("acme", "", .notReadable), ("acme", "  \n", .notReadable), ("acme", "{\"a\": }", .notReadable),
            ("acme", "hello", .notReadable), ("acme", "[]", .noSamples), ("acme", "[1]", .notAnObject),
            ("acme", "3", .notAnObject),
            ("acme", "a=%zz", .notReadable), ("acme", "a=1&a=2", .notReadable),
            ("acme", "{}\n{\"a\":}\n", .notReadable),
            ("acme", "{\"a\":1,\"a\":2}", .notReadable),
            ("acme", String(repeating: "[", count: 500) + String(repeating: "]", count: 500), .notReadable),
        ]
    )
    func `what is no sample is refused with its place`(_ name: String, _ text: String, _ code: ScaffoldError.Code) {
        let error = #expect(throws: ScaffoldError.self) {
            try Scaffold(name: name, samples: [.init(name: "x.json", bytes: Array(text.utf8))])
        }
        #expect(error?.code == code)
    }

    @Test func `a syntax error names line and column and the file`() {
        let error = #expect(throws: ScaffoldError.self) {
            try Scaffold(name: "acme", samples: [.init(name: "x.json", bytes: Array("{\n  \"a\": tru\n}".utf8))])
        }
        #expect(
            error?.description.contains("x.json: not JSON: line 2, column 8") == true,
            "\(String(describing: error))"
        )
    }

    @Test func `no samples, too many and too large ones are refused`() {
        #expect(throws: ScaffoldError.self) { try Scaffold(name: "acme", samples: []) }
        let lines = Array(String(repeating: "{\"a\":1}\n", count: 150).utf8)
        let many = (1...2).map { ScaffoldSample(name: "\($0).jsonl", bytes: lines) }
        #expect(throws: ScaffoldError.self) { try Scaffold(name: "acme", samples: many) }
        let large = ScaffoldSample(name: "l.json", bytes: Array(repeating: 0x20, count: 9 << 20))
        #expect(throws: ScaffoldError.self) { try Scaffold(name: "acme", samples: [large]) }
    }

    @Test(.timeLimit(.minutes(1)))
    func `strange bodies give a draft and never a trap`() throws {
        let strange = [
            "{}", #"{"type":null}"#, #"{"data":{}}"#, #"{"type":"a","data":[[[{"amount":1}]]]}"#,
            #"{"type":"payment.paid","data":{"id":"x","amount":99999999999999999999999,"currency":"EUR"}}"#,
            #"{"type":"payment.paid","data":{"id":"x","amount":-0.0,"currency":"EUR","created_at":99999999999999}}"#,
            #"{"type":"payment.paid","created":1760000000,"data":{"id":"x","amount":1.005,"currency":"EUR"}}"#,
            #"{"type":"refund","created":1760000000,"data":{"id":{"a":1},"amount":"12","currency":"EURO"}}"#,
            #"{"type":"payment.paid","created":1760000000,"data":{"id":"a'b\\","status":"'\\","amount":1250,"currency":"EUR"}}"#,
            #"{"":{"":""},"type":"subscription.canceled","created":1760000000,"data":{"id":"s","metadata":"a=1"}}"#,
        ]
        for text in strange {
            let scaffold = try Scaffold(name: "acme", samples: [.init(name: "a.json", bytes: Array(text.utf8))])
            let file = try MappingFile(parsing: Array(#require(scaffold.file("acme.json")).utf8), file: "acme.json")
            for report in file.runTests(fixtures: { scaffold.file($0).map { Array($0.utf8) } }) {
                #expect(report.failure == nil, "\(text)")
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a huge body is looked at for a bounded time`() throws {
        let members = (0..<3000).map { "\"amount_\($0)\":\($0),\"currency_\($0)\":\"EUR\"" }.joined(separator: ",")
        let text = #"{"type":"payment.paid","created":1760000000,"data":{"id":"x",\#(members)}}"#
        let scaffold = try Scaffold(name: "acme", samples: [.init(name: "a.json", bytes: Array(text.utf8))])
        #expect(scaffold.outcomes.count == 1)
    }
}
