// SPDX-License-Identifier: Apache-2.0

import TributaryJSON

extension FileReader {
    /// Warns of what is valid and yet hardly meant.
    func lint(_ sections: MappingFileReader.Sections) {
        var linted: Set<ObjectIdentifier> = []
        for rule in sections.rules {
            lint(place: rule.at, rule.condition)
            for identifier in rule.keys + rule.aliases { lint(identifier.expression) }
            // Rules that use a group share its entries.
            for assignment in rule.assignments where linted.insert(ObjectIdentifier(assignment)).inserted {
                lint(assignment.expression)
            }
        }
        for entry in sections.ignores { lint(place: entry.at, entry.condition) }
        lintUsers(of: sections)
        let envelope = sections.envelope
        for expression in [envelope.id, envelope.type, envelope.time, envelope.live, envelope.api].compactMap(\.self) {
            lint(expression)
        }
    }

    private func lint(place at: Selector?, _ condition: Predicate?) {
        if let at { warnOfDoubts(at.path.warnings, at.range) }
        guard let condition else { return }
        warnOfDoubts(condition.predicate.warnings, condition.range)
        let survey = PathSurvey(condition.predicate)
        let text = Array(condition.text.utf8)
        func words(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
        for query in survey.existenceTests {
            guard case .name(let key) = query.steps?.last, BooleanName.matches(key.name) else { continue }
            let query = words(query.range)
            report(
                .existenceOfBoolean,
                "\(query) alone asks whether the member is there, and holds for false too",
                hint: "write \(query) == true",
                at: place(of: query, in: condition),
                severity: .warning
            )
        }
        for comparison in survey.unguardedInequalities {
            guard let query = comparison.left.query ?? comparison.right.query else { continue }
            let range = comparison.left.range.lowerBound..<comparison.right.range.upperBound
            report(
                .unequalToNothing,
                "\(words(range)) also holds where \(words(query.range)) is missing",
                hint: "write \(words(query.range)) && \(words(range)), or an equality",
                at: place(of: words(range), in: condition),
                severity: .warning
            )
        }
        if survey.usesDescendants { warnOfDescendants(condition.range) }
    }

    private func lint(_ expression: Expression) {
        for selector in expression.allSelectors {
            warnOfDoubts(selector.path.warnings, selector.range)
            if PathSurvey(selector.path).usesDescendants { warnOfDescendants(selector.range) }
        }
    }

    private func warnOfDescendants(_ range: Range<Int>) {
        report(
            .descendantSegment,
            ".. visits everything below, whatever it is called",
            hint: "name the way, or choose the node once with \"at\"",
            at: range,
            severity: .warning
        )
    }

    private func warnOfDoubts(_ warnings: [JSONPathError], _ range: Range<Int>) {
        for warning in warnings {
            report(.doubtfulExpression, warning.message, hint: warning.hint, at: range, severity: .warning)
        }
    }

    /// The part of a predicate in the file; the whole of it where escapes hide the part.
    private func place(of part: String, in condition: Predicate) -> Range<Int> {
        let bytes = source.bytes[condition.range]
        let wanted = Array(part.utf8)
        guard wanted.count <= bytes.count else { return condition.range }
        for start in bytes.startIndex...(bytes.endIndex - wanted.count) where bytes[start...].starts(with: wanted) {
            return start..<start + wanted.count
        }
        return condition.range
    }
}

/// Tells by its name whether a member is probably a Boolean.
private enum BooleanName {
    private static let words: Set<String> = [
        "livemode", "live", "test", "paid", "captured", "refunded", "disputed", "active", "deleted", "enabled",
        "disabled", "approved", "verified", "cancel_at_period_end", "is_test", "test_mode", "testmode", "sandbox",
        "proration", "attempted", "forgiven", "reversed", "recurring", "trial",
    ]

    static func matches(_ name: String) -> Bool {
        words.contains(name.lowercased()) || ["is_", "has_", "was_", "can_"].contains { name.hasPrefix($0) }
            || ["_enabled", "_captured", "_refunded", "_paid"].contains { name.hasSuffix($0) }
    }
}

extension Rule {
    /// What fills keys, aliases and targets.
    var expressions: [Expression] {
        keys.map(\.expression) + aliases.map(\.expression) + assignments.map(\.expression)
    }
}

extension Expression {
    /// All selectors within, those of lines among them.
    var allSelectors: [Selector] { selectors + lineSelectors }

    /// Selectors that are applied to each line.
    var lineSelectors: [Selector] {
        guard case .each(let each) = self else { return [] }
        return each.assignments.flatMap(\.expression.selectors)
    }
}
