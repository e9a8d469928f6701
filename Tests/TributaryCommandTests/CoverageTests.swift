// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON
import TributaryModel

/// `tributary coverage`: the report, its exit codes and its JSON.
@Suite(.serialized) struct CoverageTests {
    /// A mapping with one rule that overlooks a fee and one that nothing reaches.
    private static func acme(unread: String = "[]", rules: String = "", type: String = "sale") -> String {
        """
        {"mapping": 1, "provider": "acme", "version": "1.2.0", "verify": {"scheme": "none"},
         "event": {"id": "$.id", "type": "$.type", "time": {"unix": "$.at"}},
         "rules": [{"id": "sale", "on": ["sale", "sale.late"], "at": "$.sale", "emit": "payment.succeeded",
           "key": ["payment", "@.id"], "aliases": [["charge", "@.charge"]],
           "set": {"total": {"minor": "@.amount", "currency": "@.currency"}, "customer.email": "@.email"}}\(rules)],
         "ignore": [{"on": ["ping", "pong"], "why": "no money"}], "unread": \(unread),
         "tests": [{"name": "t", "event": {"id": "e", "type": "\(type)", "at": 1790000000, "note": "n",
           "sale": {"id": "p", "amount": 5, "currency": "EUR", "email": "a@example.test", "fees": [{"fee_total": 12}]}},
           "expect": []}]}
        """
    }

    private static let never = #"""
        , {"id": "never", "on": ["never"], "emit": "customer.created", "key": ["c", "$.id"], "set": {}}
        """#

    private static let excuse = #"[{"path": "$.sale.fees", "why": "the platform's, not ours"}]"#

    @Test(.timeLimit(.minutes(1))) func `the report stands in columns, by rule`() throws {
        let folder = try Sandbox()
        try folder.write("acme.json", Self.acme(rules: Self.never))
        let run = try CommandLineRun(["coverage", "acme.json"], in: folder)
        #expect(run.code == 1)
        #expect(
            run.output == """
                acme 1.2.0: 1 tests

                RULE   WEBHOOKS  FIELDS READ  TARGETS FILLED  TYPES REACHED
                sale          1       7 of 9          2 of 3         1 of 2
                  ✘ $.sale.fees[*].fee_total  12  integer, named "fee"
                  never filled: alias charge
                  no fixture: sale.late
                never         0            -               -         0 of 1
                  ✘ no fixture reaches this rule

                2 types are ignored, 2 of them without a fixture
                acme: 77 % of the fields, 66 % of the targets, 33 % of the types, 1 of 2 rules; 2 findings

                """
        )
        #expect(try Sandbox.page("workshop").contains(run.output.indented), "Docs/workshop.md shows another report")
        let verbose = try CommandLineRun(["coverage", "acme.json", "--verbose"], in: folder)
        #expect(verbose.output.contains("  - $.note  \"n\"\n"))
        #expect(verbose.output.contains("without a fixture: ping, pong\n"))
    }

    private static let cases: [CommandLineCase] = [
        .init(
            words: ["coverage", "acme.json", "--verbose"],
            files: ["acme.json": acme(unread: excuse)],
            code: 0,
            output: ["  · $.sale.fees[*].fee_total  12  the platform's, not ours\n", "no findings"]
        ),
        .init(
            words: ["coverage", "acme.json", "--min-fields", "89", "--min-types", "50"],
            files: ["acme.json": acme(unread: excuse)],
            code: 1,
            output: ["✘ fields: 88 % is below the wanted 89 %\n"]
        ),
        .init(
            words: ["coverage", "acme.json", "--min-fields=88", "--min-targets=66", "--min-types=50"],
            files: ["acme.json": acme(unread: excuse)],
            code: 0
        ),
        .init(
            words: ["coverage", "acme.json"],
            files: ["acme.json": acme(unread: excuse, type: "stray")],
            code: 1,
            output: ["✘ stray: a fixture has this type, and no rule or ignore entry names it\n"]
        ),
        .init(
            words: ["coverage", "acme.json"],
            files: ["acme.json": acme(unread: excuse.replacing("fees", with: "feess"))],
            code: 1,
            output: ["✘ $.sale.feess: this entry of \"unread\" names no field of the fixtures that reach a rule\n"]
        ),
        .init(
            words: ["coverage", "stripe", "--profile", "x"],
            code: 1,
            complaint: ["no profile \"x\""]
        ),
        .init(
            words: ["coverage", "stripe", "--min-fields", "101"],
            code: 2,
            complaint: ["--min-fields wants a whole number from 0 to 100, not '101'"]
        ),
        .init(words: ["coverage", "nobody"], code: 2, complaint: ["there is no mapping \"nobody\""]),
        .init(
            words: ["coverage", "stripe", "--profile", "checkout"],
            code: 0,
            output: ["checkout-subscription-first", "no findings"]
        ),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: cases)
    func `it says what is wrong, and ends with the code that CI looks at`(_ row: CommandLineCase) throws {
        try row.check()
    }

    @Test(.timeLimit(.minutes(1))) func `machines get everything that was counted`() throws {
        let folder = try Sandbox()
        try folder.write("acme.json", Self.acme(rules: Self.never))
        let run = try CommandLineRun(["coverage", "acme.json", "--json", "--min-types", "34"], in: folder)
        #expect(run.code == 1)
        let report = try #require(try JSONValue(parsing: Array(run.output.utf8))[0])
        #expect(report["mapping"] == "acme")
        #expect(report["fields"] == ["covered": 7, "count": 9, "percent": 77])
        #expect(report["ignored_types"] == ["count": 2, "without_fixture": ["ping", "pong"]])
        #expect(report["below"] == [["part": "types", "percent": 33, "minimum": 34]])
        #expect(report["findings"]?.elements?.map { $0["code"] } == ["unread-money", "unreached-rule"])
        #expect(report["rules"]?[0]?["never_filled"] == ["alias charge"])
        #expect(report["rules"]?[0]?["types_without_fixture"] == ["sale.late"])
        #expect(report["rules"]?[0]?["unread"]?.elements?.map { $0["path"] } == ["$.note", "$.sale.fees[*].fee_total"])
    }
}
