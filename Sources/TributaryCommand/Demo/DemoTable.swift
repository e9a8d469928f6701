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
        let type = webhook.submission.type
        guard !(one.isAgain && one.isRepeat) else {
            return beside([[one.provider, type], ["repeated", "known by its id"], ["nothing sent again"]], [])
        }
        guard let event = webhook.submission.events.first else {
            let why = [outcome.kind.rawValue, outcome.rule ?? ""]
            return beside(
                [[one.provider, type], why, [outcome.kind == .filtered ? "not true:" : "", outcome.why ?? ""]],
                []
            )
        }
        let left = [
            [one.provider, type], [outcome.kind.rawValue, outcome.rule ?? ""],
            [event.kind.rawValue, event.key.description],
            [event.total?.description ?? ""],
        ]
        let right = one.deliveries.map { delivery in
            let calls = delivery.trail.map { $0.replacing(": ", with: " → ") }.joined(separator: ", ")
            return [delivery.sink, calls, delivery.stateText(at: .now)]
        }
        return beside(left, right.isEmpty ? [["–", "only links", ""]] : right)
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
