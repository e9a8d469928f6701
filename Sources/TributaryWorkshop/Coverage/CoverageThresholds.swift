// SPDX-License-Identifier: Apache-2.0

/// How much of a mapping must be covered at least, in percent.
public struct CoverageThresholds: Sendable, Hashable {
    /// What can be demanded.
    public enum Part: String, Sendable, Hashable, CaseIterable {
        /// Fields of the fixtures that are read, or left unread for a stated reason.
        case fields
        /// Targets that a fixture fills.
        case targets
        /// Types of rules that a fixture has.
        case types
    }

    /// What is demanded; what is not named is not.
    public var minimums: [Part: Int]

    /// Creates thresholds.
    public init(_ minimums: [Part: Int] = [:]) { self.minimums = minimums }

    /// What of a mapping is below its threshold.
    ///
    /// - Parameter coverage: What the fixtures show.
    /// - Returns: The parts with their shares, in the order of ``Part``.
    public func shortfalls(of coverage: MappingCoverage) -> [(part: Part, share: MappingCoverage.Share, minimum: Int)] {
        Part.allCases.compactMap { part in
            guard let minimum = minimums[part] else { return nil }
            let share = coverage[part]
            return share.percent < minimum ? (part, share, minimum) : nil
        }
    }
}

extension MappingCoverage {
    /// The share of a part.
    public subscript(part: CoverageThresholds.Part) -> Share {
        switch part {
        case .fields: fields
        case .targets: targets
        case .types: types
        }
    }
}
