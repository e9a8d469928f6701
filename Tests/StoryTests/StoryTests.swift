// SPDX-License-Identifier: Apache-2.0

import Foundation
import Seeds
import Testing
import Tributary
import TributaryModel
import TributarySQLite
import TributaryTesting

/// Click, sign-up, trial, first payment, renewals without metadata, refunds and a dispute, on four platforms at once.
///
/// `scripts/story` tells more of them, and one alone with everything that happened.
@Suite struct StoryTests {
    static let count = number("TRIBUTARY_STORY_SEEDS") ?? 200
    static let first = number("TRIBUTARY_STORY_FIRST") ?? 1
    static let isTold = ProcessInfo.processInfo.environment["TRIBUTARY_STORY_LOG"] != nil

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }

    @Test(.timeLimit(.minutes(30)))
    func `the books at every platform equal the story's, in any order and any weather`() async throws {
        let clock = ContinuousClock()
        let begin = clock.now
        var sales = 0
        var tellings = 0
        for seed in UInt64(Self.first)..<UInt64(Self.first + Self.count) {
            let telling = try await Telling(seed: seed, isTold: Self.isTold)
            sales += telling.sales
            tellings += telling.tellings
            if Self.isTold { FileHandle.standardError.write(Data((telling.log + "\n").utf8)) }
            let again = "scripts/story 1 \(seed) tells it alone"
            #expect(telling.differences.isEmpty, "seed \(seed) (\(telling.weather)), \(again):\n\(telling.list)")
        }
        let took = clock.now - begin
        FileHandle.standardError.write(
            Data("story: \(Self.count) seeds, \(tellings) tellings of \(sales) sales, \(took)\n".utf8)
        )
    }
}

/// One seed from beginning to end.
struct Telling {
    private(set) var differences: [String] = []
    private(set) var sales = 0
    private(set) var tellings = 0
    private(set) var log = ""
    let weather: String

    var list: String { differences.prefix(12).joined(separator: "\n") }

    init(seed: UInt64, isTold: Bool) async throws {
        var teller = Teller(seed: seed)
        let weather = Weather(&teller.random)
        self.weather = "\(weather.order), \(weather.platforms), \(weather.basis)"
        let arrivals = weather.arrivals(of: teller.messages, &teller.random)
        let transcript = Transcript(isKept: isTold)
        var world = try World(
            weather,
            seed: seed,
            store: MemoryStore(),
            start: arrivals.first?.time ?? Timestamp(unixSeconds: 0),
            transcript: transcript
        )
        sales = teller.sales.count
        tellings = arrivals.count
        do {
            try await world.run(arrivals, grace: weather.grace)
        } catch let failure as StoryFailure {
            differences.append(failure.text)
        }
        for name in Doubles.names {
            let books = ExpectedBooks(
                platform: name,
                basis: weather.basis,
                acceptsDuplicates: weather.acceptsDuplicates
            )
            let deliveries = try await world.store.deliveries(DeliveryQuery(sink: name, limit: 10_000))
            differences += books.differences(teller.sales, world.doubles.bookings(name), deliveries)
        }
        for balance in try await world.balances() {
            if balance.imbalance != 0 {
                differences.append("\(balance.sink) is out of balance by \(balance.imbalance)")
            }
            if balance.pending != 0 { differences.append("\(balance.sink) has \(balance.pending) pending") }
        }
        log = transcript.text
    }
}
