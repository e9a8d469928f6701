// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// The reconciliation as one HTML page that needs nothing else: a picture, the same as a table, and what to look at.
///
/// Everything in it that comes from others is escaped, and the page's own policy forbids scripts and requests besides.
struct ReconciliationPage {
    /// The most rows of a table.
    private static let rowsMax = 1000

    var report: ReconciliationReport
    var made: Timestamp

    private var summary: ReconciliationSummary { report.summary }

    /// The page.
    var html: String {
        let title = Self.escaped(report.title)
        let picture = ReconciliationPicture(summary.days)
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <main>
            <header>
            <h1>\(title)</h1>
            <p class="dim">\(Self.escaped(span))Compared \(Self.minute(made)) UTC. \(Self.escaped(summary.listing))</p>
            </header>
            \(tiles)
            <section aria-labelledby="hp">
            <h2 id="hp">Per \(picture.unit)</h2>
            \(figure(picture))
            </section>
            <section aria-labelledby="hs"><h2 id="hs">Where they stand</h2>
            \(statesTable)
            </section>
            \(sumsSection)
            <section aria-labelledby="hm"><h2 id="hm">To look at</h2>
            \(missingTable)
            </section>
            \(straysSection)
            \(unreadableSection)
            <section aria-labelledby="hd"><h2 id="hd">Days</h2>
            \(dayTable)
            </section>
            </main>
            </body>
            </html>

            """
    }

    /// From when to when.
    private var span: String {
        let days = summary.days.keys.filter { !$0.isEmpty }.sorted()
        guard let first = days.first, let last = days.last else { return "" }
        return first == last ? "\(first). " : "\(first) to \(last). "
    }

    private static func minute(_ time: Timestamp) -> String {
        String(time.description.prefix(16)).split(separator: "T").joined(separator: " ")
    }

    // MARK: The figures

    private var tiles: String {
        let total = summary.total
        func share(_ count: Int) -> String {
            total.orders == 0 ? "" : "\((count * 200 + total.orders) / (2 * total.orders)) %"
        }
        func tile(_ name: String, _ count: Int, _ style: String, _ note: String) -> String {
            "<li class=\"\(style)\"><span class=\"name\">\(name)</span> <b>\(count)</b> "
                + "<span class=\"dim\">\(note)</span></li>"
        }
        let missing = summary.missing
        return """
            <ul class="tiles" aria-label="In figures">
            \(tile("orders", total.orders, "a", summary.repeated > 0 ? "\(summary.repeated) twice in the file" : "in the file"))
            \(tile("received", total.received, "b", share(total.received)))
            \(tile("attributed", total.attributed, "c", share(total.attributed)))
            \(tile("delivered", total.delivered, "d", share(total.delivered)))
            \(tile("missing or different", missing, missing == 0 ? "good" : "bad", missing == 0 ? "none" : share(missing)))
            </ul>
            """
    }

    private func figure(_ picture: ReconciliationPicture) -> String {
        guard !picture.groups.isEmpty else { return "<p>The orders have no time, so there is no picture.</p>" }
        let key = ReconciliationPicture.series.map { "<span class=\"key \($0.style)\">\($0.name)</span>" }.joined()
        let about =
            picture.unit == "week" ? "Weeks are named by their Monday. " : ""
        return """
            <figure><p class="keys" aria-hidden="true">\(key)</p>
            <div class="scroll" role="region" aria-label="Picture" tabindex="0">\(picture.svg)</div>
            <figcaption class="dim">\(about)Days are UTC. Received: a webhook names the order. Attributed: a partner is \
            known. Delivered: at least one platform has it.</figcaption></figure>
            """
    }

    // MARK: The tables

    private static func table(_ label: String, _ heading: [(String, isNumber: Bool)], _ rows: [String]) -> String {
        let cells = heading.map { "<th scope=\"col\"\($0.isNumber ? " class=\"n\"" : "")>\($0.0)</th>" }.joined()
        return """
            <div class="scroll" role="region" aria-label="\(escaped(label))" tabindex="0"><table>
            <thead><tr>\(cells)</tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table></div>
            """
    }

    private var statesTable: String {
        let whole = max(1, summary.verdicts.values.reduce(0, +))
        let rows = summary.verdicts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { name, count in
            let tenths = count * 1000 / whole
            return "<tr><th scope=\"row\">\(Self.escaped(name))</th><td class=\"n\">\(count)</td>"
                + "<td class=\"wide\"><span class=\"bar \(style(of: name))\" style=\"width:\(tenths / 10).\(tenths % 10)%\"></span></td></tr>"
        }
        return Self.table("Where they stand", [("state", false), ("orders", true), ("", false)], rows)
    }

    private func style(of verdict: String) -> String {
        summary.missingVerdicts.contains(verdict) ? "bad" : verdict == OrderVerdict.delivered.name ? "d" : "a"
    }

    private var sumsSection: String {
        guard !summary.sums.isEmpty else { return "" }
        let rows = summary.sums.sorted { $0.key.code < $1.key.code }.map { currency, sums in
            let cells = [sums.orders, sums.received, sums.attributed, sums.delivered, sums.refunded, sums.missing]
                .map { "<td class=\"n\">\(Money(minor: $0, currency).majorText)</td>" }.joined()
            return "<tr><th scope=\"row\">\(currency.code)</th>\(cells)</tr>"
        }
        let names = ["orders", "received", "attributed", "delivered", "given back", "missing"].map {
            ($0, isNumber: true)
        }
        return """
            <section aria-labelledby="hc"><h2 id="hc">Sums</h2>
            \(Self.table("Sums", [("currency", false)] + names, rows))
            <p class="dim">As the orders state them; given back is what refunds and disputes took.</p></section>
            """
    }

    private static let rowHeading: [(String, isNumber: Bool)] = [
        ("order", false), ("amount", true), ("day", false), ("state", false), ("why", false), ("what to do", false),
    ]

    private static func row(_ row: ReconciliationReport.Row) -> String {
        let cells =
            "<td class=\"words\"><bdi>\(escaped(row.why))</bdi></td><td class=\"words\">\(marked(row.remedy))</td>"
        return "<tr><th scope=\"row\"><bdi>\(escaped(row.order))</bdi></th>"
            + "<td class=\"n\">\(escaped(row.amount))</td><td class=\"tight\">\(escaped(row.day))</td>"
            + "<td><span class=\"state\">\(escaped(row.state))</span></td>\(cells)</tr>"
    }

    private static func more(_ count: Int, _ shown: Int) -> String {
        count > shown ? "<p>And \(count - shown) more, see <code>--json</code>.</p>" : ""
    }

    private var missingTable: String {
        guard !report.orders.isEmpty else {
            return "<p>Nothing: every order is where it should be.</p>"
        }
        let rows = report.orders.prefix(Self.rowsMax).map(Self.row)
        return Self.table("To look at", Self.rowHeading, rows) + Self.more(summary.missing, rows.count)
    }

    private var straysSection: String {
        guard !report.strays.isEmpty else { return "" }
        let rows = report.strays.prefix(Self.rowsMax).map(Self.row)
        return """
            <section aria-labelledby="ho"><h2 id="ho">Only at the platform</h2>
            \(Self.table("Only at the platform", Self.rowHeading, rows))\(Self.more(summary.strays, rows.count))</section>
            """
    }

    private var unreadableSection: String {
        guard !report.unreadable.isEmpty else { return "" }
        let rows = report.unreadable.prefix(Self.rowsMax).map { line in
            "<tr><th scope=\"row\" class=\"n\">\(line.line)</th><td><bdi>\(Self.escaped(line.text))</bdi></td></tr>"
        }
        let heading = [("line", isNumber: true), ("why", isNumber: false)]
        return """
            <section aria-labelledby="hu"><h2 id="hu">Lines that cannot be read</h2>
            \(Self.table("Lines that cannot be read", heading, rows))\(Self.more(summary.unreadable, rows.count))</section>
            """
    }

    private var dayTable: String {
        let series = ReconciliationPicture.series
        let days = summary.days.filter { !$0.key.isEmpty }.sorted { $0.key < $1.key }
        let undated = summary.days[""].map { [(key: "without a time", value: $0)] } ?? []
        func cells(_ stages: ReconciliationSummary.Stages) -> String {
            series.map { "<td class=\"n\">\($0.value(stages))</td>" }.joined()
        }
        var rows = (days.map { (key: $0.key, value: $0.value) } + undated).map { name, stages in
            "<tr><th scope=\"row\">\(name)</th>\(cells(stages))</tr>"
        }
        rows.append("<tr class=\"sum\"><th scope=\"row\">all</th>\(cells(summary.total))</tr>")
        return Self.table("Days", [("day", false)] + series.map { ($0.name, isNumber: true) }, rows)
    }

    /// A remedy, in which commands stand between backticks.
    private static func marked(_ text: String) -> String {
        escaped(text).split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .map { $0.offset % 2 == 1 ? "<code>\($0.element)</code>" : String($0.element) }.joined()
    }

    /// A text of others within the page.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in Terminal.shown(text) {
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

    private static let style = """

        :root{--ink:#1b1f24;--dim:#59616b;--paper:#fff;--card:#f6f7f9;--line:#dfe3e8;--a:#9aa4b0;--b:#2f6fdb;--c:#b86e00;
        --d:#12805c;--bad:#b3261e;--good:#12805c}
        @media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--dim:#a3abb5;--paper:#15181c;--card:#1f242a;--line:#343b44;
        --a:#77818d;--b:#6ea3f5;--c:#e0a03a;--d:#43c08f;--bad:#ff8a80;--good:#43c08f}}
        *{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
        main{max-width:70rem;margin:0 auto;padding:2rem 1.25rem 4rem}h1{font-size:1.5rem;margin:0 0 .25rem}
        h2{font-size:1.05rem;margin:2.25rem 0 .75rem}p{margin:.5rem 0}.dim{color:var(--dim)}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem;margin:1.5rem 0 0;padding:0;
        list-style:none}
        .tiles li{background:var(--card);border-top:4px solid var(--a);border-radius:.4rem;padding:.75rem 1rem}
        .tiles b{display:block;font-size:1.75rem;line-height:1.2;font-variant-numeric:tabular-nums}
        .tiles .b{border-color:var(--b)}.tiles .c{border-color:var(--c)}.tiles .d,.tiles .good{border-color:var(--d)}
        .tiles .bad{border-color:var(--bad)}.tiles .bad b{color:var(--bad)}
        figure{margin:0}svg{width:100%;min-width:36rem;height:auto;display:block}code{font-size:.92em}svg text{fill:var(--dim);font-size:12px}
        .grid{stroke:var(--line)}rect.a{fill:var(--a)}rect.b{fill:var(--b)}rect.c{fill:var(--c)}rect.d{fill:var(--d)}
        .keys{display:flex;flex-wrap:wrap;gap:1.25rem;margin:0 0 .5rem}.key::before{content:"";display:inline-block;
        width:.8rem;height:.8rem;border-radius:2px;margin-right:.45rem;background:var(--a)}.key.b::before{background:var(--b)}
        .key.c::before{background:var(--c)}.key.d::before{background:var(--d)}figcaption{margin-top:.5rem;font-size:.9em}
        .scroll{overflow-x:auto}.scroll:focus-visible{outline:2px solid var(--b);outline-offset:2px}
        table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.45rem 1rem .45rem 0;
        border-bottom:1px solid var(--line);vertical-align:top}thead th{color:var(--dim);font-weight:500;font-size:.9em;
        white-space:nowrap}tbody th{font-weight:600}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        .tight{white-space:nowrap}.words{min-width:14rem;overflow-wrap:anywhere}tbody th bdi{overflow-wrap:anywhere}
        .state{white-space:nowrap;border:1px solid var(--line);background:var(--card);border-radius:.3rem;padding:.05rem .4rem}
        .wide{width:70%;padding-right:0}.bar{display:inline-block;height:.8rem;min-width:2px;border-radius:2px;
        background:var(--a)}.bar.d{background:var(--d)}.bar.bad{background:var(--bad)}.sum th,.sum td{border-top:2px solid var(--line);border-bottom:0;font-weight:600}
        @media print{main{max-width:none;padding:0}.scroll{overflow:visible}h2{break-after:avoid}tr,figure{break-inside:avoid}}

        """
}
