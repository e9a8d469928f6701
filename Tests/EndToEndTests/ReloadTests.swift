// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing
import Tributary
import TributaryDelivery
import TributaryJSON
import TributaryLedger
import TributaryMapping
import TributaryModel
import TributarySQLite

/// Mappings that change under a running daemon.
@Suite struct ReloadTests {
    /// Stripe's mapping with few tests, so that looking at it takes little.
    private static func mapping(version: String) throws -> JSONValue {
        let bytes = try #require(ShippedMappings.mapping("stripe"))
        guard case .object(var members) = try JSONValue(parsing: bytes) else { return .null }
        for index in members.indices {
            switch members[index].name {
            case "version": members[index].value = .string(version)
            case "tests": members[index].value = .array(Array((members[index].value.elements ?? []).prefix(3)))
            default: break
            }
        }
        return .object(members)
    }

    /// A folder with a configuration that names a folder of mappings, and the daemon's override of Stripe's in it.
    private struct Site {
        let folder: DaemonFolder
        let mappings: String

        init(_ folder: DaemonFolder) throws {
            self.folder = folder
            mappings = folder.path + "/mappings"
            try folder.write()
            let path = folder.configurationPath
            guard case .object(var members) = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: path))))
            else {
                return
            }
            members.append(.init("mappings", .string(mappings)))
            try Data(JSONValue.object(members).indentedText.utf8).write(to: URL(filePath: path))
            for file in ShippedMappings.files(of: "stripe") where file.hasPrefix("fixtures/") {
                let url = URL(filePath: "\(mappings)/stripe/\(file)")
                try FileManager.default.createDirectory(
                    at: url.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try Data(ShippedMappings.file("stripe", file) ?? []).write(to: url)
            }
        }

        func put(_ text: String) throws {
            try Data(text.utf8).write(to: URL(filePath: "\(mappings)/stripe/stripe.json"))
        }
    }

    /// How often the daemon said a thing.
    private static func count(_ message: String, _ daemon: DaemonProcess) -> Int {
        daemon.logText.split(separator: "\n").count { $0.contains("\"\(message)") }
    }

    private static func wait(
        for count: Int,
        _ message: String,
        _ daemon: DaemonProcess,
        within limit: Duration = .seconds(30)
    ) async throws {
        let deadline = ContinuousClock().now + limit
        while Self.count(message, daemon) < count {
            try #require(ContinuousClock().now < deadline, "\(count) × \(message): \(daemon.logText.suffix(4000))")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static let taken = "Mapping reloaded"
    private static let refused = "Mapping refused"

    @Test(.timeLimit(.minutes(4)))
    func `no webhook is lost or refused while the mapping is exchanged fifty times`() async throws {
        let story = StripeStory(seed: 7, webhooks: 4000)
        try await DaemonFolder.with { folder in
            let site = try Site(folder)
            let daemon = try DaemonProcess(folder)
            let provider = try Provider(try await daemon.listening())
            async let posting = provider.postAll(story.webhooks, inFlight: 8, within: .seconds(150))
            var good: Set<String> = [try Mapping.shipped("stripe").contentHash]
            for round in 1...50 {
                let text = try Self.mapping(version: "1.0.\(round)").indentedText
                switch round % 5 {
                case 1: try site.put(String(text.dropLast(100)))
                case 3:
                    try site.put(
                        text.replacing("\"emit\": \"payment.succeeded\"", with: "\"emit\": \"payment.failed\"")
                    )
                default:
                    try site.put(text)
                    good.insert(try MappingFile(parsing: Array(text.utf8), file: "stripe.json").contentHash)
                }
                kill(daemon.id, SIGHUP)
                let refusedCount = (1...round).count { [1, 3].contains($0 % 5) }
                try await Self.wait(for: refusedCount, Self.refused, daemon)
                try await Self.wait(for: round - refusedCount, Self.taken, daemon)
            }
            let tally = try await posting
            #expect(tally.statuses == [200: story.webhooks.count])
            let metrics = try await provider.metrics().text
            #expect(metrics.contains(#"tributary_mapping_reloads_total{mapping="stripe",result="taken"} 30"#))
            #expect(metrics.contains(#"tributary_mapping_refused{mapping="stripe"} 0"#))
            await provider.close()
            #expect(try await daemon.stop() == .code(0))
            #expect(daemon.logFaults == [])
            let store = try SQLiteStore(path: folder.storePath)
            let stamps = try await store.webhooks(WebhookQuery(limit: 10_000)).map(\.submission.mapping)
            await store.close()
            #expect(stamps.count == story.webhooks.count - story.repeatCount)
            #expect(stamps.allSatisfy { good.contains($0.contentHash) && $0.name == "stripe" })
            #expect(Set(stamps).count > 5, "the load was over before the mappings changed")
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a refused mapping is told everywhere until it is mended or removed`() async throws {
        try await DaemonFolder.with { folder in
            let site = try Site(folder)
            let daemon = try DaemonProcess(folder)
            let provider = try Provider(try await daemon.listening())
            func ready() async throws -> String {
                String(decoding: try await provider.call(.get, "/readyz").body, as: UTF8.self)
            }
            #expect(try await ready() == "ready\n")
            // Without a signal: the folder is looked at by itself.
            try site.put("{ \"mapping\": 1 }")
            try await Self.wait(for: 1, Self.refused, daemon)
            #expect(daemon.logText.contains("stripe.json:1:1: error[M102 missing-key]"))
            #expect(try await ready().hasPrefix("ready\nmapping stripe is refused: "))
            #expect(try await provider.metrics().text.contains(#"tributary_mapping_refused{mapping="stripe"} 1"#))
            try site.put(try Self.mapping(version: "1.0.1").indentedText)
            try await Self.wait(for: 1, Self.taken, daemon)
            #expect(try await ready() == "ready\n")
            try FileManager.default.removeItem(atPath: site.mappings + "/stripe")
            try await Self.wait(for: 2, Self.taken, daemon)
            #expect(daemon.log.last { $0["message"]?.string == Self.taken }?["version"]?.string == "1.0.0")
            await provider.close()
            #expect(try await daemon.stop() == .code(0))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a mapping whose tests fail keeps a daemon from starting, as it would be refused later`() async throws {
        try await DaemonFolder.with { folder in
            let site = try Site(folder)
            let text = try Self.mapping(version: "1.0.1").indentedText
            try site.put(text.replacing("\"emit\": \"payment.succeeded\"", with: "\"emit\": \"payment.failed\""))
            let daemon = try DaemonProcess(folder)
            #expect(try await daemon.end() == .code(1))
            #expect(daemon.logText.contains("fails: the events differ"))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a hang-up without a folder of mappings does no harm`() async throws {
        try await DaemonFolder.with { folder in
            try folder.write()
            let daemon = try DaemonProcess(folder)
            _ = try await daemon.listening()
            kill(daemon.id, SIGHUP)
            try await Self.wait(for: 1, "Nothing to reload", daemon)
            #expect(try await daemon.stop() == .code(0))
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `what is new is told once, counted, and not forgotten by a killed daemon`() async throws {
        try await DaemonFolder.with { folder in
            try folder.write()
            let first = try DaemonProcess(folder)
            let provider = try Provider(try await first.listening())
            func odd(_ id: String) -> StripeStory.Webhook {
                let text =
                    #"{"id":"evt_\#(id)","object":"event","created":1790000100,"livemode":true,"#
                    + #""api_version":"2031-01-01.mud","type":"river.flooded","data":{"object":{"who":"ada@example.com"}}}"#
                return StripeStory.Webhook(instance: "stripe", id: "evt_\(id)", body: Array(text.utf8))
            }
            for id in 0..<3 { #expect(try await provider.post(odd("\(id)")).status == 200) }
            try await Self.wait(for: 2, "New in webhooks", first)
            let metrics = try await provider.metrics().text
            #expect(metrics.contains(#"tributary_drift_new_total{provider="stripe",kind="type"} 1"#))
            #expect(metrics.contains(#"tributary_drift_total{provider="stripe",kind="version"} 3"#))
            // Told and written in one turn; a killed daemon may lose the turn that it was in.
            try await Task.sleep(for: .seconds(2))
            try await first.crash()
            let second = try DaemonProcess(folder)
            provider.turn(to: try await second.listening())
            #expect(try await provider.post(odd("3")).status == 200)
            try await Task.sleep(for: .seconds(3))
            #expect(Self.count("New in webhooks", second) == 0)
            #expect(!(first.logText + second.logText).contains("ada@"))
            await provider.close()
            #expect(try await second.stop() == .code(0))
            let store = try SQLiteStore(path: folder.storePath)
            let found = try await store.observations().filter { $0.key.kind == .version }
            #expect(found.map(\.key.text) == ["2031-01-01.mud"])
            #expect(found.map(\.count) == [4])
            await store.close()
        }
    }
}
