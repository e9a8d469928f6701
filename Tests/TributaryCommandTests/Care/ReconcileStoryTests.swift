// SPDX-License-Identifier: Apache-2.0

import Browser
import Foundation
import Testing
import TributaryJSON
import TributaryModel

@testable import TributaryCommand

/// A merchant's export of ten days against the running daemon's store and a platform's own list: every fate at once.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ReconcileStoryTests {
    /// Order ids that would act on a page or a terminal.
    private static let hostile = ["<img src=x onerror=document.title='owned'>", "\u{1B}[31mred\u{202E}"]

    /// One order, what is told of it, and where it must stand.
    private struct Case {
        var payment: CareScene.Payment
        var state: String
        var isTold = true
        var hasLead = true
        /// What the file says, where it is not what was paid.
        var stated: Int64?
    }

    private static let cases: [Case] = {
        var cases: [Case] = []
        for index in 0..<44 {
            let order = "A\(100 + index)"
            cases.append(
                Case(payment: .init(order: order, person: order.lowercased(), day: 1 + index % 10), state: "delivered")
            )
        }
        for (index, day) in [2, 2, 5].enumerated() {
            cases.append(Case(payment: .init(order: "N\(index)", day: day), state: "not received", isTold: false))
        }
        for (index, id) in hostile.enumerated() {
            cases.append(Case(payment: .init(order: id, day: 3 + index), state: "not received", isTold: false))
        }
        cases += [
            Case(payment: .init(order: "F1", person: "f1", day: 4, status: "open"), state: "filtered"),
            Case(payment: .init(order: "F2", day: 4, type: "ping"), state: "ignored"),
            Case(payment: .init(order: "U1", person: "u1", day: 5, type: "paid.v2"), state: "unmapped"),
            Case(payment: .init(order: "U2", person: "u2", day: 6, type: "paid.v2"), state: "unmapped"),
            Case(payment: .init(order: "I1", person: "i1", day: 6, isWhole: false), state: "incomplete"),
            Case(payment: .init(order: "O1", day: 7), state: "organic"),
            Case(payment: .init(order: "O2", day: 7), state: "organic"),
            Case(payment: .init(order: "O3", day: 8), state: "organic"),
            Case(payment: .init(order: "K1", person: "k1", day: 8, total: 9000, currency: "GBP"), state: "permanent"),
            Case(payment: .init(order: "D1", person: "d1", day: 9), state: "other amount", stated: 10_000),
            Case(payment: .init(order: "R1", person: "r1", day: 9), state: "refund not told"),
            Case(payment: .init(order: "R2", person: "r2", day: 10), state: "delivered"),
            Case(payment: .init(order: "M1", person: "m1", day: 10), state: "not listed"),
            Case(payment: .init(order: "L1", person: "l1", day: 10), state: "listed otherwise"),
            Case(payment: .init(order: "W1", person: "w1", day: 10), state: "waiting", hasLead: false),
        ]
        return cases
    }()

    private static func export(_ cases: [Case]) -> String {
        var lines = ["Order ID,Total,Currency,Created at"]
        for each in cases {
            let payment = each.payment
            let minor = each.stated ?? payment.total
            let total = "\(minor / 100).\(minor % 100 < 10 ? "0" : "")\(minor % 100)"
            let time = Timestamp(unixSeconds: CareScene.day(payment.day) + 43_200)
            lines.append("\"\(payment.order)\",\(total),\(payment.currency),\(time)")
        }
        // Twice in the file, unreadable three times, and outside of what is asked for.
        lines += [lines[1], lines[2], "B1,12.3.4,EUR,2026-11-05T12:00:00Z", ",10.00,EUR,2026-11-05T12:00:00Z"]
        lines += ["B2,10.00,EUR,the day before", "Z1,10.00,EUR,2026-10-01T12:00:00Z"]
        return lines.joined(separator: "\n") + "\n"
    }

    @Test func `every order stands where it was lost, in the table, as JSON and on the page`() async throws {
        try await CareScene.play { scene in
            let daemon = try scene.daemon()
            let told = Self.cases.filter(\.isTold)
            var bodies: [String] = []
            for each in told {
                if each.hasLead, let person = each.payment.person {
                    bodies.append(scene.signUp(person, day: each.payment.day))
                }
                bodies.append(try scene.paid(each.payment))
            }
            // One more that the platforms are told of and the file does not have.
            bodies += [scene.signUp("x1", day: 3), try scene.paid(.init(order: "X1", person: "x1", day: 3))]
            try scene.post(bodies, to: daemon)
            try await scene.settled()
            try scene.post(
                [scene.refunded("R1", 2900, id: "re_1", day: 9), scene.refunded("R2", 11_900, id: "re_2", day: 10)],
                to: daemon
            )
            try await scene.settled()
            try scene.folder.write("orders.csv", Self.export(Self.cases))
            scene.doubles["dub"]?.tamper { _, json in Self.falsified(json) }
            try Self.checkTable(scene)
            try Self.checkLines(scene)
            try await Self.checkPage(scene)
            #expect(daemon.stop() == 0)
        }
    }

    /// What somebody did by hand at Dub: one commission gone, one changed, one added.
    private static func falsified(_ json: JSONValue) -> JSONValue {
        guard let list = json.elements else { return json }
        var rows = list.filter { $0["invoiceId"]?.string?.contains("pay_M1") != true }
        rows = rows.map { row in
            guard row["invoiceId"]?.string?.contains("pay_L1") == true, let members = row.members else { return row }
            return .object(members.map { $0.name == "amount" ? .init("amount", 5000) : $0 })
        }
        if let first = rows.first, let members = first.members {
            let changes: [String: JSONValue] = [
                "id": "cm_foreign", "invoiceId": "pixel-77", "createdAt": "2026-11-04T08:00:00Z",
            ]
            rows.append(.object(members.map { .init($0.name, changes[$0.name] ?? $0.value) }))
        }
        return .array(rows)
    }

    private static let words = ["reconcile", "orders.csv", "--since", "2026-11-01", "--platform", "dub"]

    private static func checkTable(_ scene: CareScene) throws {
        let run = try scene.run(words + ["--html", "o.html"])
        if let folder = ProcessInfo.processInfo.environment["TRIBUTARY_PICTURES"] {
            try Data(run.output.utf8).write(to: URL(filePath: folder + "/reconcile.txt"))
        }
        #expect(run.code == 1, "\(run.complaint)")
        #expect(!run.output.contains("\u{1B}") && !run.output.contains("\u{202E}"))
        let lines = run.output.split(separator: "\n").map(String.init)
        for each in cases where !hostile.contains(each.payment.order) {
            let line = lines.first { $0.hasPrefix(each.payment.order + " ") }
            let isShown = each.state != "delivered" && each.state != "organic" && each.state != "waiting"
            #expect((line != nil) == isShown, "\(each.payment.order): \(run.output)")
            if isShown { #expect(line?.contains("  \(each.state)  ") == true, "\(line ?? "")") }
        }
        for text in [
            "tolt: Tolt refunds whole transactions only",
            "lists 50.00 USD, and by what it was told it should have 110.00 USD",
            "the sale has 119.00 EUR, the order 100.00 EUR", "line 68: \"12.3.4\" is no amount",
            "line 69: the order has no id",
            "line 70: \"the day before\" is no time", "tributary replay --webhook",
            "dub lists 50 sales since 2026-10-31.",
            "15 missing; 2 lines repeat an order; 3 lines cannot be read; 2 only at the platform\n",
        ] { #expect(run.output.contains(text), "\(text) is not in:\n\(run.output)") }
    }

    private static func checkLines(_ scene: CareScene) throws {
        let run = try scene.run(words + ["--json"])
        #expect(run.code == 1)
        let lines = try run.output.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
        let summary = try #require(lines.last)
        for each in cases {
            let found = lines.filter { $0["order"]?.string == each.payment.order && $0["state"] != "twice in the file" }
            let states = found.map { $0["state"]?.string ?? "" }
            #expect(states == [each.state], "\(each.payment.order): \(found)")
        }
        let orders = Dictionary(
            lines.map { ($0["order"]?.string ?? "", $0) },
            uniquingKeysWith: { first, _ in first }
        )
        // 119.00 EUR are 100.00 without tax, and that 110.00 USD; a full refund leaves nothing.
        let sale = orders["A105"]?["sinks"]?.elements?.first { $0["sink"] == "dub" }
        #expect(sale?["told"] == "110.00 USD" && sale?["listed"] == "110.00 USD")
        #expect(sale?["terms"]?.string?.contains("100.00 EUR = 110.00 USD at 1.1 of 2026-11-01") == true)
        let gone = orders["R2"]?["sinks"]?.elements?.first { $0["sink"] == "dub" }
        #expect(gone?["told"] == "0.00 USD" && gone?["listed"] == "0.00 USD", "\(orders["R2"]?.text ?? "")")
        #expect(orders["R2"]?["refunded"] == "119.00 EUR")
        // 29.00 of 119.00 EUR: 24.37 EUR without tax, which are 26.81 USD.
        let part = orders["R1"]?["sinks"]?.elements?.first { $0["sink"] == "dub" }
        #expect(part?["told"] == part?["listed"] && part?["told"] == "83.19 USD", "\(part?.text ?? "")")
        let strays = lines.filter { $0["state"] == "only at the platform" }
        #expect(strays.map { $0["known_as"] } == ["payment:pay_X1", .null])
        #expect(strays.first?["time"]?.string?.hasPrefix("2026-11-03") == true)
        #expect(lines.count { $0["state"] == "twice in the file" } == 2)
        #expect(lines.filter { $0["state"] == "unreadable" }.map { $0["line"]?.int64 } == [68, 69, 70])
        checkSums(summary)
    }

    /// The sums, worked out again from the cases.
    private static func checkSums(_ summary: JSONValue) {
        #expect(summary["orders"]?.int64 == Int64(cases.count))
        let days = Dictionary(grouping: cases, by: \.payment.day)
        #expect(summary["days"]?.elements?.count == 10)
        let lost: Set = ["not received", "filtered", "ignored", "unmapped", "incomplete"]
        for day in summary["days"]?.elements ?? [] {
            let number = Int(day["day"]?.string?.suffix(2) ?? "") ?? 0
            let orders = days[number] ?? []
            #expect(day["orders"]?.int64 == Int64(orders.count))
            #expect(day["received"]?.int64 == Int64(orders.count { $0.state != "not received" }))
            let attributed = orders.count { !lost.contains($0.state) && $0.state != "organic" }
            #expect(day["attributed"]?.int64 == Int64(attributed))
        }
        let euro = summary["sums"]?.elements?.first { $0["currency"] == "EUR" }
        let stated = cases.filter { $0.payment.currency == "EUR" }.reduce(0) { $0 + ($1.stated ?? $1.payment.total) }
        #expect(euro?["orders"]?.string == "\(stated / 100).00")
        #expect(euro?["refunded"] == "148.00")
    }

    private static func checkPage(_ scene: CareScene) async throws {
        let browser = try Browser()
        let address = scene.folder.url("o.html").absoluteString
        let page = try await browser.open(address, width: 1280, height: 1800)
        try await page.wait(for: "document.readyState === 'complete'")
        #expect(try await page.evaluate("document.title") == "Orders of orders.csv")
        // Nothing of the orders acts on the page, and it asks nobody for anything.
        #expect(page.requests == [address] && page.complaints == [])
        #expect(
            try await page.evaluate("document.querySelectorAll('script, img, link, iframe, [onerror]').length") == 0
        )
        #expect(try await page.text(of: "main").contains(hostile[0]))
        #expect(try await page.text(of: "main").contains("\u{202E}") == false)
        // The picture: a bar for each figure that is not 0, as high as it says, in colours of its own.
        let bars = """
            [...document.querySelectorAll("svg rect")].map((bar) => [bar.className.baseVal, bar.textContent,
            Math.round(bar.getBoundingClientRect().height), getComputedStyle(bar).fill])
            """
        let drawn = try await page.evaluate(bars).elements ?? []
        #expect(drawn.count == 40)
        let unit = try #require(drawn.first { $0[1] == "2026-11-01: 5 orders" }?[2]?.int64)
        let most = try #require(drawn.first { $0[1] == "2026-11-04: 8 orders" }?[2]?.int64)
        #expect(unit > 100 && abs(most * 5 - unit * 8) <= 8, "\(unit) \(most)")
        #expect(Set(drawn.compactMap { $0[3]?.string }).count == 4)
        #expect(drawn.contains { $0[1] == "2026-11-04: 5 delivered" })
        // The same as a table, and names for who cannot see it.
        let rows =
            "[...document.querySelectorAll('#hd ~ .scroll tbody tr')].map((row) => row.innerText.split(/\\s+/).join(' '))"
        let days = try await page.evaluate(rows).elements?.compactMap(\.string) ?? []
        #expect(days.count == 11 && days.last?.hasPrefix("all 64 59 ") == true, "\(days)")
        #expect(try await page.unnamed == [])
        #expect(try await page.evaluate("document.querySelector('svg').getAttribute('aria-labelledby')") == "pt pd")
        for dark in [false, true] {
            try await page.prefer(dark: dark)
            #expect(try await page.faintTexts == [])
            let ground = try await page.evaluate("getComputedStyle(document.body).backgroundColor")
            #expect(ground == (dark ? "rgb(21, 24, 28)" : "rgb(255, 255, 255)"))
            try await photograph(page, dark ? "dark" : "light")
        }
        try await page.resize(width: 400, height: 900)
        #expect(try await page.evaluate("document.documentElement.scrollWidth <= 400") == true)
        try await photograph(page, "narrow")
    }

    /// Keeps a picture for whoever wants to look.
    private static func photograph(_ page: Page, _ name: String) async throws {
        guard let folder = ProcessInfo.processInfo.environment["TRIBUTARY_PICTURES"] else { return }
        try await page.screenshot(to: "\(folder)/reconcile-\(name).png")
    }
}
