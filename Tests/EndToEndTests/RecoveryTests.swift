// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TributaryDelivery
import TributaryModel
import TributaryTesting

/// What a daemon does about deliveries that were under way.
@Suite struct RecoveryTests {
    private static let story = StripeStory(seed: 7, webhooks: 60, prefix: "R")

    /// One sale without a refund, which is one call to each platform.
    private static let sale = StripeStory(saleOf: 2500, id: "R")

    @Test(.timeLimit(.minutes(1)))
    func `a delivery whose process was killed is taken again within 15 seconds and booked once`() async throws {
        // The platform books the sale at once and answers when the asking process is long gone.
        let slow = FaultPlan([.init(.slow(milliseconds: 4000), .range(1...1))])
        let platforms = Platforms(faults: slow)
        try await DaemonFolder.with { folder in
            try await platforms.serving { urls in
                try folder.write(platforms: urls)
                let daemon = try DaemonProcess(folder)
                let provider = try Provider(try await daemon.listening())
                for webhook in Self.sale.webhooks { #expect(try await provider.post(webhook).status == 200) }
                let clock = ContinuousClock()
                try await wait(within: .seconds(5)) { platforms.fronts.allSatisfy { $0.callCount == 1 } }
                try await daemon.crash()
                let killed = clock.now
                let second = try DaemonProcess(folder)
                provider.turn(to: try await second.listening())
                let metrics = try await provider.settled(Platforms.names, within: .seconds(25))
                let taken = clock.now - killed
                print("recovery: leases of a killed process were taken again after \(taken.milliseconds) ms")
                #expect(taken < .seconds(15))
                for sink in Platforms.names { #expect(metrics.imbalance(sink) == 0) }
                #expect(platforms.differences(from: Self.sale) == [])
                await provider.close()
                #expect(try await second.stop() == .code(0))
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `SIGTERM lets calls under way end, keeps the rest for later, and ends with 0`() async throws {
        let slow = FaultPlan([.init(.slow(milliseconds: 1500), .every(1))])
        let platforms = Platforms(faults: slow)
        try await DaemonFolder.with { folder in
            try await platforms.serving { urls in
                try folder.write(platforms: urls)
                let daemon = try DaemonProcess(folder)
                let provider = try Provider(try await daemon.listening())
                for webhook in Self.sale.webhooks { #expect(try await provider.post(webhook).status == 200) }
                try await wait(within: .seconds(5)) { platforms.fronts.allSatisfy { $0.callCount == 1 } }
                #expect(try await daemon.stop() == .code(0))
                #expect(daemon.log.last?["message"]?.string == "Stopped")
                #expect(daemon.log.count { $0["end"]?.string == "delivered" } == 3)
                #expect(daemon.logFaults == [])
                // Nothing is left to do: leases were not left behind, and nothing is sent again.
                let second = try DaemonProcess(folder)
                provider.turn(to: try await second.listening())
                let metrics = try await provider.settled(Platforms.names, within: .milliseconds(100))
                for sink in Platforms.names { #expect(metrics.events(sink, "delivered") == 1) }
                #expect(platforms.fronts.map(\.callCount) == [1, 1, 1])
                await provider.close()
                #expect(try await second.stop() == .code(0))
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `SIGTERM under load answers what is under way`() async throws {
        try await DaemonFolder.with { folder in
            try folder.write()
            let daemon = try DaemonProcess(folder)
            let provider = try Provider(try await daemon.listening())
            let story = StripeStory(seed: 8, webhooks: 3000, prefix: "D")
            let posting = Task(name: "provider") {
                try await provider.postAll(story.webhooks, inFlight: 32, within: .seconds(20))
            }
            try await wait(within: .seconds(10)) { provider.acknowledgedCount > 200 }
            #expect(try await daemon.stop() == .code(0))
            let atStop = provider.acknowledgedCount
            #expect(atStop < story.webhooks.count)
            let second = try DaemonProcess(folder)
            provider.turn(to: try await second.listening())
            let tally = try await posting.value
            #expect(tally.stored.count == story.webhooks.count)
            // 200, 503 while it stops, and no answer only where no connection was to be had any more.
            #expect(Set(tally.statuses.keys).isSubset(of: [0, 200, 503]))
            await provider.close()
            #expect(try await second.stop() == .code(0))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a request that is half sent at SIGTERM is still answered`() async throws {
        try await DaemonFolder.with { folder in
            try folder.write()
            let daemon = try DaemonProcess(folder)
            let provider = try Provider(try await daemon.listening())
            let webhook = try #require(Self.sale.webhooks.first)
            let headers = try provider.sign(webhook.body).fields.map { "\($0.name): \($0.value)\r\n" }.joined()
            let head =
                "POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nContent-Length: \(webhook.body.count)\r\n\(headers)\r\n"
            let connection = try Connection(to: provider.address)
            let half = webhook.body.count / 2
            try connection.write(Array(head.utf8) + webhook.body[..<half])
            try await Task.sleep(for: .milliseconds(200))
            kill(daemon.id, SIGTERM)
            try await Task.sleep(for: .milliseconds(200))
            try connection.write(Array(webhook.body[half...]))
            #expect(connection.readAll().hasPrefix("HTTP/1.1 200 "))
            #expect(try await daemon.end() == .code(0))
            await provider.close()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a platform that fails in every way still books each sale once`() async throws {
        let faults = FaultPlan(
            [
                .init(.limited(seconds: 1), .range(40...42)), .init(.errorBefore(status: 500), .every(31)),
                .init(.errorAfter(status: 500), .every(29)), .init(.resetAfter, .every(37)),
                .init(.resetBefore, .every(41)), .init(.page, .every(43)), .init(.slow(milliseconds: 200), .every(13)),
            ]
        )
        let platforms = Platforms(faults: faults)
        let story = StripeStory(seed: 9, webhooks: 400, prefix: "F")
        try await DaemonFolder.with { folder in
            try await platforms.serving { urls in
                try folder.write(platforms: urls)
                let daemon = try DaemonProcess(folder)
                let provider = try Provider(try await daemon.listening())
                let tally = try await provider.postAll(story.webhooks, within: .seconds(20))
                #expect(tally.statuses == [200: story.webhooks.count])
                _ = try await provider.settled(Platforms.names, within: .seconds(8))
                // The last few meet a platform that works again, or the waits between their attempts grow beyond all tests.
                for front in platforms.fronts {
                    #expect(front.callCount > 40)
                    front.begin(FaultPlan())
                }
                let metrics = try await provider.settled(Platforms.names, within: .seconds(40))
                for sink in Platforms.names {
                    #expect(metrics.imbalance(sink) == 0)
                    #expect(metrics.events(sink, "pending") == 0)
                }
                #expect(platforms.differences(from: story).prefix(20) == [])
                await provider.close()
                #expect(try await daemon.stop() == .code(0))
                #expect(daemon.logFaults == [])
            }
        }
    }
}

/// Waits until something holds.
func wait(within limit: Duration, until holds: () -> Bool) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while !holds() {
        guard clock.now < deadline else { throw DaemonProcess.Failure(description: "waited \(limit) in vain") }
        try await Task.sleep(for: .milliseconds(2))
    }
}
