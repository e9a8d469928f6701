// SPDX-License-Identifier: Apache-2.0

public import TributaryServer

/// Which calls of a double go wrong, and how; the same plan and calls always go wrong in the same way.
public struct FaultPlan: Sendable, Hashable {
    /// What goes wrong.
    public enum Fault: Sendable, Hashable {
        /// Status 429 before anything is stored; the platform wants that many seconds of quiet.
        case limited(seconds: Int)
        /// An error of that status before anything is stored.
        case errorBefore(status: Int)
        /// An error of that status although everything is stored.
        case errorAfter(status: Int)
        /// The connection closes before anything is stored.
        case resetBefore
        /// The connection closes although everything is stored.
        case resetAfter
        /// The right answer, but only after that many milliseconds.
        case slow(milliseconds: Int)
        /// A page in HTML from a proxy, with status 502, before anything is stored.
        case page
    }

    /// Which of the calls that a rule looks at are hit; calls are counted from 1.
    public enum Occasion: Sendable, Hashable {
        /// Every nth one.
        case every(Int)
        /// Those from the first to the second number.
        case range(ClosedRange<Int>)
        /// So many of a hundred, by chance, but by the same chance in every run.
        case percent(Int)
    }

    /// One kind of fault and where it occurs.
    public struct Rule: Sendable, Hashable {
        /// What goes wrong.
        public var fault: Fault
        /// When it goes wrong.
        public var occasion: Occasion
        /// Text that the request's `METHOD /path` has to contain; empty for every request.
        public var target: String

        /// Creates a rule.
        public init(_ fault: Fault, _ occasion: Occasion, target: String = "") {
            self.fault = fault
            self.occasion = occasion
            self.target = target
        }
    }

    /// The rules; the first one that hits a call decides.
    public let rules: [Rule]

    private let seed: UInt64
    private var counts: [Int]

    /// Creates a plan.
    public init(_ rules: [Rule] = [], seed: UInt64 = 1) {
        self.rules = rules
        self.seed = seed
        counts = Array(repeating: 0, count: rules.count)
    }

    /// Counts one request and says what goes wrong with it, if anything does.
    public mutating func next(_ request: ServerRequest) -> Fault? {
        let line = request.method + " " + request.path
        var hit: Fault?
        for (index, rule) in rules.enumerated() where rule.target.isEmpty || line.contains(rule.target) {
            counts[index] += 1
            if hit == nil, isHit(rule.occasion, count: counts[index], rule: index) { hit = rule.fault }
        }
        return hit
    }

    private func isHit(_ occasion: Occasion, count: Int, rule: Int) -> Bool {
        switch occasion {
        case .every(let step): count % max(1, step) == 0
        case .range(let range): range.contains(count)
        case .percent(let share):
            Int(Self.mixed(seed &+ UInt64(rule) &* 0x9E37_79B9 &+ UInt64(count) << 32) % 100) < share
        }
    }

    /// A number that looks random and depends on the given one alone.
    ///
    /// Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (SplitMix64).
    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
