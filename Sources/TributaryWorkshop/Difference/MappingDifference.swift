// SPDX-License-Identifier: Apache-2.0

public import TributaryMapping
public import TributaryModel

/// What a changed mapping makes different of recorded webhooks.
///
/// Takes any number of webhooks, one after the other, and keeps counts and one example for each kind of change, never
/// the webhooks themselves.
public struct MappingDifference: Sendable {
    /// One kind of change, and the rule that it befalls.
    public struct Group: Sendable, Hashable {
        /// What is different.
        public enum Change: Sendable, Hashable {
            /// The webhook comes to something else.
            case outcome(old: String, new: String)
            /// An event of this kind comes out that did not.
            case added(kind: String)
            /// An event of this kind no longer comes out.
            case removed(kind: String)
            /// The same event says something else here.
            case field(String)
        }

        /// The rule, `old → new` where another one decides; a type where no rule does.
        public var rule: String

        /// What is different.
        public var change: Change
    }

    /// How often a change occurs, and one case of it.
    public struct Tally: Sendable, Hashable {
        /// How often.
        public var count: Int

        /// Where it first occurred: a file, or a webhook's number in the store.
        public var example: String

        /// The old value there, as JSON; `nil` where there was none.
        public var old: String?

        /// The new value there, as JSON; `nil` where there is none.
        public var new: String?
    }

    /// How many kinds of change are told apart; what comes later is only counted.
    public static let groupsMax = 2000

    /// When bodies arrived of which nobody knows: the beginning of 2026, as in the tests of mapping files.
    public static let receivedDefault = Timestamp(unixSeconds: 1_767_225_600)

    /// The mapping in use.
    public let old: MappingPlan
    /// The mapping that is to take its place.
    public let new: MappingPlan

    /// How many webhooks were compared; each entry of a batch is one.
    public private(set) var webhooks = 0
    /// How many of them come to something else, or to other events.
    public private(set) var changed = 0
    /// How many bodies neither mapping can read.
    public private(set) var unreadable = 0
    /// How many events come out that did not.
    public private(set) var added = 0
    /// How many events no longer come out.
    public private(set) var removed = 0
    /// How many events say something else.
    public private(set) var altered = 0
    /// How many changes were of kinds beyond ``groupsMax``.
    public private(set) var ungrouped = 0
    /// The kinds of change.
    public private(set) var groups: [Group: Tally] = [:]
    /// What was paid, refunded and disputed, old and new.
    public private(set) var sums = MoneySums()

    /// Whether both mappings make the same of everything.
    public var isEmpty: Bool { changed == 0 }

    /// Creates a comparison that has seen nothing yet.
    ///
    /// - Parameters:
    ///   - old: The mapping in use.
    ///   - new: The mapping that is to take its place.
    public init(from old: MappingPlan, to new: MappingPlan) {
        self.old = old
        self.new = new
    }

    /// Compares what both mappings make of one recorded body.
    ///
    /// - Parameters:
    ///   - body: The bytes as they came.
    ///   - headers: The request's header fields.
    ///   - source: Name of the provider instance; `nil` for the provider's own name.
    ///   - received: When it arrived, for mappings that ask.
    ///   - label: What to call the body in examples.
    public mutating func add(
        _ body: [UInt8],
        headers: HeaderFields = [:],
        source: String? = nil,
        received: Timestamp = MappingDifference.receivedDefault,
        label: String
    ) {
        let before = Reading(body, headers, old, source, received)
        let after = Reading(body, headers, new, source, received)
        if case (.failed, .failed) = (before, after) {
            unreadable += 1
            return
        }
        for (one, other) in Reading.pairs(before, after) {
            webhooks += 1
            let comparison = WebhookComparison(one, other)
            sums.add(one.events, other.events)
            added += comparison.added
            removed += comparison.removed
            altered += comparison.altered
            guard !comparison.changes.isEmpty else { continue }
            changed += 1
            for change in comparison.changes { count(change, label) }
        }
    }

    private mutating func count(_ change: WebhookComparison.Found, _ label: String) {
        if groups[change.group] != nil {
            groups[change.group]?.count += 1
        } else if groups.count < Self.groupsMax {
            groups[change.group] = Tally(count: 1, example: label, old: change.old, new: change.new)
        } else {
            ungrouped += 1
        }
    }
}

/// What one mapping makes of a body.
enum Reading {
    case results([MappingResult])
    case failed(String)

    init(_ body: [UInt8], _ headers: HeaderFields, _ plan: MappingPlan, _ source: String?, _ received: Timestamp) {
        do throws(BodyError) {
            let document = try plan.document(from: body, headers: headers)
            self = .results(plan.map(document, headers: headers, source: source ?? plan.provider, received: received))
        } catch {
            self = .failed(error.code)
        }
    }

    /// The results side by side: by position where there are as many, else by the webhooks' ids.
    static func pairs(_ before: Reading, _ after: Reading) -> [(WebhookComparison.Side, WebhookComparison.Side)] {
        switch (before, after) {
        case (.failed(let code), .results(let results)): results.map { (.unreadable(code), .result($0)) }
        case (.results(let results), .failed(let code)): results.map { (.result($0), .unreadable(code)) }
        case (.failed, .failed): []
        case (.results(let old), .results(let new)) where old.count == new.count:
            zip(old, new).map { (.result($0), .result($1)) }
        case (.results(let old), .results(let new)):
            old.map { one in
                (.result(one), new.first { $0.facts.id == one.facts.id }.map { .result($0) } ?? .nothing)
            } + new.filter { one in !old.contains { $0.facts.id == one.facts.id } }.map { (.nothing, .result($0)) }
        }
    }
}
