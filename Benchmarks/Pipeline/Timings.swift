// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Nanoseconds of one call, by stage and round.
///
/// All stages take their turn within each round, so that whatever else the machine does meets them alike; each round's
/// whole is held against the same round's floor.
struct Timings {
    private var rounds: [[Stage: Double]] = []

    /// Adds the figures of one round.
    mutating func add(_ round: [Stage: Double]) { rounds.append(round) }

    /// The members of the report: fastest rounds, and the middle ones under `median`.
    func report() -> [JSONValue.Member] {
        let fastest = figures { $0.first ?? 0 }
        var median = figures { $0[$0.count / 2] }
        let ratios = rounds.map { round in (round[.whole] ?? 0) * 100 / max(1, floor(round)) }.sorted()
        median.append(.init("whole_percent_of_floor", .integer(Int64(ratios[ratios.count / 2].rounded()))))
        return fastest + [.init("whole_percent_of_floor", .integer(wholePercent)), .init("median", .object(median))]
    }

    /// The fastest whole in hundredths of the fastest floor.
    var wholePercent: Int64 {
        let floor = fastest(.hmac) + fastest(.parse)
        return Int64((fastest(.whole) * 100 / max(1, floor)).rounded())
    }

    private func fastest(_ stage: Stage) -> Double { rounds.compactMap { $0[stage] }.min() ?? 0 }

    private func floor(_ round: [Stage: Double]) -> Double { (round[.hmac] ?? 0) + (round[.parse] ?? 0) }

    private func figures(_ choose: ([Double]) -> Double) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        for stage in Stage.allCases {
            let figure = choose(rounds.compactMap { $0[stage] }.sorted())
            members.append(.init(stage.rawValue, .integer(Int64(figure.rounded()))))
            if stage == .parse {
                let sum = choose(rounds.map(floor).sorted())
                members.append(.init("floor", .integer(Int64(sum.rounded()))))
            }
        }
        return members
    }
}
