// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing
import TributaryJSON
import TributaryMapping
import TributaryModel

/// The daemon, and the commands that talk to it or look into its store.
@Suite(.serialized) struct ServiceTests {
    private let secrets = ["S": "whsec_test", "K": "key"]

    /// A folder with a configuration, whose only sink is not there, and two webhooks.
    private func folder() throws -> Sandbox {
        let folder = try Sandbox()
        try folder.write(
            "tributary.json",
            """
            { "listen": "127.0.0.1:0", "store": { "sqlite": "t.db" }, "providers": { "stripe": { "secrets": ["env:S"] } },
              "sinks": { "affonso": { "use": "affonso", "key": "env:K", "url": "http://127.0.0.1:1/v1" } } }
            """
        )
        try folder.write("sale.json", Sandbox.sample("1-sale.json"))
        try folder.write("noise.json", Sandbox.sample("2-trial-invoice.json"))
        return folder
    }

    @Test(.timeLimit(.minutes(2))) func `send says what became of a webhook, and deliveries where it stands`() throws {
        let folder = try folder()
        let daemon = try Daemon(in: folder, environment: secrets)
        func send(_ file: String, _ more: String...) throws -> CommandLineRun {
            let words = ["send", "stripe", file, "--secret", "env:S", "--to", daemon.url] + more
            return try CommandLineRun(words, in: folder, environment: secrets)
        }
        let first = try send("sale.json")
        #expect(first.code == 0)
        #expect(first.output.hasPrefix("200  stored as webhook 1: emitted by the rule checkout-one-time\n"))
        #expect(first.output.contains("payment.succeeded  95.20 EUR  payment_intent:pi_3Sample01"))
        #expect(first.output.hasSuffix("See: tributary deliveries --webhook 1\n"))
        #expect(try send("sale.json").output == "200  stored before, as webhook 1: nothing is entered or sent twice\n")
        #expect(try send("noise.json").output.hasPrefix("200  stored as webhook 2: filtered by the rule "))
        #expect(try send("sale.json", "--json").output.contains(#""status":"repeated""#))
        let other = try send("sale.json", "--instance", "shop-eu")
        #expect(other.code == 1)
        let unknown = "404  Unknown provider: No provider instance has this address. (unknownProvider)\n"
        #expect(other.output == unknown)
        let forged = try CommandLineRun(
            ["send", "stripe", "sale.json", "--secret", "env:S", "--to", daemon.url],
            in: folder,
            environment: ["S": "whsec_other"]
        )
        #expect(forged.code == 1)
        #expect(forged.output.hasPrefix("400  Not genuine: "))

        // Without the secrets, which this shell does not have.
        let table = try CommandLineRun(["deliveries"], in: folder)
        #expect(table.code == 0)
        let lines = table.output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.contains("WEBHOOK  EVENT") == true)
        // The platform is not there: the delivery waits, its time has just come, or it is tried at this very moment.
        let states = ["waiting, in ", "waiting, due", "under way"]
        #expect(states.contains { lines.last?.contains($0) == true }, "\(lines.last ?? "")")
        let rows = try CommandLineRun(["deliveries", "--webhook", "1", "--json"], in: folder)
        let row = try JSONValue(parsing: Array(rows.output.utf8))
        #expect(row["webhook"] == 1)
        #expect(row["sink"] == "affonso")
        #expect(row["until"]?.string.flatMap(Timestamp.init(rfc3339:)) != nil)
        #expect(try CommandLineRun(["deliveries", "--webhook", "2"], in: folder).output == "no deliveries\n")

        let second = try CommandLineRun(["serve"], in: folder, environment: secrets)
        #expect(second.code == 1)
        #expect(second.complaint.contains("\ntributary serve: another process has the store open"))
        #expect(daemon.stop() == 0)
    }

    @Test(.timeLimit(.minutes(1))) func `signed headers are genuine to the daemon, whoever sends them`() throws {
        let folder = try folder()
        let daemon = try Daemon(in: folder, environment: secrets)
        let run = try CommandLineRun(
            shell: "tributary sign stripe --secret env:S < sale.json > headers && "
                + "curl -s -o answer -w '%{http_code}' -H @headers --data-binary @sale.json \(daemon.url)/webhooks/stripe",
            in: folder,
            environment: secrets
        )
        #expect(run.output == "200", "\(run.complaint)")
        #expect(try folder.read("answer") == #"{"status":"stored"}"#)
        #expect(daemon.stop() == 0)
    }

    @Test(.timeLimit(.minutes(2))) func `a secret path is part of the address, and nothing else shows it`() throws {
        let folder = try Sandbox()
        let path = "0123456789abcdef0123456789abcdef"
        try folder.write(
            "mappings/ping/ping.json",
            """
            {"mapping":1,"provider":"ping","version":"1.0.0","verify":{"scheme":"path"},
            "event":{"id":"$.id","type":"$.type","time":{"unix":"$.created"}},
            "rules":[{"id":"paid","on":["checkout.session.completed"],"at":"$.data.object","emit":"endpoint.test",
            "key":["ping","@.id"],"set":{}}]}
            """
        )
        try folder.write("sale.json", Sandbox.sample("1-sale.json"))
        try folder.write(
            "tributary.json",
            """
            { "listen": "127.0.0.1:0", "store": { "sqlite": "t.db" }, "mappings": "mappings",
              "providers": { "ping": { "path": "env:P" } } }
            """
        )
        let variables = ["P": path, "Q": String(path.reversed())]
        let daemon = try Daemon(in: folder, environment: variables, log: "daemon.log")
        func send(_ words: String...) throws -> CommandLineRun {
            let file = ["send", "mappings/ping/ping.json", "sale.json", "--instance", "ping", "--to", daemon.url]
            return try CommandLineRun(file + words, in: folder, environment: variables)
        }
        #expect(try send().complaint.contains("--path env:NAME"))
        let wrong = try send("--path", "env:Q")
        #expect(wrong.output == "404  Unknown provider: No provider instance has this address. (unknownProvider)\n")
        let right = try send("--path", "env:P")
        #expect(right.output.hasPrefix("200  stored as webhook 1: emitted"))
        let answers = try CommandLineRun(
            shell: "for a in ping ping/ nobody ping/x ping/$P/ ping/$P/x PING/$P; do "
                + "curl -s -d '{}' -o answer -w '%{http_code} ' \(daemon.url)/webhooks/$a; cat answer; echo; done; "
                + "curl -s \(daemon.url)/metrics",
            in: folder,
            environment: variables
        ).output
        let lines = answers.split(separator: "\n")
        #expect(Set(lines.prefix(7)).count == 1, "the same answer, whatever is missing: \(lines.prefix(7))")
        #expect(lines.first?.hasPrefix("404 ") == true)
        #expect(lines.contains { $0.hasPrefix("tributary_webhooks_total") })
        #expect(daemon.stop() == 0)
        var log = ""
        for _ in 0..<100 where !log.contains("\"Stopped\"") {
            Thread.sleep(forTimeInterval: 0.02)  // the log is copied by a process of its own
            log = try folder.read("daemon.log")
        }
        #expect(log.contains("\"Stopped\""))
        for text in [answers, log, wrong.output, right.output] {
            #expect(!text.contains(path) && !text.contains(variables["Q"] ?? ""))
        }
        let stored = try CommandLineRun(shell: "ls t.db && grep -l $P t.db*", in: folder, environment: variables)
        #expect(stored.output == "t.db\n")
    }

    @Test(.timeLimit(.minutes(2))) func `a port that is taken is told, and nothing stays running`() throws {
        let folder = try folder()
        let daemon = try Daemon(in: folder, environment: secrets)
        let address = daemon.url.replacing("http://", with: "")
        try folder.write("second.json", #"{"listen":"\#(address)","store":{"sqlite":"second.db"}}"#)
        let serve = try CommandLineRun(["serve", "--config", "second.json"], in: folder)
        #expect(serve.code == 1)
        #expect(serve.complaint.contains("\ntributary serve: \(address) is taken by another program"))
        #expect(serve.complaint.contains("\"Configuration looks wrong\""))
        let demo = try CommandLineRun(["demo", "--listen", address], in: folder)
        #expect(demo.code == 1)
        #expect(demo.complaint.contains("\(address) is taken by another program; stop it, or choose another: "))
        #expect(daemon.stop() == 0)
    }

    @Test(.timeLimit(.minutes(2))) func `the demonstration shows every sample, and one of them twice`() throws {
        let folder = try Sandbox()
        let run = try CommandLineRun(["demo", "--once", "--dir", "try"], in: folder)
        #expect(run.code == 0, "\(run.complaint)")
        #expect(run.output.contains("repeated ") && run.output.contains("nothing sent again"))
        let names = ShippedMappings.names
        let samples = try names.map { name in
            try Mapping.shipped(name).file.samples { ShippedMappings.file(name, $0) }.count
        }.reduce(0, +)
        #expect(run.output.contains("\(samples) stored and \(names.count) recognised as repeated; "))
        let table = run.output.split(separator: "\n").prefix { !$0.contains("posted") }
        #expect(table.map(\.count).max() ?? 0 <= 130)
        for name in names { #expect(run.output.contains("\n\(name) ") || run.output.hasPrefix(name)) }
        #expect(try CommandLineRun(["check", "try/tributary.json"], in: folder).code == 0)
        let again = try CommandLineRun(["demo", "--once", "--dir", "try"], in: folder)
        #expect(again.code == 0)
        #expect(again.output.contains("0 stored and \(samples + names.count) recognised as repeated"))
    }

    @Test(.timeLimit(.minutes(1))) func `the demonstration does not write over a configuration`() throws {
        let folder = try Sandbox()
        try folder.write("tributary.json", "{}")
        let run = try CommandLineRun(["demo", "--once", "--dir", "."], in: folder)
        #expect(run.code == 2)
        #expect(run.complaint.contains("has a tributary.json of its own"))
        #expect(try folder.read("tributary.json") == "{}")
    }
}
