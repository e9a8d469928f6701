// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// What a comparison found: the sums, and what is not as it should be, as many of it as people read.
struct ReconciliationReport: Sendable {
    /// One thing that somebody has to look at.
    struct Row: Sendable, Hashable {
        /// The order's id; the platform's own where there is no order.
        var order: String
        var amount: String
        var day: String
        var state: String
        var why: String
        var remedy: String
    }

    /// The most rows that are kept, of each sort; all of it is in `--json`.
    static let rowsMax = 2000

    /// The most rows of the table on a terminal.
    private static let tableMax = 200

    var title: String
    var summary = ReconciliationSummary()
    private(set) var orders: [Row] = []
    private(set) var strays: [Row] = []
    private(set) var unreadable: [UnreadableLine] = []

    init(title: String) { self.title = title }

    mutating func add(_ fate: OrderFate) {
        summary.add(fate)
        guard fate.verdict.isMissing, orders.count < Self.rowsMax else { return }
        orders.append(
            Row(
                order: fate.order.id,
                amount: fate.order.amount.map { "\($0)" } ?? "",
                day: Self.day(fate.order.time),
                state: fate.verdict.name,
                why: fate.verdict.why,
                remedy: fate.verdict.remedy
            )
        )
    }

    mutating func add(_ stray: StraySale) {
        summary.strays += 1
        guard strays.count < Self.rowsMax else { return }
        strays.append(
            Row(
                order: stray.known?.id ?? stray.sale.key ?? stray.sale.id,
                amount: stray.sale.amount.map { "\($0)" } ?? "",
                day: Self.day(stray.time),
                state: StraySale.name,
                why: stray.why,
                remedy: stray.remedy
            )
        )
    }

    mutating func add(_ line: UnreadableLine) {
        summary.unreadable += 1
        if unreadable.count < Self.rowsMax { unreadable.append(line) }
    }

    private static func day(_ time: Timestamp?) -> String { time.map { String($0.description.prefix(10)) } ?? "" }

    /// The table for a terminal, its remedies, and a line that sums up.
    var text: String {
        var text = ""
        let rows = (orders + strays).prefix(Self.tableMax)
        if !rows.isEmpty {
            let cells = rows.map { [$0.order, $0.amount, $0.day, $0.state, $0.why] }
            text += Table(rows: cells, heading: ["ORDER", "AMOUNT", "DAY", "STATE", "WHY"], numeric: [1]).text
            let more = summary.missing + summary.strays - rows.count
            if more > 0 { text += "and \(more) more, see --json\n" }
            text += "\nRemedies\n"
            var told: Set<String> = []
            // Remedies that differ by a number alone are told once.
            for row in rows where told.insert(row.remedy.filter { !$0.isNumber }).inserted {
                text += "  \(row.state): \(row.remedy)\n"
            }
            text += "\n"
        }
        if !unreadable.isEmpty {
            text += "Lines that cannot be read\n"
            for line in unreadable.prefix(Self.tableMax) {
                text += "  line \(line.line): \(Terminal.shown(line.text))\n"
            }
            let more = summary.unreadable - min(unreadable.count, Self.tableMax)
            if more > 0 { text += "  and \(more) more, see --json\n" }
            text += "\n"
        }
        return text + conclusion
    }

    private var conclusion: String {
        let states = summary.verdicts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        var text = "\(summary.orders) orders: \(states.isEmpty ? "none" : states); \(summary.missing) missing"
        if summary.repeated > 0 { text += "; \(summary.repeated) lines repeat an order" }
        if summary.unreadable > 0 { text += "; \(summary.unreadable) lines cannot be read" }
        if summary.strays > 0 { text += "; \(summary.strays) only at the platform" }
        text += "\n"
        if !summary.listing.isEmpty { text += summary.listing + "\n" }
        return text
    }
}
