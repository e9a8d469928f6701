// SPDX-License-Identifier: Apache-2.0

import Affitor
import Affonso
import Dub
import Seeds
import Synchronization
import Tapfiliate
import Tributary
import TributaryLedger
import TributaryMapping
import TributaryModel
import TributarySigning
import TributaryTesting

/// Everything real but the platforms and the time: engine, mapping, ledger, store, sinks, and the dispatcher's decisions.
struct World {
    let store: any Store
    let doubles: Doubles
    let transcript: Transcript

    private let clock: VirtualClock
    private let engine: Engine
    private let signer: WebhookSigner
    private let bytes: RandomBytes
    private var lanes: [VirtualLane]

    private static let secret = Secret("whsec_story_tests")
    /// More than any story needs; one that needs more does not come to an end.
    private static let stepsMax = 100_000

    /// Puts everything together.
    ///
    /// - Parameters:
    ///   - weather: What the operator has set, and how often the process is killed.
    ///   - store: Where everything durable lives.
    ///   - doubles: The platforms, and the clock that everybody goes by.
    ///   - transcript: What is told of it.
    ///   - urls: Where the platforms are, where that matters.
    ///   - perform: Makes a call to the platform of that name.
    /// - Throws: what is wrong with the configuration.
    init(
        _ weather: Weather,
        store: any Store,
        doubles: Doubles,
        transcript: Transcript,
        urls: [String: String] = [:],
        perform: @escaping @Sendable (_ platform: String, Call) async -> Exchange.Result
    ) throws {
        let clock = doubles.clock
        self.clock = clock
        self.store = store
        self.transcript = transcript
        self.doubles = doubles
        signer = WebhookSigner(try Mapping.shipped("stripe").verify)
        let bytes = RandomBytes()
        self.bytes = bytes
        engine = try Engine(
            Self.configuration(weather, urls),
            store: store,
            plugins: Plugins(sinks: [AffitorPlugin.self, AffonsoPlugin.self, DubPlugin.self, TapfiliatePlugin.self]),
            now: { clock.now },
            random: { bytes.take($0) }
        )
        lanes = engine.sinks.enumerated().map { index, sink in
            let name = sink.name
            return VirtualLane(
                name,
                sink.sink,
                killedPercent: weather.killedPercent,
                seed: weather.faultSeed &+ 100 &+ UInt64(index),
                transcript: transcript
            ) { call in
                let result = await perform(name, call)
                transcript.add(clock.now, "  \(name) \(call.logged) → \(result.logged)")
                return result
            }
        }
    }

    private static func configuration(_ weather: Weather, _ urls: [String: String]) -> Configuration {
        var configuration = Configuration()
        configuration.grace = weather.grace
        configuration.providers = [ProviderInstance(name: "stripe", secrets: [secret])]
        let extra: [String: [JSONValue.Member]] = [
            "affitor": [
                .init("duplicate_after_error", weather.acceptsDuplicates ? "accept" : "review"),
                .init("refunds", weather.holdsRefunds ? "hold" : "first"),
            ],
            "dub": [
                .init("click_domain", "go.shop.example"),
                .init("lead_mode", weather.hurriesLeads ? "async" : "wait"),
            ],
        ]
        configuration.sinks = Doubles.names.map { name in
            let url = urls[name] ?? "http://\(name).test\(Doubles.basePaths[name] ?? "")"
            let settings = PluginSettings(
                name: name,
                members: [.init("url", .string(url))] + (extra[name] ?? []),
                secrets: ["key": Secret("key_of_" + name)]
            )
            return SinkInstance(name: name, use: name, amount: weather.basis, settings: settings)
        }
        return configuration
    }

    /// Lets everything come in and time pass until nothing is left to do.
    mutating func run(_ arrivals: [Arrival], grace: Duration) async throws {
        // The ledger ends a wait at the first tick after it; the daemon ticks every second, this once a day and where a
        // grace time ends. A refund waits for 30 days for its sale.
        let last = arrivals.last?.time ?? clock.now
        let end = last.advanced(by: .seconds(86_400 * 40))
        var ticks = arrivals.map { $0.time.advanced(by: grace) }
        var day = clock.now
        while day < end {
            day = day.advanced(by: .seconds(86_400))
            ticks.append(day)
        }
        ticks.sort { $0 > $1 }
        var waiting = arrivals[...]
        for _ in 0..<Self.stepsMax {
            let times = [waiting.first?.time, ticks.last] + lanes.map(\.next)
            guard let time = times.compactMap(\.self).min() else { return }
            clock.move(to: time)
            let now = clock.now
            if let arrival = waiting.first, arrival.time <= now {
                waiting.removeFirst()
                try await take(arrival, at: now)
            }
            if let tick = ticks.last, tick <= now {
                while let tick = ticks.last, tick <= now { ticks.removeLast() }
                _ = try await store.tick(at: now, under: engine.policy)
            }
            for index in lanes.indices { try await lanes[index].work(store, engine.policy, at: now) }
        }
        throw StoryFailure(text: "there is no end to it")
    }

    private func take(_ arrival: Arrival, at now: Timestamp) async throws {
        let name = arrival.message.name
        transcript.add(now, "told (\(arrival.telling)): \(name)")
        let status: Int
        switch arrival.message.content {
        case .click(let random, let url):
            bytes.give(random)
            status = try await engine.click(Visit(url: url, referrer: "https://blog.example/", ip: "203.0.113.7"))
                .status
        case .lead(let lead): status = try await engine.recordLeads(lead.encoded(), from: "backend").status
        case .webhook(let event):
            let body = event.encoded()
            let headers = try signer.sign(body: body, secret: Self.secret, now: now)
            status = try await engine.receive(Webhook(provider: "stripe", headers: headers, body: body)).status
        }
        guard status == 200 else { throw StoryFailure(text: "\(name) is answered with \(status)") }
    }

    /// The balances, by the ledger's own count.
    func balances() async throws -> [SinkBalance] { try await store.balances(under: engine.policy) }
}

/// What no story may come to.
struct StoryFailure: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
}

/// The bytes of the next click's id, which a story chooses.
private final class RandomBytes: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    func give(_ next: [UInt8]) { bytes.withLock { $0 = next } }

    func take(_ count: Int) -> [UInt8] { bytes.withLock { Array($0.prefix(count)) } }
}

extension Call {
    fileprivate var logged: String {
        "\(method) \(url) \(String(decoding: body ?? [], as: UTF8.self))"
    }
}

extension Exchange.Result {
    fileprivate var logged: String {
        switch self {
        case .answer(let answer): "\(answer.status) \(String(decoding: answer.body.prefix(600), as: UTF8.self))"
        case .failure(let failure): failure.code
        }
    }
}
