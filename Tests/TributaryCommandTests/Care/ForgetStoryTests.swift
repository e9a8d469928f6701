// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryJSON
import TributaryModel
import TributarySQLite
import TributaryTesting

@testable import TributaryCommand

/// A person is erased: here, at five platforms, beside a running daemon and without, and where it is killed on the way.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ForgetStoryTests {
    private static let names = ["user_ada", "cus_ada", "ada@example.com", "click_ada"]

    /// Files of the store, of its care folder and of the log that still name the person.
    private static func filesNamingAda(_ scene: CareScene) throws -> [String] {
        let files = FileManager.default.enumerator(atPath: scene.folder.path)?.compactMap { $0 as? String } ?? []
        let own = files.filter { $0.hasPrefix("t.db") || $0.hasSuffix(".log") }
        #expect(own.contains("t.db") && own.contains("t.db-wal") || own.contains("t.db"))
        return own.flatMap { file in
            let data = FileManager.default.contents(atPath: scene.folder.url(file).path) ?? Data()
            return names.filter { name in
                let found: Range<Data.Index>? = data.range(of: Data(name.utf8))
                return found != nil
            }.map { "\(file): \($0)" }
        }
    }

    private static func expectNobody(_ places: [String], _ location: Testing.SourceLocation = #_sourceLocation) {
        #expect(places == [], sourceLocation: location)
    }

    /// Ada and Bob sign up and pay; everything is told.
    private static func sell(_ scene: CareScene, _ daemon: Daemon) async throws {
        try scene.post(
            [
                scene.signUp("ada", day: 1), try scene.paid(.init(order: "P1", person: "ada", day: 1)),
                scene.signUp("bob", day: 1), try scene.paid(.init(order: "P2", person: "bob", day: 2)),
                #"{"id":"e_noise","type":"other","at":1793500000,"who":"ada@example.com"}"#,
            ],
            to: daemon
        )
        let rows = try await scene.settled()
        let ends = Set(rows.map { $0["end"]?.string ?? "" })
        #expect(ends.isSubset(of: ["delivered", "unproven", "notApplicable"]), "\(rows.map(\.text))")
        #expect(try filesNamingAda(scene).count >= 4)
    }

    /// What must hold when she is erased.
    private static func check(_ scene: CareScene) async throws {
        expectNobody(try filesNamingAda(scene))
        for name in ["dub", "firstpromoter", "tolt"] {
            let records = scene.people(at: name)
            #expect(!records.contains("user_ada"), "\(name): \(records)")
            #expect(records.contains("user_bob"), "\(name): \(records)")
        }
        let audit = try await SQLiteReader(path: scene.folder.url("t.db").path).observations()
            .filter { $0.key.kind == .forgotten }
        #expect(audit.count == 1)
        let line = "\(audit)"
        #expect(line.contains("dub: delivered") && line.contains("refersion: needsHuman"), "\(line)")
        for name in names { #expect(!line.contains(name)) }
        let again = try scene.run("forget", "--email", "ada@example.com")
        #expect(again.output == "nothing is known of this person\n" && again.code == 0, "\(again.complaint)")
    }

    /// A refund that comes later finds its sale everywhere.
    private static func refund(_ scene: CareScene, _ daemon: Daemon) async throws {
        try scene.post([scene.refunded("P1", 11_900, id: "re_1", day: 3)], to: daemon)
        let rows = try await scene.settled().filter { $0["event"]?["type"] == "refund.succeeded" }
        let ends = Dictionary(
            rows.map { ($0["sink"]?.string ?? "", $0["end"]?.string ?? "") },
            uniquingKeysWith: { first, _ in first }
        )
        #expect(
            ends["dub"] == "delivered" && ends["tolt"] == "delivered" && ends["partnerstack"] == "needsHuman",
            "\(ends)"
        )
        for name in ["dub", "tolt"] {
            let remaining = scene.doubles[name]?.bookings.first { $0.key.contains("pay_P1") }?.remaining.minor
            #expect(remaining == 0, "\(name)")
        }
        expectNobody(try filesNamingAda(scene))
    }

    @Test(arguments: [
        ["--email", "ADA@example.com"], ["--customer", "cus_ada"], ["--user", "user_ada"], ["--click", "click_ada"],
    ])
    func `beside a running daemon nothing of the person stays, and refunds still work`(_ words: [String]) async throws {
        try await CareScene.play { scene in
            let daemon = try scene.daemon(log: "daemon.log")
            try await Self.sell(scene, daemon)
            let run = try scene.run(["forget"] + words)
            #expect(run.code == 0, "\(run.output)\(run.complaint)")
            for text in [
                "dub            delivered   1 customer(s) deleted", "firstpromoter  delivered   1 referral(s) deleted",
                "tolt           delivered   1 customer(s) deleted", "partnerstack   needsHuman  ",
                "refersion      needsHuman  ", "erased 2 events, the content of 3 webhooks",
            ] { #expect(run.output.contains(text), "\(run.output)") }
            try await Self.check(scene)
            try await Self.refund(scene, daemon)
            #expect(daemon.stop() == 0)
            #expect(try scene.folder.read("daemon.log").contains("Erased a person"))
            Self.expectNobody(try Self.filesNamingAda(scene))
        }
    }

    @Test func `Affonso and Tapfiliate are asked by what each can do, and nothing of the person stays here`()
        async throws
    {
        try await CareScene.play(sinks: ["affonso", "tapfiliate"]) { scene in
            let daemon = try scene.daemon(log: "daemon.log")
            try await Self.sell(scene, daemon)
            let run = try scene.run("forget", "--email", "ada@example.com")
            #expect(run.code == 0, "\(run.output)\(run.complaint)")
            #expect(run.output.contains("affonso     delivered  1 referral(s) deleted"), "\(run.output)")
            #expect(run.output.contains("tapfiliate  delivered  1 customer(s) deleted"), "\(run.output)")
            Self.expectNobody(try Self.filesNamingAda(scene))
            #expect(!scene.people(at: "affonso").contains("user_ada"), "\(scene.people(at: "affonso"))")
            try scene.post([scene.refunded("P1", 11_900, id: "re_1", day: 3)], to: daemon)
            let refunds = try await scene.settled().filter { $0["event"]?["type"] == "refund.succeeded" }
            #expect(refunds.count == 2 && refunds.allSatisfy { $0["end"] == "delivered" }, "\(refunds.map(\.text))")
            Self.expectNobody(try Self.filesNamingAda(scene))
            #expect(daemon.stop() == 0)
        }
    }

    @Test func `without a daemon the command does it itself`() async throws {
        try await CareScene.play { scene in
            let daemon = try scene.daemon()
            try await Self.sell(scene, daemon)
            #expect(daemon.stop() == 0)
            let dry = try scene.run("forget", "--user", "user_ada", "--dry-run")
            #expect(dry.code == 0 && dry.output.contains("would erase 2 events"), "\(dry.output)\(dry.complaint)")
            #expect(try !Self.filesNamingAda(scene).isEmpty)
            let run = try scene.run("forget", "--user", "user_ada", "--json")
            #expect(run.code == 0, "\(run.complaint)")
            let rows = try run.output.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
            #expect(Set(rows.map { $0["sink"]?.string ?? "" }) == Set(scene.doubles.keys))
            try await Self.check(scene)
            let next = try scene.daemon()
            try await Self.refund(scene, next)
            #expect(next.stop() == 0)
        }
    }

    @Test func `a daemon that is killed on the way does it at its next start, and whoever asked is told`() async throws
    {
        try await CareScene.play { scene in
            let daemon = try scene.daemon(log: "first.log")
            try await Self.sell(scene, daemon)
            // Each call takes a while from now on, so that the kill falls between two of them.
            for front in scene.fronts { front.begin(try FaultPlan(text: "slow=400:1")) }
            async let asked = Task.detached { try scene.run("forget", "--customer", "cus_ada") }.value
            let box = scene.folder.url("t.db.care").path
            for _ in 0..<200 {
                let files = (try? FileManager.default.contentsOfDirectory(atPath: box)) ?? []
                if files.contains(where: { $0.hasSuffix(".taken") }) { break }
                try await Task.sleep(for: .milliseconds(20))
            }
            try await Task.sleep(for: .milliseconds(900))
            try daemon.kill()
            #expect(try !Self.filesNamingAda(scene).isEmpty)
            let next = try scene.daemon(log: "second.log")
            let run = try await asked
            #expect(run.code == 0, "\(run.output)\(run.complaint)")
            #expect(run.output.contains("erased 2 events"), "\(run.output)\(run.complaint)")
            for front in scene.fronts { front.begin(FaultPlan()) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: box) == [])
            Self.expectNobody(try Self.filesNamingAda(scene))
            for name in ["dub", "firstpromoter", "tolt"] {
                #expect(!scene.people(at: name).contains("user_ada"), "\(name)")
            }
            try await Self.refund(scene, next)
            #expect(next.stop() == 0)
        }
    }
}

extension CareScene {
    /// Whom a platform knows, by its double; commissions stay, of nobody.
    fileprivate func people(at name: String) -> String {
        let records = doubles[name]?.records ?? .null
        return (records["customers"] ?? records["referrals"] ?? records).text
    }
}
