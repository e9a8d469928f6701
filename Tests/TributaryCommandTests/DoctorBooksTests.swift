// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryJSON
import TributaryLedger
import TributaryModel
import TributaryTesting

@testable import TributaryCommand

/// What `tributary doctor` makes of the books, the keys and the configuration: facts in, findings out.
@Suite struct DoctorBooksTests {
    private static let now = Timestamp(unixSeconds: 1_800_000_000)

    private static func facts(_ change: (inout DoctorFacts) -> Void) -> DoctorFacts {
        var facts = DoctorFacts()
        facts.now = now
        facts.hasBooks = true
        change(&facts)
        return facts
    }

    private static func arrival(_ count: Int64, daysAgo: Int64, live: Bool = true) -> BookFacts.Arrivals {
        let last = now.advanced(by: .seconds(-86_400 * daysAgo))
        let first = last.advanced(by: .seconds(-3600 * count))
        return .init(source: "shop", isLive: live, count: count, first: first, last: last)
    }

    private static func subscription(
        renewals: Int,
        bare: Int = 0,
        days: Int64 = 100,
        attributed: Bool = true
    ) -> BookFacts.SubscriptionFacts {
        .init(
            source: "shop",
            isFirstAttributed: attributed,
            first: now.advanced(by: .seconds(-86_400 * days)),
            renewals: renewals,
            bareRenewals: bare,
            interval: .seconds(31 * 86_400)
        )
    }

    private static func ends(_ state: String, _ reason: String = "r", atFirst: Int64 = 0, attempts: Int = 1)
        -> BookFacts
        .Ends
    { .init(sink: "river", state: state, reason: reason, count: 3, example: 7, atFirst: atFirst, attempts: attempts) }

    private static func probe(_ end: DeliveryEnd?, refused: Bool = false, skew: Int64 = 0) -> PlatformAsking.Probed {
        .init(end: end, reason: "because", isRefused: refused, date: now, asked: now.advanced(by: .seconds(skew)))
    }

    /// A state of affairs, and the remedy that must be found for it; none where nothing is to be found.
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var facts: DoctorFacts
        var severity: Finding.Severity?
        var remedy = ""
        var testDescription: String { name }
    }

    static let rows: [Row] = [
        Row(
            name: "a provider that stopped sending",
            facts: facts { $0.books.arrivals = [arrival(100, daysAgo: 3)] },
            severity: .error,
            remedy: "address, whether it was switched off"
        ),
        Row(name: "a provider that sends", facts: facts { $0.books.arrivals = [arrival(100, daysAgo: 0)] }),
        Row(name: "a provider that seldom sends", facts: facts { $0.books.arrivals = [arrival(5, daysAgo: 30)] }),
        Row(
            name: "a provider that never sent",
            facts: facts { $0.configuredProviders = ["shop"] },
            severity: .note,
            remedy: "/webhooks/shop"
        ),
        Row(
            name: "test webhooks at a live sink",
            facts: facts {
                $0.books.arrivals = [arrival(2, daysAgo: 0, live: false)]
                $0.sinks = [.init(name: "river", mode: .all)]
            },
            severity: .error,
            remedy: "set \"accept\" to \"live\""
        ),
        Row(
            name: "test webhooks at a live sink that marks them",
            facts: facts {
                $0.books.arrivals = [arrival(2, daysAgo: 0, live: false)]
                $0.sinks = [.init(name: "river", mode: .all, marksTestMoney: true)]
            }
        ),
        Row(
            name: "test webhooks at a sink that takes none",
            facts: facts {
                $0.books.arrivals = [arrival(2, daysAgo: 0, live: false)]
                $0.sinks = [.init(name: "river", mode: .live)]
            }
        ),
        Row(
            name: "renewals that lost their partner",
            facts: facts { $0.books.lostRenewals = ["invoice:in_2 at river"] },
            severity: .error,
            remedy: "subscription_data.metadata"
        ),
        Row(
            name: "renewals that carry nothing",
            facts: facts { $0.books.subscriptions = ["a": subscription(renewals: 2, bare: 1)] },
            severity: .note,
            remedy: "tributary attach PROVIDER --subscription"
        ),
        Row(
            name: "renewals that never come",
            facts: facts { facts in
                for name in ["a", "b", "c"] { facts.books.subscriptions[name] = subscription(renewals: 0) }
            },
            severity: .error,
            remedy: "invoice.paid"
        ),
        Row(
            name: "renewals that are not due",
            facts: facts { facts in
                for name in ["a", "b", "c"] { facts.books.subscriptions[name] = subscription(renewals: 0, days: 20) }
            }
        ),
        Row(
            name: "an amount 100 times too high",
            facts: facts {
                $0.books.products = [
                    "pro in EUR": .init(amounts: [990, 990, 990, 990, 99_000], least: 990, most: 99_000, count: 5)
                ]
            },
            severity: .attention,
            remedy: "changed the unit"
        ),
        Row(
            name: "an amount 100 times too low",
            facts: facts {
                $0.books.products = ["pro": .init(amounts: [990, 990, 990, 990, 10], least: 10, most: 990, count: 5)]
            },
            severity: .attention,
            remedy: "changed the unit"
        ),
        Row(
            name: "amounts of one product that differ as they may",
            facts: facts {
                $0.books.products = [
                    "pro": .init(amounts: [990, 990, 990, 990, 9900], least: 990, most: 9900, count: 5)
                ]
            }
        ),
        Row(
            name: "leads and sales with different users",
            facts: facts {
                $0.books.leadUsers = ["u1"]
                $0.books.strangeUsers = 3
            },
            severity: .attention,
            remedy: "your own stable user id in both"
        ),
        Row(
            name: "clicks that never reach the server",
            facts: facts { $0.books.payments = 20 },
            severity: .attention,
            remedy: "POST /v1/leads"
        ),
        Row(
            name: "deliveries that need a person",
            facts: facts { $0.books.ends = [ends("needsHuman")] },
            severity: .attention,
            remedy: "in the platform's dashboard"
        ),
        Row(
            name: "a request that the platform refuses",
            facts: facts { $0.books.ends = [ends("permanent")] },
            severity: .attention,
            remedy: "a required field"
        ),
        Row(
            name: "a paused sink",
            facts: facts { $0.books.ends = [ends("waiting", "the platform refuses the key (401)")] },
            severity: .error,
            remedy: "put a valid key"
        ),
        Row(
            name: "a sink that fails for long",
            facts: facts { $0.books.ends = [ends("waiting", "status 500", attempts: 12)] },
            severity: .attention,
            remedy: "tried for 3 days"
        ),
        Row(name: "a sink that failed once", facts: facts { $0.books.ends = [ends("waiting", "status 500")] }),
        Row(
            name: "sales that the platform knew already",
            facts: facts { $0.books.ends = [ends("duplicate", atFirst: 3)] },
            severity: .attention,
            remedy: "native integration or its pixel"
        ),
        Row(name: "a repeat after an error", facts: facts { $0.books.ends = [ends("duplicate", attempts: 2)] }),
        Row(
            name: "sales without a partner at the platform",
            facts: facts { $0.books.ends = [ends("notAttributed", atFirst: 3)] },
            severity: .attention,
            remedy: "the lead is told before the sale"
        ),
        Row(
            name: "books that do not balance",
            facts: facts {
                $0.books.balances = [
                    .init(sink: "river", accepted: 2, filtered: 0, delivered: 1, endedOtherwise: 0, pending: 0)
                ]
            },
            severity: .error,
            remedy: "keep a copy"
        ),
        Row(
            name: "a key that is refused",
            facts: facts { $0.probes = ["river": probe(nil, refused: true)] },
            severity: .error,
            remedy: "rights to write conversions"
        ),
        Row(
            name: "a platform that does not answer",
            facts: facts { $0.probes = ["river": probe(nil)] },
            severity: .attention,
            remedy: "sales wait meanwhile"
        ),
        Row(name: "a key that is good", facts: facts { $0.probes = ["river": probe(.delivered, skew: 59)] }),
        Row(name: "a platform without a probe", facts: facts { $0.probes = ["river": probe(.notApplicable)] }),
        Row(
            name: "a clock that is wrong",
            facts: facts { $0.probes = ["river": probe(.delivered, skew: -61)] },
            severity: .error,
            remedy: "chrony"
        ),
        Row(
            name: "a configuration that is wrong",
            facts: facts { $0.configurationRemarks = [.init(place: "/x", text: "t", remedy: nil, severity: .error)] },
            severity: .error,
            remedy: "tributary check"
        ),
        Row(
            name: "no store yet",
            facts: facts {
                ($0.hasBooks, $0.missingStore) = (false, "t.db")
            },
            severity: .note,
            remedy: "tributary serve"
        ),
        Row(
            name: "a mapping that cannot be used",
            facts: facts {
                ($0.mappings, $0.faults) = (["acme"], ["acme": [.init("no rule", remedy: "add one")]])
            },
            severity: .error,
            remedy: "add one"
        ),
        Row(
            name: "webhooks that come to nothing",
            facts: DoctorTests.facts([], [DoctorTests.tally(.incomplete)]),
            severity: .attention,
            remedy: "another source"
        ),
        Row(
            name: "webhooks of another release",
            facts: DoctorTests.facts([DoctorTests.seen(.version, "v2")]),
            severity: .attention,
            remedy: "add it to"
        ),
        Row(
            name: "takings without a word of credit",
            facts: facts { $0.books.ends = [ends("unproven")] },
            severity: .note,
            remedy: "tributary reconcile"
        ),
    ]

    @Test(arguments: rows)
    func `a state of affairs has its finding and its remedy, or none`(_ row: Row) {
        let findings = DoctorCheck.examine(row.facts)
        guard let severity = row.severity else { return #expect(findings.isEmpty, "\(findings)") }
        #expect(findings.map(\.severity) == [severity], "\(findings)")
        #expect(findings.first?.remedy.contains(row.remedy) == true, "\(findings)")
    }

    @Test func `facts are gathered from events and deliveries`() {
        var facts = BookFacts()
        func add(_ number: Int64, _ event: Event) {
            let scope = Scope(source: "stripe", isLive: true)
            facts.add(StoredEvent(event, .init(webhook: number, position: 0, scope: scope, receivedAt: event.time)))
        }
        add(1, SampleEvents.lead("cus_1", user: "u1"))
        var first = SampleEvents.payment("in_1", referral: "r")
        first.subscription = Subscription(ref: "sub_1", interval: .month)
        first.customer.user = "u1"
        add(2, first)
        var renewal = SampleEvents.payment("in_2", at: 100)
        renewal.subscription.ref = "sub_1"
        renewal.customer.user = "u2"
        add(3, renewal)
        #expect(facts.subscriptions["stripe sub_1"]?.bareRenewals == 1)
        #expect(facts.subscriptions["stripe sub_1"]?.interval == .seconds(31 * 86_400))
        let counts: [Int] = [facts.payments, facts.attributedPayments, facts.knownUsers, facts.strangeUsers]
        #expect(counts == [2, 1, 1, 1])
        #expect(facts.products["prod_1 in EUR"]?.amounts == [9900, 9900])
        facts.add(
            DeliveryRecord(
                id: 1,
                webhook: 3,
                sink: "river",
                event: renewal,
                state: .ended(.notAttributed),
                attempts: 0,
                reason: "organic",
                trail: [],
                receipt: Receipt()
            )
        )
        #expect(facts.lostRenewals == ["invoice:in_2 at river"])
    }

    @Test func `a key that tests and real money share is told`() throws {
        let folder = try Sandbox()
        func remarks(_ test: String) throws -> [String] {
            try folder.write(
                "tributary.json",
                #"{ "sinks": { "a": { "use": "dub", "key": "env:A" }, "b": { "use": "dub", \#(test) } } }"#
            )
            return try SharedKeys.remarks(folder.url("tributary.json").path).map(\.place)
        }
        #expect(try remarks(#""key": "env:A", "accept": "test""#) == ["/sinks/b/key"])
        #expect(try remarks(#""key": "env:B", "accept": "test""#) == [])
        #expect(try remarks(#""key": "env:A""#) == [])
    }

    @Test(.timeLimit(.minutes(1))) func `a secret that everybody may read is told`() throws {
        let folder = try Sandbox()
        try folder.write("key", "secret")
        let path = folder.url("key").path
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        try folder.write("tributary.json", #"{ "sinks": { "a": { "key": "file:\#(path)" } } }"#)
        let remarks = try SecretFiles.remarks(folder.url("tributary.json").path)
        #expect(remarks.map(\.place) == ["/sinks/a/key"])
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try SecretFiles.remarks(folder.url("tributary.json").path).isEmpty)
    }
}
