// SPDX-License-Identifier: Apache-2.0

import Seeds
import TributaryModel
import TributaryTesting

/// How messages come in, how the platforms fare, and what the operator has set: what a seed adds to its story.
struct Weather: Sendable {
    /// In what order messages come in.
    enum Order: String, CaseIterable, Sendable {
        /// As they happen, give or take a minute.
        case calm
        /// Many of them hours or days late.
        case late
        /// In no order at all.
        case shuffled
    }

    /// How the platforms fare.
    enum Platforms: String, CaseIterable, Sendable {
        case well, rough, storm
    }

    let order: Order
    let platforms: Platforms
    /// What attempts are lost of a hundred, because the process is killed before it has recorded them.
    let killedPercent: Int
    let basis: AmountBasis
    let grace: Duration
    let acceptsDuplicates: Bool
    /// Whether refunds of parts wait for each other at the platform that takes one for each sale.
    let holdsRefunds: Bool
    /// Whether leads are told without waiting until sales can find them.
    let hurriesLeads: Bool
    let faultSeed: UInt64

    init(_ random: inout SeededGenerator) {
        order = Order.allCases.randomElement(using: &random) ?? .calm
        platforms = Platforms.allCases.randomElement(using: &random) ?? .well
        killedPercent = platforms == .storm ? 3 : 0
        basis = Int.random(in: 0..<10, using: &random) < 7 ? .gross : .exTax
        switch order {
        case .calm: grace = .seconds(15 * 60)
        case .late: grace = .seconds(86_400 * 4)
        case .shuffled: grace = .seconds(86_400 * 21)
        }
        acceptsDuplicates = Int.random(in: 0..<10, using: &random) < 7
        holdsRefunds = Int.random(in: 0..<4, using: &random) == 0
        hurriesLeads = Bool.random(using: &random)
        faultSeed = random.next()
    }

    /// What goes wrong at a platform; at each another thing at another time.
    func faults(of platform: Int) -> FaultPlan {
        let share: Int
        switch platforms {
        case .well: return FaultPlan()
        case .rough: share = 4
        case .storm: share = 10
        }
        let rules: [FaultPlan.Rule] = [
            .init(.errorBefore(status: 500), .percent(share)), .init(.errorAfter(status: 502), .percent(share)),
            .init(.resetBefore, .percent(share / 2)), .init(.resetAfter, .percent(share)),
            .init(.limited(seconds: 40), .percent(share / 2)),
        ]
        return FaultPlan(rules, seed: faultSeed &+ UInt64(platform))
    }

    /// Lets messages come in, some of them again and again.
    func arrivals(of messages: [Message], _ random: inout SeededGenerator) -> [Arrival] {
        let last = messages.map(\.happened).max() ?? Timestamp(unixSeconds: 0)
        var arrivals: [Arrival] = []
        for message in messages {
            var time = message.happened.advanced(by: delay(&random))
            if order == .calm { time = time.advanced(by: message.isLate) }
            if order == .shuffled {
                time = last.advanced(by: .seconds(Int64.random(in: 0...86_400 * 20, using: &random)))
            }
            arrivals.append(Arrival(time: time, message: message, telling: 1))
            guard Int.random(in: 0..<100, using: &random) < 30 else { continue }
            for telling in 2...Int.random(in: 2...4, using: &random) {
                time = time.advanced(by: .seconds(Int64.random(in: 0...86_400 * 2, using: &random)))
                arrivals.append(Arrival(time: time, message: message, telling: telling))
            }
        }
        return arrivals.shuffled(using: &random).sorted { $0.time < $1.time }
    }

    private func delay(_ random: inout SeededGenerator) -> Duration {
        switch order {
        case .calm, .shuffled: return .milliseconds(Int64.random(in: 0...90_000, using: &random))
        case .late:
            guard Int.random(in: 0..<100, using: &random) < 40 else { return .seconds(1) }
            let ceiling = [600, 3600, 86_400, 86_400 * 3].randomElement(using: &random) ?? 600
            return .seconds(Int64.random(in: 0...Int64(ceiling), using: &random))
        }
    }
}
