// SPDX-License-Identifier: Apache-2.0

import TributaryMapping
import TributaryModel
import TributaryWorkshop

/// What two mappings make different, for people: by rule and field, with an example each, and the sums of money.
struct DiffReport {
    private let difference: MappingDifference

    init(_ difference: MappingDifference) { self.difference = difference }

    var text: String {
        let (old, new) = (difference.old, difference.new)
        var text = "\(old.provider) \(old.version) → \(new.provider) \(new.version): "
        text += "\(difference.webhooks) webhooks, \(difference.changed) of them different\n"
        if difference.unreadable > 0 { text += "\(difference.unreadable) bodies can be read by neither\n" }
        if !difference.isEmpty { text += "\n" + changes + "\n" + events }
        if !difference.sums.pairs.isEmpty { text += "\n" + money }
        return text
    }

    private var changes: String {
        let rules = difference.groupsByRule
        let rows = rules.flatMap(\.groups).map { group, tally in
            ["  " + group.text, String(tally.count), tally.example, Self.values(tally)]
        }
        let lines = Table(rows: rows, heading: ["RULE AND CHANGE", "COUNT", "EXAMPLE", "OLD → NEW"], numeric: [1]).text
            .split(separator: "\n").map(String.init)
        var text = lines[0] + "\n"
        var next = 1
        for (rule, groups) in rules {
            text += rule + "\n"
            for line in lines[next..<next + groups.count] { text += line + "\n" }
            next += groups.count
        }
        if difference.ungrouped > 0 { text += "and \(difference.ungrouped) changes of further kinds\n" }
        return text
    }

    private static func values(_ tally: MappingDifference.Tally) -> String {
        guard tally.old != nil || tally.new != nil else { return "" }
        return "\(shortened(tally.old)) → \(shortened(tally.new))"
    }

    private static func shortened(_ text: String?) -> String {
        guard let text else { return "nothing" }
        return text.count > 32 ? text.prefix(31) + "…" : text
    }

    private var events: String {
        "events: \(difference.removed) removed, \(difference.added) added, \(difference.altered) changed\n"
    }

    private var money: String {
        let rows = difference.sums.pairs.sorted { $0.key < $1.key }.map { key, pair in
            [
                key.kind.rawValue, key.currency.code, MoneySums.text(pair.old, in: key.currency),
                MoneySums.text(pair.new, in: key.currency),
                pair.old == pair.new ? "" : MoneySums.text(pair.new - pair.old, in: key.currency),
            ]
        }
        return Table(
            rows: rows,
            heading: ["MONEY", "CURRENCY", "OLD", "NEW", "DIFFERENCE"],
            numeric: [2, 3, 4],
            paint: { column, cell in column == 4 ? Terminal.painted(cell, .red) : cell }
        ).text
    }
}
