// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// The reconciliation as one HTML page that needs nothing else: a picture, the same as a table, and the missing orders.
struct ReconciliationPage {
    private struct Series: Sendable {
        var name: String
        var style: String
        var dashes: String
        var value: @Sendable (Reconciliation.Day) -> Int
    }

    private static let series: [Series] = [
        Series(name: "orders", style: "a", dashes: "") { $0.orders },
        Series(name: "received", style: "b", dashes: "8 3") { $0.received },
        Series(name: "attributed", style: "c", dashes: "3 3") { $0.attributed },
        Series(name: "delivered", style: "d", dashes: "10 3 2 3") { $0.delivered },
    ]

    /// The most missing orders on the page.
    static let rowsMax = 2000

    var summary: Reconciliation.Summary
    var missing: [OrderFate]
    var title: String
    var made: Timestamp

    private var days: [(name: String, day: Reconciliation.Day)] {
        summary.days.filter { !$0.key.isEmpty }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The page.
    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(Self.escaped(title))</title>
        <style>\(Self.style)</style>
        </head>
        <body>
        <main>
        <h1>\(Self.escaped(title))</h1>
        <p>\(summary.orders) orders, <strong>\(summary.missing) missing</strong>. Made \(made.description). \
        \(Self.escaped(summary.listing))</p>
        \(days.isEmpty ? "<p>The orders have no time, so there is no picture.</p>" : picture)
        <h2>By day</h2>
        \(dayTable)
        <h2>Missing orders</h2>
        \(missingTable)
        </main>
        </body>
        </html>

        """
    }

    private static let style = """
        :root{--fg:#1c2430;--bg:#fff;--dim:#5b6675;--line:#d5dae1;--a:#3b4654;--b:#0b63c5;--c:#8a4b00;--d:#116b3a}
        @media (prefers-color-scheme:dark){:root{--fg:#e7ebf0;--bg:#12171e;--dim:#a3adba;--line:#323b47;--a:#cfd6df;\
        --b:#7db7ff;--c:#f0b566;--d:#6fd39b}}
        body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}
        main{max-width:62rem;margin:0 auto;padding:1.5rem}
        h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
        svg{width:100%;height:auto}svg text{fill:var(--dim);font:12px system-ui,sans-serif}
        .grid{stroke:var(--line)}.a{stroke:var(--a)}.b{stroke:var(--b)}.c{stroke:var(--c)}.d{stroke:var(--d)}
        polyline,.key{fill:none;stroke-width:2.5}circle{stroke-width:2;fill:var(--bg)}
        .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
        th,td{text-align:left;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}
        .n{text-align:right;font-variant-numeric:tabular-nums}caption{text-align:left;color:var(--dim)}
        """

    // MARK: The picture

    private var picture: String {
        let days = days
        let (width, height, left, bottom) = (900, 300, 50, 40)
        let top = max(1, days.map { max($0.day.orders, $0.day.received) }.max() ?? 1)
        func x(_ index: Int) -> Int { left + (width - left - 20) * (2 * index + 1) / (2 * days.count) }
        func y(_ value: Int) -> Int { 15 + (height - 15 - bottom) * (top - value) / top }
        var svg = """
            <svg viewBox="0 0 \(width) \(height + 30)" role="img" aria-labelledby="pt pd">
            <title id="pt">Orders, received, attributed and delivered sales per day</title>
            <desc id="pd">Four lines; the table below has the same figures.</desc>

            """
        for value in Set([0, top / 2, top]).sorted() {
            svg += "<line class=\"grid\" x1=\"\(left)\" x2=\"\(width - 20)\" y1=\"\(y(value))\" y2=\"\(y(value))\"/>"
            svg += "<text x=\"\(left - 8)\" y=\"\(y(value) + 4)\" text-anchor=\"end\">\(value)</text>\n"
        }
        let step = max(1, (days.count + 7) / 8)
        for (index, day) in days.enumerated() where index % step == 0 {
            svg += "<text x=\"\(x(index))\" y=\"\(height - 15)\" text-anchor=\"middle\">\(day.name)</text>\n"
        }
        for (position, series) in Self.series.enumerated() {
            let points = days.enumerated().map { "\(x($0)),\(y(series.value($1.day)))" }.joined(separator: " ")
            svg += "<polyline class=\"\(series.style)\" stroke-dasharray=\"\(series.dashes)\" points=\"\(points)\"/>\n"
            if days.count <= 60 {
                for (index, day) in days.enumerated() {
                    let value = series.value(day.day)
                    svg += "<circle class=\"\(series.style)\" cx=\"\(x(index))\" cy=\"\(y(value))\" r=\"3\">"
                    svg += "<title>\(day.name): \(value) \(series.name)</title></circle>\n"
                }
            }
            let start = left + position * 160
            svg += "<line class=\"key \(series.style)\" stroke-dasharray=\"\(series.dashes)\" x1=\"\(start)\" "
            svg += "x2=\"\(start + 36)\" y1=\"\(height + 12)\" y2=\"\(height + 12)\"/>"
            svg += "<text x=\"\(start + 44)\" y=\"\(height + 16)\">\(series.name)</text>\n"
        }
        return svg + "</svg>"
    }

    // MARK: The tables

    private var dayTable: String {
        let undated = summary.days[""].map { [("without a time", $0)] } ?? []
        let rows = days.map { ($0.name, $0.day) } + undated
        let heading = Self.series.map { "<th scope=\"col\" class=\"n\">\($0.name)</th>" }.joined()
        let body = rows.map { name, day in
            "<tr><th scope=\"row\">\(name)</th>"
                + Self.series.map { "<td class=\"n\">\($0.value(day))</td>" }.joined() + "</tr>"
        }
        return """
            <div class="scroll"><table><caption>Days are UTC.</caption>
            <thead><tr><th scope="col">day</th>\(heading)</tr></thead>
            <tbody>
            \(body.joined(separator: "\n"))
            </tbody></table></div>
            """
    }

    private var missingTable: String {
        guard !missing.isEmpty else { return "<p>None.</p>" }
        let body = missing.prefix(Self.rowsMax).map { fate in
            let cells = [fate.verdict.name, fate.why, fate.remedy].map { "<td>\(Self.escaped($0))</td>" }
            let amount = "<td class=\"n\">\(Self.escaped(fate.order.amount.map { "\($0)" } ?? ""))</td>"
            return "<tr><th scope=\"row\">\(Self.escaped(fate.order.id))</th>\(amount)\(cells.joined())</tr>"
        }
        let more = summary.missing - min(missing.count, Self.rowsMax)
        let heading = ["order", "amount", "state", "why", "remedy"].map { "<th scope=\"col\">\($0)</th>" }.joined()
        return """
            <div class="scroll"><table>
            <thead><tr>\(heading)</tr></thead>
            <tbody>
            \(body.joined(separator: "\n"))
            </tbody></table></div>
            \(more > 0 ? "<p>And \(more) more, see <code>--json</code>.</p>" : "")
            """
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }
}
