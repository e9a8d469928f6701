// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryDelivery
import TributaryModel
import TributaryTesting

/// One seed from beginning to end: its story, its weather, and what the books say afterwards.
struct Telling {
    private(set) var differences: [String] = []
    private(set) var tellings = 0
    private(set) var log = ""
    let sales: Int
    let weather: String

    /// The first differences, one to a line.
    var list: String { differences.prefix(12).joined(separator: "\n") }

    /// Tells a story to doubles in memory.
    init(seed: UInt64, in store: any Store, isTold: Bool = false) async throws {
        var script = Script(seed)
        let transcript = Transcript(isKept: isTold)
        let doubles = Doubles(script.weather, seed: seed, clock: script.clock)
        var world = try World(script.weather, store: store, doubles: doubles, transcript: transcript) {
            doubles.perform($0, $1)
        }
        self.init(script)
        try await live(&script, &world)
        log = transcript.text
    }

    /// Tells a story to doubles behind sockets.
    init(overSockets seed: UInt64, in store: any Store) async throws {
        var script = Script(seed)
        let clock = script.clock
        let doubles = Doubles(script.weather, seed: seed, clock: clock)
        let transport = PlatformTransport(client: try HTTPClient(ClientSettings()), now: { clock.now })
        let transcript = Transcript(isKept: false)
        self.init(script)
        let weather = script.weather
        self = try await doubles.serving { [self] urls in
            var telling = self
            var world = try World(weather, store: store, doubles: doubles, transcript: transcript, urls: urls) {
                await transport.perform($1)
            }
            try await telling.live(&script, &world)
            return telling
        }
    }

    private init(_ script: Script) {
        sales = script.teller.sales.count
        tellings = script.arrivals.count
        weather = "\(script.weather.order), \(script.weather.platforms), \(script.weather.basis)"
    }

    private mutating func live(_ script: inout Script, _ world: inout World) async throws {
        do {
            try await world.run(script.arrivals, grace: script.weather.grace)
        } catch let failure as StoryFailure {
            differences.append(failure.text)
        }
        for name in Doubles.names {
            let books = ExpectedBooks(
                platform: name,
                basis: script.weather.basis,
                acceptsDuplicates: script.weather.acceptsDuplicates,
                isCalm: script.weather.order == .calm
            )
            let deliveries = try await world.store.deliveries(DeliveryQuery(sink: name, limit: 10_000))
            differences += books.differences(script.teller.sales, world.doubles.bookings(name), deliveries)
        }
        for balance in try await world.balances() {
            if balance.imbalance != 0 {
                differences.append("\(balance.sink) is out of balance by \(balance.imbalance)")
            }
            if balance.pending != 0 { differences.append("\(balance.sink) has \(balance.pending) pending") }
        }
    }
}

/// What a seed makes of itself before anything happens.
private struct Script {
    var teller: Teller
    let weather: Weather
    let arrivals: [Arrival]
    let clock: VirtualClock

    init(_ seed: UInt64) {
        teller = Teller(seed: seed)
        weather = Weather(&teller.random)
        arrivals = weather.arrivals(of: teller.messages, &teller.random)
        clock = VirtualClock(arrivals.first?.time ?? Timestamp(unixSeconds: 0))
    }
}
