// SPDX-License-Identifier: Apache-2.0

import TributaryMapping
import TributaryModel

/// What two mappings make of one webhook, compared.
struct WebhookComparison {
    /// What one mapping makes of it.
    enum Side {
        case result(MappingResult)
        /// The body cannot be read.
        case unreadable(String)
        /// The batch has no such entry under this mapping.
        case nothing
    }

    /// A change in this webhook, with the values.
    struct Found {
        var group: MappingDifference.Group
        var old: String?
        var new: String?
    }

    private(set) var changes: [Found] = []
    private(set) var added = 0
    private(set) var removed = 0
    private(set) var altered = 0

    private let rule: String

    init(_ old: Side, _ new: Side) {
        rule = Self.rule(old, new)
        if old.meaning != new.meaning { note(.outcome(old: old.words, new: new.words), nil, nil) }
        compare(old.events, new.events)
    }

    private mutating func note(_ change: MappingDifference.Group.Change, _ old: String?, _ new: String?) {
        changes.append(Found(group: .init(rule: rule, change: change), old: old, new: new))
    }

    /// The rule that decides, or the type where none does.
    private static func rule(_ old: Side, _ new: Side) -> String {
        switch (old.rule, new.rule) {
        case (let old?, let new?): old == new ? old : "\(old) → \(new)"
        case (let rule?, nil), (nil, let rule?): rule
        case (nil, nil): old.type ?? new.type ?? "without type"
        }
    }

    // MARK: Events

    private mutating func compare(_ old: [Event], _ new: [Event]) {
        var rest = new
        var lone: [Event] = []
        for event in old {
            if let place = rest.firstIndex(where: { $0.kind == event.kind && $0.key == event.key }) {
                compare(event, rest.remove(at: place))
            } else {
                lone.append(event)
            }
        }
        // What has another key is still the same event, if it is of the same kind.
        for event in lone {
            if let place = rest.firstIndex(where: { $0.kind == event.kind }) {
                compare(event, rest.remove(at: place))
            } else {
                removed += 1
                note(.removed(kind: event.kind.rawValue), event.key.description, nil)
            }
        }
        for event in rest {
            added += 1
            note(.added(kind: event.kind.rawValue), nil, event.key.description)
        }
    }

    private mutating func compare(_ old: Event, _ new: Event) {
        guard old != new else { return }
        let before = EventFields(old)
        let after = EventFields(new)
        let places = Set(before.values.keys).union(after.values.keys).sorted()
        var told: Set<String> = []
        for place in places where before.values[place] != after.values[place] {
            guard told.insert(place.name).inserted else { continue }
            note(.field(place.name), before.values[place], after.values[place])
        }
        if !told.isEmpty { altered += 1 }
    }
}

extension WebhookComparison.Side {
    var events: [Event] {
        if case .result(let result) = self { result.outcome.events } else { [] }
    }

    var rule: String? {
        if case .result(let result) = self { result.rule } else { nil }
    }

    var type: String? {
        if case .result(let result) = self { result.facts.type } else { nil }
    }

    /// What must be the same for nothing to have changed: not the words of a reason.
    var meaning: String {
        switch self {
        case .result(let result):
            switch result.outcome {
            case .incomplete(let field), .invalid(let field, _, _): "\(result.outcome.name) \(field)"
            case .emitted, .ignored, .filtered, .unmapped, .budgetExceeded: result.outcome.name
            }
        case .unreadable: "unreadable"
        case .nothing: "nothing"
        }
    }

    /// The outcome as groups name it.
    var words: String {
        if case .unreadable(let code) = self { "unreadable (\(code))" } else { meaning }
    }
}
