// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// The picture of a reconciliation: for each day how many orders came how far, as bars side by side.
struct ReconciliationPicture {
    /// One kind of bar.
    struct Series: Sendable {
        var name: String
        /// Its class in the page's style.
        var style: String
        var value: @Sendable (ReconciliationSummary.Stages) -> Int
    }

    static let series: [Series] = [
        Series(name: "orders", style: "a") { $0.orders }, Series(name: "received", style: "b") { $0.received },
        Series(name: "attributed", style: "c") { $0.attributed },
        Series(name: "delivered", style: "d") { $0.delivered },
    ]

    /// A group of bars.
    struct Group: Sendable, Hashable {
        /// `2026-11-01`, or the Monday of a week, or `2026-11`.
        var name: String
        var stages: ReconciliationSummary.Stages
    }

    /// What one group stands for.
    let unit: String
    let groups: [Group]

    /// More days than that are drawn as weeks, and more weeks as months.
    private static let groupsMax = 62

    /// Groups days; a day without orders between two others is a gap of the picture, too.
    init(_ days: [String: ReconciliationSummary.Stages]) {
        var numbers: [Int64: ReconciliationSummary.Stages] = [:]
        for (name, stages) in days {
            if let number = Self.number(of: name) { numbers[number, default: .init()].add(stages) }
        }
        guard let first = numbers.keys.min(), let last = numbers.keys.max() else {
            (unit, groups) = ("day", [])
            return
        }
        if last - first < Self.groupsMax {
            unit = "day"
            groups = (first...last).map { Group(name: Self.name(of: $0), stages: numbers[$0] ?? .init()) }
        } else if (last - first) / 7 < Self.groupsMax {
            unit = "week"
            // Day 0 was a Thursday.
            let monday = first - (first + 3) % 7
            groups = stride(from: monday, through: last, by: 7).map { start in
                var stages = ReconciliationSummary.Stages()
                for day in start..<(start + 7) { if let found = numbers[day] { stages.add(found) } }
                return Group(name: Self.name(of: start), stages: stages)
            }
        } else {
            unit = "month"
            var months: [String: ReconciliationSummary.Stages] = [:]
            for (day, stages) in numbers { months[String(Self.name(of: day).prefix(7)), default: .init()].add(stages) }
            groups = months.sorted { $0.key < $1.key }.map { Group(name: $0.key, stages: $0.value) }
        }
    }

    private static func number(of day: String) -> Int64? {
        Timestamp(rfc3339: day + "T00:00:00Z").map { $0.unixSeconds / 86_400 }
    }

    private static func name(of day: Int64) -> String {
        String(Timestamp(unixSeconds: day * 86_400).description.prefix(10))
    }

    // MARK: Drawing

    private static let (width, height) = (960, 320)
    private static let (left, right, top, bottom) = (44, 8, 12, 30)

    /// The picture as SVG, with its key; empty where there is no day.
    var svg: String {
        guard !groups.isEmpty else { return "" }
        let most = max(1, groups.flatMap { group in Self.series.map { $0.value(group.stages) } }.max() ?? 1)
        let step = Self.step(most)
        let ceiling = (most + step - 1) / step * step
        let room = Double(Self.height - Self.top - Self.bottom)
        func y(_ value: Int) -> Double { Double(Self.height - Self.bottom) - room * Double(value) / Double(ceiling) }
        var svg = """
            <svg viewBox="0 0 \(Self.width) \(Self.height)" role="img" aria-labelledby="pt pd">
            <title id="pt">Orders, received, attributed and delivered sales per \(unit)</title>
            <desc id="pd">Four bars for each \(unit); the table of days below has the same figures.</desc>

            """
        for value in stride(from: 0, through: ceiling, by: step) {
            let line = Self.text(y(value))
            svg +=
                "<line class=\"grid\" x1=\"\(Self.left)\" x2=\"\(Self.width - Self.right)\" y1=\"\(line)\" y2=\"\(line)\"/>"
            svg += "<text x=\"\(Self.left - 8)\" y=\"\(Self.text(y(value) + 4))\" text-anchor=\"end\">\(value)</text>\n"
        }
        let slot = Double(Self.width - Self.left - Self.right) / Double(groups.count)
        // At least a third of the room stays between two groups.
        let bar = min(22, slot * 0.72 / Double(Self.series.count))
        let every = max(1, (groups.count + 13) / 14)
        for (index, group) in groups.enumerated() {
            let middle = Double(Self.left) + slot * (Double(index) + 0.5)
            svg += "<g>"
            for (position, series) in Self.series.enumerated() {
                let value = series.value(group.stages)
                guard value > 0 else { continue }
                let x = middle + bar * (Double(position) - Double(Self.series.count) / 2)
                let size = "width=\"\(Self.text(max(0.8, bar - 1)))\" height=\"\(Self.text(y(0) - y(value)))\""
                svg +=
                    "<rect class=\"\(series.style)\" x=\"\(Self.text(x))\" y=\"\(Self.text(y(value)))\" \(size) rx=\"1\">"
                svg += "<title>\(group.name): \(value) \(series.name)</title></rect>"
            }
            svg += "</g>\n"
            if index % every == 0 {
                let name = unit == "month" ? group.name : String(group.name.dropFirst(5))
                svg +=
                    "<text x=\"\(Self.text(middle))\" y=\"\(Self.height - 9)\" text-anchor=\"middle\">\(name)</text>\n"
            }
        }
        return svg + "</svg>"
    }

    /// The step between two lines of the grid: 1, 2 or 5 times a power of ten, at most six lines.
    private static func step(_ most: Int) -> Int {
        var power = 1
        while true {
            for factor in [1, 2, 5] where most <= factor * power * 5 { return factor * power }
            guard power < 1_000_000_000_000 else { return most }
            power *= 10
        }
    }

    /// A coordinate, to a tenth.
    private static func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }
}
