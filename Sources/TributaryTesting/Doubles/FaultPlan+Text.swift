// SPDX-License-Identifier: Apache-2.0

extension FaultPlan {
    /// The reason why a text is no fault plan.
    public struct ReadingError: Error, Sendable, Hashable, CustomStringConvertible {
        /// The part that cannot be read.
        public var part: String

        /// The part and what would be right.
        public var description: String {
            "\"\(part)\" is no fault; expected for example 500-after-commit:3 (every third call), reset-after-commit:2-4 "
                + "(the second to the fourth), 429=30@/sale:10% (one call in ten to /sale, with 30 s of quiet); the faults are "
                + FaultPlan.names.joined(separator: ", ")
        }
    }

    /// The names that ``init(text:seed:)`` knows.
    public static let names = [
        "429", "500-before-commit", "500-after-commit", "reset-before-commit", "reset-after-commit", "slow", "html",
    ]

    /// Reads rules as the command line takes them, several with commas between them.
    ///
    /// A rule is `NAME[=NUMBER][@TARGET]:WHEN`. The number is seconds of quiet for `429` (5), milliseconds for `slow`
    /// (2000), and the status for `500-…` (500). `WHEN` is `3` for every third call, `2-4` for a range, `1-1` for the
    /// first only, `10%` for a share.
    ///
    /// - Parameters:
    ///   - text: The rules.
    ///   - seed: Decides which calls a share hits.
    /// - Throws: ``ReadingError`` for the first part that cannot be read.
    public init(text: String, seed: UInt64 = 1) throws(ReadingError) {
        var rules: [Rule] = []
        for part in text.split(separator: ",") {
            guard let rule = Self.rule(part) else { throw ReadingError(part: String(part)) }
            rules.append(rule)
        }
        self.init(rules, seed: seed)
    }

    private static func rule(_ text: Substring) -> Rule? {
        guard let colon = text.lastIndex(of: ":"), let occasion = occasion(text[text.index(after: colon)...]) else {
            return nil
        }
        let head = text[..<colon].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let named = head[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        var number: Int?
        if named.count == 2 {
            guard let given = Int(named[1]), (0...86_400_000).contains(given) else { return nil }
            number = given
        }
        guard let fault = fault(named[0], number) else { return nil }
        return Rule(fault, occasion, target: head.count == 2 ? String(head[1]) : "")
    }

    private static func fault(_ name: Substring, _ number: Int?) -> Fault? {
        switch name {
        case "429": .limited(seconds: number ?? 5)
        case "500-before-commit": .errorBefore(status: number ?? 500)
        case "500-after-commit": .errorAfter(status: number ?? 500)
        case "reset-before-commit": number == nil ? .resetBefore : nil
        case "reset-after-commit": number == nil ? .resetAfter : nil
        case "slow": .slow(milliseconds: number ?? 2000)
        case "html": number == nil ? .page : nil
        default: nil
        }
    }

    private static func occasion(_ text: Substring) -> Occasion? {
        if text.hasSuffix("%") {
            guard let share = Int(text.dropLast()), (0...100).contains(share) else { return nil }
            return .percent(share)
        }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        if ends.count == 2, let first = ends[0], let last = ends[1], first >= 1, last >= first {
            return .range(first...last)
        }
        guard ends.count == 1, let step = ends[0], step >= 1 else { return nil }
        return .every(step)
    }
}
