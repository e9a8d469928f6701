// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryMapping
import TributaryModel

/// What came of the samples, as an aligned table.
enum DemoTable {
    static func text(_ shown: [Demo.Shown]) -> String {
        var rows: [[String]] = []
        for one in shown { rows += self.rows(one) }
        return Table(
            rows: rows,
            heading: ["PROVIDER EVENT", "OUTCOME", "COMMON EVENT", "AMOUNT", "SINK", "CALL → ANSWER", "END"],
            paint: { column, cell in
                guard column == 6, !cell.isEmpty else { return cell }
                return Terminal.painted(cell, cell == "delivered" ? .green : .yellow)
            }
        ).text
    }

    /// What the table shows, counted in one line.
    static func summary(_ shown: [Demo.Shown], took: Duration) -> String {
        let deliveries = shown.flatMap(\.deliveries)
        let delivered = deliveries.count { $0.state == .ended(.delivered) }
        let calls = deliveries.reduce(0) { $0 + $1.trail.count }
        let repeats = shown.count { $0.isRepeat }
        let (seconds, attoseconds) = took.components
        return """
            \(shown.count) signed webhooks posted, \(shown.count - repeats) stored and \(repeats) recognised as repeated; \
            \(deliveries.count) deliveries by \(calls) calls, \(delivered) delivered; \(seconds).\(attoseconds / 100_000_000_000_000_000) s

            """
    }

    /// The lines of one webhook: what happened on the left, a line for each delivery on the right.
    private static func rows(_ one: Demo.Shown) -> [[String]] {
        guard let webhook = one.webhook else { return [["\(one.provider) \(one.sample.path)", "HTTP \(one.status)"]] }
        let outcome = webhook.submission.outcome
        let type = cut(webhook.submission.type, to: typeMax)
        guard !(one.isAgain && one.isRepeat) else {
            return [[one.provider, "repeated", "known, nothing sent again"]]
        }
        guard let event = webhook.submission.events.first else {
            let rule = [outcome.kind.rawValue, cut(outcome.rule ?? "", to: ruleMax)]
            let why = [outcome.kind == .filtered ? "not true:" : "", cut(outcome.why ?? "", to: keyMax)]
            return beside([[one.provider, type], rule, why], [])
        }
        let left = [
            [one.provider, type], [outcome.kind.rawValue, cut(outcome.rule ?? "", to: ruleMax)],
            [event.kind.rawValue, shortened(event.key.description)],
            [event.total?.description ?? event.refundedTotal.map { "Σ \($0)" } ?? ""],
        ]
        // A line for each call: two beside each other would make the table too wide.
        let right = one.deliveries.flatMap { delivery in
            let calls = delivery.trail.map { $0.replacing(": ", with: " → ") }
            return [[delivery.sink, calls.first ?? "", delivery.stateText(at: .now)]]
                + calls.dropFirst().map { ["", $0, ""] }
        }
        return beside(left, right.isEmpty ? [["–", "only links", ""]] : right)
    }

    // With these every line of a shipped provider has at most 130 characters.
    private static let typeMax = 25
    private static let ruleMax = 19
    private static let keyMax = 26

    /// A text without its end, where it is long.
    private static func cut(_ text: String, to count: Int) -> String {
        text.count > count ? text.prefix(count - 1) + "…" : text
    }

    /// A key without its middle, where it is long: its kind and its end tell it from others.
    private static func shortened(_ key: String) -> String {
        key.count > keyMax ? key.prefix(keyMax - 9) + "…" + key.suffix(8) : key
    }

    /// Columns of several lines, with rows to the right of them.
    private static func beside(_ columns: [[String]], _ rows: [[String]]) -> [[String]] {
        let height = max(columns.map(\.count).max() ?? 0, rows.count)
        return (0..<height).map { line in
            let left = (0..<4).map { column in
                columns.indices.contains(column) && columns[column].indices.contains(line) ? columns[column][line] : ""
            }
            return left + (rows.indices.contains(line) ? rows[line] : [])
        }
    }
}
