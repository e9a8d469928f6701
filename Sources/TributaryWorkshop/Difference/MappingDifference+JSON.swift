// SPDX-License-Identifier: Apache-2.0

import TributaryMapping
public import TributaryModel

extension MappingDifference {
    /// The kinds of change by rule, the most frequent first within each.
    public var groupsByRule: [(rule: String, groups: [(group: Group, tally: Tally)])] {
        Dictionary(grouping: groups, by: \.key.rule).sorted { $0.key < $1.key }.map { rule, groups in
            let sorted = groups.sorted { one, other in
                (one.key.order, -one.value.count, one.key.text) < (other.key.order, -other.value.count, other.key.text)
            }
            return (rule, sorted.map { (group: $0.key, tally: $0.value) })
        }
    }

    /// Everything that was counted, for machines.
    public var json: JSONValue {
        [
            "old": ["mapping": .string(old.provider), "version": .string(old.version)],
            "new": ["mapping": .string(new.provider), "version": .string(new.version)],
            "webhooks": .integer(webhooks), "changed": .integer(changed), "unreadable": .integer(unreadable),
            "events": ["added": .integer(added), "removed": .integer(removed), "changed": .integer(altered)],
            "changes": .array(groupsByRule.flatMap(\.groups).map { $0.group.json($0.tally) }),
            "changes_not_grouped": .integer(ungrouped),
            "money": .array(
                sums.pairs.sorted { $0.key < $1.key }.map { key, pair in
                    [
                        "kind": .string(key.kind.rawValue), "currency": .string(key.currency.code),
                        "old": .string(MoneySums.text(pair.old, in: key.currency)),
                        "new": .string(MoneySums.text(pair.new, in: key.currency)),
                    ]
                }
            ),
        ]
    }
}

extension MappingDifference.Group {
    /// The change in a few words.
    public var text: String {
        switch change {
        case .outcome(let old, let new): "\(old) → \(new)"
        case .added(let kind): "new event \(kind)"
        case .removed(let kind): "no event \(kind)"
        case .field(let name): name
        }
    }

    /// Outcomes come before events, and events before their fields.
    fileprivate var order: Int {
        switch change {
        case .outcome: 0
        case .removed: 1
        case .added: 2
        case .field: 3
        }
    }

    fileprivate func json(_ tally: MappingDifference.Tally) -> JSONValue {
        var members: [JSONValue.Member] = [.init("rule", .string(rule))]
        switch change {
        case .outcome(let old, let new):
            members += [.init("change", "outcome"), .init("from", .string(old)), .init("to", .string(new))]
        case .added(let kind): members += [.init("change", "event_added"), .init("kind", .string(kind))]
        case .removed(let kind): members += [.init("change", "event_removed"), .init("kind", .string(kind))]
        case .field(let name): members += [.init("change", "field"), .init("field", .string(name))]
        }
        members += [
            .init("count", .integer(tally.count)), .init("example", .string(tally.example)),
            .init("old", tally.old.map(JSONValue.string) ?? .null),
            .init("new", tally.new.map(JSONValue.string) ?? .null),
        ]
        return .object(members)
    }
}
