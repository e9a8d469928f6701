// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TributaryDelivery
import TributaryModel
import TributaryTesting

/// Many webhooks at a time, in no order, some twice.
@Suite struct LoadTests {
    /// Ten thousand, unless the environment asks for more.
    static let count = ProcessInfo.processInfo.environment["TRIBUTARY_LOAD_WEBHOOKS"].flatMap { Int($0) } ?? 10_000

    @Test(.timeLimit(.minutes(5)))
    func `ten thousand mixed webhooks give exactly one sale for each key and one delivery for each sink`() async throws
    {
        let story = StripeStory(seed: 20_261_121, webhooks: Self.count)
        let platforms = Platforms()
        try await DaemonFolder.with { folder in
            try await platforms.serving { urls in
                try folder.write(platforms: urls)
                let daemon = try DaemonProcess(folder)
                let provider = try Provider(try await daemon.listening())
                let clock = ContinuousClock()
                let begin = clock.now
                let tally = try await provider.postAll(story.webhooks, within: .seconds(120))
                let posted = clock.now - begin
                #expect(tally.statuses == [200: story.webhooks.count])
                let metrics = try await provider.settled(Platforms.names, within: .seconds(120))
                let settled = clock.now - begin
                for sink in Platforms.names {
                    #expect(metrics.imbalance(sink) == 0)
                    #expect(metrics.events(sink, "pending") == 0)
                }
                #expect(platforms.differences(from: story).prefix(20) == [])
                #expect(Self.count(of: "POST /api/v1/track/sale", platforms.affitor) == story.affitorSaleCount)
                Self.report(story, platforms, posted, settled)
                await provider.close()
                #expect(try await daemon.stop() == .code(0))
                #expect(daemon.logFaults == [])
            }
        }
    }

    /// How often a double was called with a request line.
    private static func count(of line: String, _ front: DoubleFront) -> Int? {
        front.overview["calls"]?[line]?.int64.map { Int($0) }
    }

    private static func report(_ story: StripeStory, _ platforms: Platforms, _ posted: Duration, _ settled: Duration) {
        let calls = platforms.affitor.callCount + platforms.affonso.callCount + platforms.tapfiliate.callCount
        let rate = Double(story.webhooks.count) / (posted / .seconds(1))
        print(
            "load: \(story.webhooks.count) webhooks (\(story.repeatCount) repeats), \(story.sales.count) sales, "
                + "\(Int(rate)) webhooks/s, \(calls) calls to platforms, all settled after \(settled)"
        )
    }
}

extension StripeStory {
    /// Sales that Affitor's sink can send.
    var affitorSaleCount: Int { sales.count { $0.total.currency.exponent <= 2 } }
}
