// SPDX-License-Identifier: Apache-2.0

/// What the fixtures of a mapping file show of it, and what nobody looked at: per rule, for all of the file's tests.
public struct MappingCoverage: Sendable, Hashable {
    /// A rule and what its fixtures show.
    public struct Rule: Sendable, Hashable {
        /// Its id.
        public var id: String
        /// The kind of event that it emits.
        public var kind: String
        /// How many webhooks of the fixtures it took.
        public var webhooks = 0
        /// Fields of those webhooks, by path.
        public var fields: [Field] = []
        /// What it fills, in the order of the file.
        public var targets: [Mark] = []
        /// The types that it takes, in the order of the file.
        public var types: [Mark] = []
    }

    /// A name, and whether a fixture reached it.
    public struct Mark: Sendable, Hashable {
        /// The target or type.
        public var name: String
        /// Whether a fixture fills or has it.
        public var isReached: Bool
    }

    /// A field of the webhooks that a rule took.
    public struct Field: Sendable, Hashable {
        /// Where it stands, whatever the positions in lists.
        public var path: String
        /// What it says in one of the fixtures.
        public var example: String
        /// Whether the mapping reads it.
        public var isRead: Bool
        /// Why it is left unread, where the mapping says so.
        public var excuse: String?
        /// Why it looks like money, where it does.
        public var money: String?

        /// Whether somebody decided what happens to it.
        public var isCovered: Bool { isRead || excuse != nil }
    }

    /// A part of a whole.
    public struct Share: Sendable, Hashable {
        /// The part.
        public var part: Int
        /// The whole.
        public var whole: Int

        /// The part in percent, rounded down, so that only everything is 100.
        public var percent: Int { whole == 0 ? 100 : part * 100 / whole }
    }

    /// Name of the mapping.
    public var mapping: String
    /// Version of the mapping.
    public var version: String
    /// The profiles whose tests were run; empty where the mapping has none.
    public var profiles: [String]
    /// How many tests were run.
    public var tests: Int
    /// The rules, in the order of the file.
    public var rules: [Rule]
    /// Types that ignore entries name, each once, in alphabetical order.
    public var ignored: [Mark]
    /// Everything that is wrong whatever the thresholds.
    public var findings: [CoverageFinding]

    /// Fields that are read, or left unread for a stated reason.
    public var fields: Share { Share(rules.flatMap(\.fields), \.isCovered) }
    /// Targets that a fixture fills.
    public var targets: Share { Share(rules.flatMap(\.targets), \.isReached) }
    /// Types of rules that a fixture has.
    public var types: Share { Share(rules.flatMap(\.types), \.isReached) }
}

extension MappingCoverage.Share {
    /// Counts those of which something holds.
    init<Element>(_ all: [Element], _ holds: (Element) -> Bool) {
        self.init(part: all.count(where: holds), whole: all.count)
    }
}

extension MappingCoverage.Rule {
    /// Fields that are read, or left unread for a stated reason.
    public var fieldShare: MappingCoverage.Share { .init(fields, \.isCovered) }
    /// Targets that a fixture fills.
    public var targetShare: MappingCoverage.Share { .init(targets, \.isReached) }
    /// Types that a fixture has.
    public var typeShare: MappingCoverage.Share { .init(types, \.isReached) }
}
