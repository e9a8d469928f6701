// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

/// The page on which a double shows what it holds.
enum DoublePage: Sendable {
    static func html(_ front: DoubleFront) -> ServerResponse {
        let name = escaped(front.double.name)
        var rows = ""
        for booking in front.double.bookings {
            let cells = [
                booking.key, booking.sale.majorText, booking.remaining.majorText, booking.sale.currency.code,
            ]
            rows += "<tr>" + cells.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>\n"
        }
        if rows.isEmpty { rows = "<tr><td colspan=\"4\">No sale yet.</td></tr>\n" }
        let page = """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><title>\(name) (double)</title>
            <style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem;max-width:70rem}
            table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .8rem .3rem 0;
            border-bottom:1px solid #ccc}pre{background:#f5f5f5;padding:1rem;overflow:auto}</style>
            <h1>\(name)</h1>
            <p>A local double; nothing here is real. The same as JSON: <a href="/_double">/_double</a>.</p>
            <table><thead><tr><th>Key</th><th>Sale</th><th>Remaining</th><th>Currency</th></tr></thead>
            <tbody>
            \(rows)</tbody></table>
            <h2>Records</h2>
            <pre>\(escaped(front.double.records.indentedText))</pre>
            </html>
            """
        var response = ServerResponse.text(page, type: "text/html; charset=utf-8")
        // What stands in the records came over the network.
        response.headers.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        return response
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
