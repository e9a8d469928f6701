// SPDX-License-Identifier: Apache-2.0

import TributaryWorkshop

/// The coverage of one mapping, for people: a table of its rules with what is amiss below each.
struct CoverageReport {
    let coverage: MappingCoverage
    let thresholds: CoverageThresholds
    let isVerbose: Bool

    /// Columns that the text keeps within, as far as names allow.
    private let width = 100

    var text: String {
        var text = heading
        let lines = table.split(separator: "\n").map(String.init)
        text += lines.prefix(1).map { $0 + "\n" }.joined()
        for (rule, line) in zip(coverage.rules, lines.dropFirst()) {
            text += line + "\n" + details(of: rule)
        }
        let ofFile = coverage.findings.filter { $0.rule == nil }
        if !ofFile.isEmpty { text += "\n" }
        for finding in ofFile {
            text += wrapped("\(Terminal.painted("✘", .red)) \(finding.subject): ", finding.message, indent: 2)
        }
        return text + "\n" + ignored + summary
    }

    private var heading: String {
        let profiles = coverage.profiles.count > 1 ? " in \(coverage.profiles.count) profiles" : ""
        return "\(coverage.mapping) \(coverage.version): \(coverage.tests) tests\(profiles)\n\n"
    }

    // MARK: Rules

    private var table: String {
        let rows = coverage.rules.map { rule in
            [rule.id, String(rule.webhooks), rule.fieldShare.words, rule.targetShare.words, rule.typeShare.words]
        }
        return Table(
            rows: rows,
            heading: ["RULE", "WEBHOOKS", "FIELDS READ", "TARGETS FILLED", "TYPES REACHED"],
            numeric: [1, 2, 3, 4]
        ).text
    }

    private func details(of rule: MappingCoverage.Rule) -> String {
        var text = ""
        if rule.webhooks == 0 {
            text += "  \(Terminal.painted("✘", .red)) no fixture reaches this rule\n"
            return text
        }
        let money = rule.fields.filter { !$0.isCovered && $0.money != nil }
        text += list(money, mark: Terminal.painted("✘", .red)) { $0.money ?? "" }
        if isVerbose {
            text += list(rule.fields.filter { !$0.isCovered && $0.money == nil }, mark: "-") { _ in "" }
            text += list(rule.fields.filter { $0.excuse != nil }, mark: Terminal.painted("·", .grey)) {
                $0.excuse ?? ""
            }
        }
        text += words("never filled", rule.targets)
        text += words("no fixture", rule.types)
        return text
    }

    /// Fields with an example each.
    private func list(
        _ fields: [MappingCoverage.Field],
        mark: String,
        _ words: (MappingCoverage.Field) -> String
    ) -> String {
        Table(rows: fields.map { [$0.path, shortened($0.example), words($0)] }).text
            .split(separator: "\n").map { "  \(mark) \($0)\n" }.joined()
    }

    private func shortened(_ text: String) -> String { text.count > 24 ? text.prefix(23) + "…" : text }

    private func words(_ label: String, _ marks: [MappingCoverage.Mark]) -> String {
        let missing = marks.filter { !$0.isReached }.map(\.name)
        guard !missing.isEmpty else { return "" }
        return wrapped("\(label): ", missing.joined(separator: ", "), indent: 2)
    }

    // MARK: Sums

    private var ignored: String {
        guard !coverage.ignored.isEmpty else { return "" }
        let missing = coverage.ignored.filter { !$0.isReached }
        let text = "\(coverage.ignored.count) types are ignored, \(missing.count) of them without a fixture"
        guard isVerbose, !missing.isEmpty else { return text + "\n" }
        return wrapped(text + ": ", missing.map(\.name).joined(separator: ", "), indent: 0)
    }

    private var summary: String {
        let reached = coverage.rules.count { $0.webhooks > 0 }
        var text = "\(coverage.mapping): \(coverage.fields.percent) % of the fields, "
        text += "\(coverage.targets.percent) % of the targets, \(coverage.types.percent) % of the types, "
        text += "\(reached) of \(coverage.rules.count) rules; "
        text += coverage.findings.isEmpty ? "no findings\n" : "\(Self.counted(coverage.findings.count, "finding"))\n"
        for (part, share, minimum) in thresholds.shortfalls(of: coverage) {
            let mark = Terminal.painted("✘", .red)
            text += "\(mark) \(part.rawValue): \(share.percent) % is below the wanted \(minimum) %\n"
        }
        return text
    }

    private static func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }

    /// A text broken at blanks, with the further lines indented a little more.
    private func wrapped(_ label: String, _ text: String, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = margin + label
        var isFresh = true
        for word in text.split(separator: " ") {
            if !isFresh, line.count + word.count + 1 > width {
                lines.append(line)
                line = margin + "  " + word
            } else {
                line += (isFresh ? "" : " ") + word
            }
            isFresh = false
        }
        return (lines + [line]).map { $0 + "\n" }.joined()
    }
}

extension MappingCoverage.Share {
    fileprivate var words: String { whole == 0 ? "-" : "\(part) of \(whole)" }
}
