// SPDX-License-Identifier: Apache-2.0

import Seeds
import Tributary
import TributaryModel
import TributaryTesting

/// The four platforms, each with rules of its own where its references leave a choice.
struct Doubles: Sendable {
    static let names = ["affitor", "affonso", "dub", "tapfiliate"]
    static let basePaths = ["affonso": "/v1", "tapfiliate": "/1.6"]

    let fronts: [String: DoubleFront]
    let clock: VirtualClock
    private let transports: [String: MemoryTransport]

    init(_ weather: Weather, seed: UInt64, clock: VirtualClock) {
        var random = SeededGenerator(seed: seed &+ 7_000_000)
        let now: @Sendable () -> Timestamp = { clock.now }
        var affitor = AffitorDouble.Rules()
        affitor.conflictBody = Bool.random(using: &random) ? .text : .object
        var affonso = AffonsoDouble.Rules()
        affonso.noReferralStatus = Bool.random(using: &random) ? 400 : 404
        affonso.replayStatus = Bool.random(using: &random) ? 200 : 201
        var dub = DubDouble.Rules()
        dub.looksBeforeCommission = Int.random(in: 0...2, using: &random)
        dub.salesBeforeLead = Int.random(in: 0...1, using: &random)
        dub.creditsNamedClick = Bool.random(using: &random)
        var tapfiliate = TapfiliateDouble.Rules()
        tapfiliate.duplicateStatus = Bool.random(using: &random) ? 409 : 422
        tapfiliate.storesUnattributed = Bool.random(using: &random)
        tapfiliate.refusesDuplicates = Int.random(in: 0..<4, using: &random) > 0
        tapfiliate.commissionsPerConversion = Int.random(in: 1...2, using: &random)
        let doubles: [any PlatformDouble] = [
            AffitorDouble(affitor, now: now), AffonsoDouble(affonso, now: now), DubDouble(dub, now: now),
            TapfiliateDouble(tapfiliate, now: now),
        ]
        var fronts: [String: DoubleFront] = [:]
        for (index, double) in doubles.enumerated() {
            let known = DoubleSeed(partners: Teller.partners)
            fronts[double.name] = DoubleFront(double, seed: known, faults: weather.faults(of: index), now: now)
        }
        self.fronts = fronts
        self.clock = clock
        transports = fronts.mapValues { MemoryTransport($0, now: now) }
    }

    /// Makes a call in memory.
    func perform(_ name: String, _ call: Call) -> Exchange.Result {
        transports[name]?.perform(call) ?? .failure(CallFailure(code: "noSuchPlatform", mayHaveArrived: false))
    }

    /// Serves all of them for as long as a closure runs, which gets their addresses by name.
    func serving<Result: Sendable>(_ body: ([String: String]) async throws -> Result) async throws -> Result {
        try await serving(Self.names[...], [:], body)
    }

    private func serving<Result: Sendable>(
        _ names: ArraySlice<String>,
        _ urls: [String: String],
        _ body: ([String: String]) async throws -> Result
    ) async throws -> Result {
        guard let name = names.first, let front = fronts[name] else { return try await body(urls) }
        return try await DoubleServer.serving(front) { url in
            try await serving(names.dropFirst(), urls.merging([name: url]) { $1 }, body)
        }
    }

    /// What stands in a platform's books.
    func bookings(_ name: String) -> [Booking] { fronts[name]?.double.bookings ?? [] }
}
