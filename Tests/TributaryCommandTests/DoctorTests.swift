// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryJSON
import TributaryLedger
import TributaryModel

@testable import TributaryCommand

/// What `tributary doctor` makes of what was seen.
@Suite struct DoctorTests {
    static let early = Timestamp(unixSeconds: 1_790_000_000)
    static let late = Timestamp(unixSeconds: 1_790_003_600)

    static func seen(
        _ kind: Observation.Kind,
        type: String = "",
        place: String = "",
        _ text: String = "",
        sample: String = "",
        mapping: String = "now",
        last: Timestamp = late,
        source: String = "shop"
    ) -> Observation {
        let key = Observation.Key(kind, source: source, type: type, place: place, text: text)
        return Observation(key, sample: sample, mapping: mapping, first: early, last: last, count: 3)
    }

    static func tally(_ kind: JournalOutcome.Kind, type: String = "paid", hash: String = "now") -> OutcomeTally {
        OutcomeTally(
            source: "shop",
            type: type,
            outcome: JournalOutcome(
                kind,
                rule: kind == .unmapped ? nil : "r1",
                why: kind == .unmapped ? type : "total"
            ),
            mapping: MappingStamp(name: "acme", version: "1", contentHash: hash),
            count: 7,
            first: early,
            last: late
        )
    }

    static func facts(_ observations: [Observation] = [], _ tallies: [OutcomeTally] = []) -> DoctorFacts {
        var facts = DoctorFacts()
        facts.mappings = ["acme"]
        facts.instances = [
            .init(
                name: "shop",
                mapping: "acme",
                file: "mappings/acme/acme.json",
                contentHash: "now",
                types: ["paid"],
                api: ["v1"]
            )
        ]
        facts.observations = observations
        facts.tallies = tallies
        return facts
    }

    @Test func `where all is well nothing is found`() {
        #expect(DoctorCheck.examine(Self.facts()) == [])
        #expect(DoctorTable.text([]) == "all is well: 11 checks found nothing that a person has to do\n")
    }

    @Test(arguments: [
        (facts([], [tally(.unmapped, type: "new.type")]), Finding.Severity.attention, "\"on\": [\"new.type\"]"),
        (facts([], [tally(.unmapped, type: "paid")]), .note, "the mapping has changed since"),
        (facts([], [tally(.incomplete)]), .attention, "give total of the rule r1 another source"),
        (facts([], [tally(.invalid)]), .attention, "in mappings/acme/acme.json read the field of the rule r1"),
        (facts([], [tally(.invalid, hash: "before")]), .note, "the mapping has changed since"),
        (facts([seen(.version, "v2")]), .attention, "add it to \"api\" in mappings/acme/acme.json"),
        (
            facts([seen(.value, type: "paid", place: "r1 phase", "up", sample: ValueFate.cameToNothing)]), .attention,
            "add \"up\" to the table's \"to\", or an \"else\""
        ),
        (
            facts([seen(.value, type: "paid", place: "r1 phase", "up", sample: ValueFate.fellToElse)]), .note,
            "where it means something of its own"
        ),
        (
            facts([
                seen(.value, type: "paid", place: "r1 phase", "up", sample: ValueFate.cameToNothing, mapping: "before")
            ]), .note, "seen with an older mapping only"
        ),
        (
            facts([seen(.field, type: "paid", place: "$.tip", sample: "a whole number")]), .note,
            "a fixture that has them"
        ),
        (facts([seen(.reloadRefused, sample: "acme.json:1:1: bad", source: "acme")]), .error, "mend the file"),
    ])
    func `each finding has its weight and its remedy`(
        _ facts: DoctorFacts,
        _ severity: Finding.Severity,
        _ remedy: String
    ) {
        let findings = DoctorCheck.examine(facts)
        #expect(findings.map(\.severity) == [severity])
        #expect(findings.first?.remedy.contains(remedy) == true, "\(findings)")
    }

    @Test func `what the mapping knows by now is not found`() {
        #expect(DoctorCheck.examine(Self.facts([Self.seen(.version, "v1")])) == [])
        let reloads = [
            Self.seen(.reloadRefused, last: Self.early, source: "acme"), Self.seen(.reloadTaken, source: "acme"),
        ]
        #expect(DoctorCheck.examine(Self.facts(reloads)) == [])
    }

    @Test func `fields are one finding for each type, with all of them as samples, and the worst comes first`() {
        let fields = (0..<7).map { Self.seen(.field, type: "paid", place: "$.f\($0)", sample: "null") }
        let findings = DoctorCheck.examine(Self.facts(fields, [Self.tally(.incomplete)]))
        #expect(findings.map(\.severity) == [.attention, .note])
        #expect(findings.last?.samples.count == 7)
        #expect(findings.last?.count == 21)
        let text = DoctorTable.text(findings)
        #expect(text.contains("       $.f4: null\n       and 2 more, see --json\n"))
        #expect(text.hasSuffix("2 found, 1 of them for a person to do\n"))
        #expect(findings.first?.json["severity"]?.string == "attention")
    }

    @Test func `a type that looks like a person is shown by its shape`() {
        let findings = DoctorCheck.examine(Self.facts([], [Self.tally(.unmapped, type: "ada@example.com")]))
        #expect(!"\(findings)".contains("ada@"))
    }

    @Test(.timeLimit(.minutes(2))) func `doctor tells what a daemon saw, while it runs and after`() throws {
        let folder = try Sandbox()
        try folder.write(
            "tributary.json",
            """
            { "listen": "127.0.0.1:0", "store": { "sqlite": "t.db" }, "mappings": "mappings",
              "providers": { "stripe": { "secrets": ["env:S"] } } }
            """
        )
        let before = try CommandLineRun(["doctor"], in: folder)
        #expect(before.code == 0)
        #expect(before.output.contains("there is no store yet"))
        let daemon = try Daemon(in: folder, environment: ["S": "whsec_test"])
        let sale = try Sandbox.sample("1-sale.json")
        try folder.write("sale.json", sale)
        try folder.write(
            "odd.json",
            sale.replacing("checkout.session.completed", with: "checkout.session.teleported")
                .replacing("\"evt_", with: "\"evt_odd")
        )
        for file in ["sale.json", "odd.json"] {
            let words = ["send", "stripe", file, "--secret", "env:S", "--to", daemon.url]
            #expect(try CommandLineRun(words, in: folder, environment: ["S": "whsec_test"]).code == 0)
        }
        // The journal tells of types at once.
        let during = try CommandLineRun(["doctor"], in: folder)
        #expect(during.code == 1)
        #expect(during.output.contains("type checkout.session.teleported have neither rule nor ignore entry"))
        #expect(during.output.contains(#"add a rule with "on": ["checkout.session.teleported"]"#))
        #expect(daemon.stop() == 0)
        let after = try CommandLineRun(["doctor", "--json"], in: folder)
        #expect(after.code == 1)
        let findings = try JSONValue(parsing: Array(after.output.utf8)).elements ?? []
        let unmapped = findings.first { $0["check"]?.string == "outcome" }
        #expect(unmapped?["samples"]?.elements?.isEmpty == false)
        #expect(unmapped?["count"] == 1)
        try folder.write("mappings/stripe/stripe.json", "{ \"mapping\": 1 }")
        let refused = try CommandLineRun(["doctor"], in: folder)
        #expect(refused.code == 1)
        #expect(refused.output.contains("the mapping cannot be used: mappings/stripe/stripe.json:1:1: error[M102"))
    }
}
