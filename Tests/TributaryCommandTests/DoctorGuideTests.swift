// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary

@testable import TributaryCommand

/// The page's tables of what the doctor looks at, and of the mistakes that the platforms' guides list: each row is proved.
@Suite struct DoctorGuideTests {
    /// What proves that a row is true.
    private enum Proof {
        /// A state of affairs of ``DoctorBooksTests`` that the named check finds.
        case found(String, by: String)
        /// A test, or a check of a conformance kit, by its name and file.
        case test(String, String)
    }

    /// The rows by how they begin, and what proves each.
    private static let proofs: [(row: String, by: [Proof])] = [
        ("no affiliate identifier before", [.found("clicks that never reach the server", by: "identifiers")]),
        ("the click's id is not forwarded", [.found("clicks that never reach the server", by: "identifiers")]),
        (
            "the session that held the click",
            [.test("a renewal years later finds its partner", "TributaryLedgerTests")]
        ),
        (
            "a click's id where scripts",
            [.test("the cookie is out of reach of scripts, and its value proves that we set it", "")]
        ),
        (
            "a later click overwrites",
            [.test("of two clicks the policy chooses, with the partner goes that partner's click", "")]
        ),
        ("different customer ids", [.found("leads and sales with different users", by: "identifiers")]),
        ("subscriptions without", [.found("renewals that carry nothing", by: "renewals")]),
        ("no handler for renewals", [.found("renewals that never come", by: "renewals")]),
        (
            "the event's id changes",
            [.test("a retry keeps its key, its event and the doubt whether it has arrived", "")]
        ),
        (
            "the same order told twice",
            [.test("a platform that refuses no duplicate still gets one sale after each lost answer", "")]
        ),
        ("no supported identifier", [.found("a request that the platform refuses", by: "deliveries")]),
        ("no user could be matched", [.found("sales without a partner at the platform", by: "deliveries")]),
        (
            "refunds sent as a second",
            [.test("money that is paid again is for a person, and never a second refund or conversion", "")]
        ),
        (
            "the platform's id of the conversion",
            [
                .test("a refund waits for its sale's delivery and then carries its receipt", ""),
                .test("what was not sent is not sent, and a later refund still finds its sale", ""),
            ]
        ),
        (
            "every webhook sent blindly",
            [.test("noise is stored with its reason", ""), .found("webhooks that come to nothing", by: "outcome")]
        ),
        (
            "a 409 taken for a failure",
            [
                .test("a 409 after an attempt without a known answer is for a person, unless accepted", "AffitorTests"),
                .found("sales that the platform knew already", by: "deliveries"),
            ]
        ),
        ("the body parsed before", [.test("a body whose keys were written anew in another order is refused", "")]),
        ("a sale told by the browser", [.found("sales that the platform knew already", by: "deliveries")]),
        (
            "a click call that holds up",
            [.test("a click is durable before it is answered, and a lead by it finds the partner", "")]
        ),
        ("null click ids sent", [.test("an organic sale is not sent", "")]),
        (
            "an expired or invalid click",
            [
                .found("a request that the platform refuses", by: "deliveries"),
                .found("a key that is refused", by: "keys"),
            ]
        ),
        (
            "failures logged and forgotten",
            [
                .found("a sink that fails for long", by: "deliveries"),
                .test("a platform that fails in every way still books each sale once", ""),
            ]
        ),
        (
            "keys in the source",
            [.test("a secret that everybody may read is told", ""), .test("a secret is never written", "")]
        ),
        (
            "one key for staging",
            [
                .test("a key that tests and real money share is told", ""),
                .found("test webhooks at a live sink", by: "test money"),
            ]
        ),
        (
            "no limit of retention",
            [
                .test("a click that led to nothing is forgotten after its time", ""),
                .test("beside a running daemon nothing of the person stays, and refunds still work", ""),
            ]
        ),
        (
            "pixel and server not compared",
            [.test("every order stands where it was lost, in the table, as JSON and on the page", "")]
        ),
        ("native integration and API", [.found("sales that the platform knew already", by: "deliveries")]),
        ("a conversion without amount", [.found("webhooks that come to nothing", by: "outcome")]),
    ]

    /// What each guide lists at its end or warns of, in few words, and the row that has it.
    private static let guides: [(guide: String, items: [(String, row: String)])] = [
        (
            "affitor-express",
            [
                ("click id not forwarded", "the click's id is not forwarded"),
                ("other ids at sign-up", "different customer ids"),
                ("409 ignored", "a 409 taken for a failure"), ("metadata of subscriptions", "subscriptions without"),
                ("a sale from the browser", "a sale told by the browser"),
            ]
        ),
        (
            "affitor-fastify",
            [
                ("the parsed body", "the body parsed before"),
                ("click id not forwarded", "the click's id is not forwarded"),
                ("other ids at sign-up", "different customer ids"), ("409 ignored", "a 409 taken for a failure"),
                ("metadata of subscriptions", "subscriptions without"),
                ("renewals' own event", "no handler for renewals"),
            ]
        ),
        (
            "affonso-any-provider",
            [
                ("before the checkout", "no affiliate identifier before"),
                ("kept by the provider", "no affiliate identifier before"),
                ("read back", "no affiliate identifier before"), ("a stable id", "the event's id changes"),
                ("an identifier", "no supported identifier"), ("refund, no conversion", "refunds sent as a second"),
                ("the conversion's id", "the platform's id of the conversion"),
                ("only what counts", "every webhook sent blindly"),
                ("no native one beside", "native integration and API"),
            ]
        ),
        (
            "affonso-events",
            [
                ("nobody matched", "no user could be matched"), ("an identifier", "no supported identifier"),
                ("validation", "a conversion without amount"), ("retries upstream", "the event's id changes"),
            ]
        ),
        (
            "tapfiliate-server-side",
            [
                ("the key exposed", "keys in the source"), ("staging on production's key", "one key for staging"),
                ("a click that blocks the page", "a click call that holds up"),
                ("a cookie that scripts read", "a click's id where scripts"),
                ("fired by the thank-you page", "a sale told by the browser"),
                ("400 and 401", "an expired or invalid click"),
                ("null click ids", "null click ids sent"), ("a new id for each try", "the event's id changes"),
                ("no deduplication", "the same order told twice"),
                ("discarded silently", "failures logged and forgotten"),
                ("first click lost", "a later click overwrites"), ("retention and erasure", "no limit of retention"),
                ("no parallel run", "pixel and server not compared"),
                ("the session expired", "the session that held the click"),
            ]
        ),
    ]

    /// The first cells of the rows of the table with that heading.
    private static func rows(under heading: String) throws -> [String] {
        let lines = try Sandbox.page("operating").split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0 == heading }) + 2
        return lines[start...].prefix { $0.hasPrefix("|") }.map { line in
            String(line.dropFirst(2).prefix(while: { $0 != "|" })).trimmingCharacters(in: .whitespaces)
        }
    }

    /// The sources of all tests and kits.
    private static let sources: [(path: String, text: String)] = {
        ["Tests", "Sources/TributaryTesting"].flatMap { folder in
            let root = Sandbox.package.appending(path: folder)
            let files = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
            return files.filter { $0.hasSuffix(".swift") && !$0.hasSuffix("DoctorGuideTests.swift") }.compactMap {
                file in
                (try? String(contentsOf: root.appending(path: file), encoding: .utf8)).map { (file, $0) }
            }
        }
    }()

    @Test func `each mistake on the page has its proof, and each proof its row`() throws {
        let rows = try Self.rows(under: "| Mistake | Here |")
        #expect(rows.count == Self.proofs.count)
        for row in rows {
            let found = Self.proofs.filter { row.hasPrefix($0.row) }
            #expect(found.count == 1, "\(row)")
            for proof in found.flatMap(\.by) { try Self.check(proof, row) }
        }
    }

    private static func check(_ proof: Proof, _ row: String) throws {
        switch proof {
        case .found(let name, let check):
            let state = try #require(DoctorBooksTests.rows.first { $0.name == name }, "\(row): no state \"\(name)\"")
            let findings = DoctorCheck.examine(state.facts)
            #expect(findings.map(\.check) == [check], "\(row): \(findings)")
        case .test(let name, let folder):
            let places = sources.filter { file in
                (folder.isEmpty || file.path.contains(folder))
                    && (file.text.contains("func `\(name)`(") || file.text.contains("Check(\"\(name)\")"))
            }
            #expect(!places.isEmpty, "\(row): there is no test \"\(name)\"")
        }
    }

    @Test func `everything that the five guides warn of is on the page`() throws {
        let rows = try Self.rows(under: "| Mistake | Here |")
        #expect(Self.guides.count == 5)
        for (guide, items) in Self.guides {
            for (item, row) in items {
                #expect(rows.contains { $0.hasPrefix(row) }, "\(guide): \(item)")
            }
        }
    }

    @Test func `the page names every check, and each finds something in a test`() throws {
        let names = { (cells: [String]) in
            Set(cells.flatMap { $0.split(separator: "`").map(String.init) }.filter { $0 != ", " })
        }
        let page = names(try Self.rows(under: "| Check | Finds |"))
        let found = Set(DoctorBooksTests.rows.flatMap { DoctorCheck.examine($0.facts) }.map(\.check))
        #expect(page == found, "\(page.symmetricDifference(found))")
        let first = names(try Self.rows(under: "| Check | Finds | Level |"))
        #expect(first.isSubset(of: page), "\(first)")
    }
}
