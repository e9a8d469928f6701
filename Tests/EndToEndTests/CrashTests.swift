// SPDX-License-Identifier: Apache-2.0

import Foundation
import Seeds
import Testing
import Tributary
import TributaryDelivery
import TributaryLedger
import TributaryModel
import TributarySQLite
import TributaryTesting

/// `kill -9` of the daemon at random instants, while webhooks come in and sales go out.
@Suite struct CrashTests {
    /// A slice in the ordinary run; `scripts/crash` asks for more.
    static let kills = number("TRIBUTARY_CRASH_KILLS") ?? 5
    static let seed = UInt64(number("TRIBUTARY_CRASH_SEED") ?? 20_261_121)

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }

    @Test(.timeLimit(.minutes(30)))
    func `no kill loses an acknowledged webhook or sells anything twice`() async throws {
        // Enough that webhooks are still coming in at the last kill.
        let story = StripeStory(seed: Self.seed, webhooks: 150 + Self.kills * 60, prefix: "C")
        let platforms = Platforms()
        try await DaemonFolder.with { folder in
            try await platforms.serving { urls in
                try folder.write(platforms: urls)
                let first = try DaemonProcess(folder)
                let provider = try Provider(try await first.listening())
                let posting = Task(name: "provider") {
                    try await provider.postAll(story.webhooks, inFlight: 16, within: .seconds(60 + Self.kills * 5))
                }
                var course = Course(daemon: first, folder: folder, provider: provider, seed: Self.seed)
                for kill in 1...Self.kills { try await course.crash(kill, of: Self.kills) }
                let tally = try await posting.value
                #expect(tally.stored.count == story.webhooks.count)
                let lastKill = ContinuousClock().now
                let metrics = try await provider.settled(Platforms.names, within: .seconds(60))
                let recovery = ContinuousClock().now - lastKill
                for sink in Platforms.names {
                    #expect(metrics.imbalance(sink) == 0)
                    #expect(metrics.events(sink, "pending") == 0)
                }
                await provider.close()
                #expect(try await course.daemon.stop() == .code(0))
                #expect(course.daemon.logFaults == [])
                #expect(try await Self.missing(tally.stored, in: folder) == [])
                let differences = platforms.differences(from: story)
                #expect(differences.prefix(20) == [])
                course.report(story, tally, differences: differences.count, recovery)
            }
        }
    }

    /// Acknowledged webhooks that are not in the store.
    static func missing(_ stored: [StripeStory.Webhook], in folder: DaemonFolder) async throws -> [String] {
        let store = try SQLiteStore(path: folder.storePath)
        var missing: [String] = []
        for webhook in Set(stored) {
            let query = WebhookQuery(source: webhook.instance, key: webhook.id, limit: 1)
            let found = try await store.webhooks(query).first
            if found?.submission.body != webhook.body { missing.append(webhook.id) }
        }
        await store.close()
        return missing
    }
}

/// The kills, one after the other.
private struct Course {
    private(set) var daemon: DaemonProcess
    private let folder: DaemonFolder
    private let provider: Provider
    private var random: SeededGenerator
    private var starts: [Duration] = []
    private var killsBeforeListening = 0

    init(daemon: DaemonProcess, folder: DaemonFolder, provider: Provider, seed: UInt64) {
        self.daemon = daemon
        self.folder = folder
        self.provider = provider
        random = SeededGenerator(seed: seed)
    }

    /// Kills the daemon at a random instant and starts it again at once.
    mutating func crash(_ kill: Int, of kills: Int) async throws {
        let clock = ContinuousClock()
        let before = provider.acknowledgedCount
        // Some acknowledgements and some time later, or without the webhooks where none come any more.
        let count = Int.random(in: 0...50, using: &random)
        let deadline = clock.now + .milliseconds(Int.random(in: 50...700, using: &random))
        while provider.acknowledgedCount - before < count, clock.now < deadline {
            try await Task.sleep(for: .milliseconds(1))
        }
        try await Task.sleep(for: .microseconds(Int.random(in: 0...20_000, using: &random)))
        try await daemon.crash()
        // One in eight dies once more, while it is still starting.
        if Int.random(in: 0..<8, using: &random) == 0 {
            let stillborn = try DaemonProcess(folder)
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...150, using: &random)))
            try await stillborn.crash()
            killsBeforeListening += 1
        }
        let begin = clock.now
        daemon = try DaemonProcess(folder)
        provider.turn(to: try await daemon.listening())
        let start = clock.now - begin
        starts.append(start)
        let acknowledged = provider.acknowledgedCount
        print(
            "crash: kill \(kill) of \(kills), \(acknowledged) acknowledged, listening again after \(start.milliseconds) ms"
        )
    }

    func report(_ story: StripeStory, _ tally: Provider.Tally, differences: Int, _ recovery: Duration) {
        let sorted = starts.sorted()
        let calls = tally.statuses.values.reduce(0, +)
        print(
            """
            crash: \(starts.count) kills under load, \(killsBeforeListening) more while starting; \
            \(tally.stored.count) webhooks acknowledged in \(calls) calls, \(story.sales.count) sales
            crash: listening again after \(sorted[sorted.count / 2].milliseconds) ms (median), \
            \(sorted[sorted.count - 1].milliseconds) ms (longest); everything delivered \
            \(recovery.milliseconds) ms after the last webhook
            crash: \(differences == 0 ? "no acknowledged webhook lost, every sale booked once" : "\(differences) DIFFERENCES")
            """
        )
    }
}

extension Duration {
    /// Whole milliseconds, for reports.
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
