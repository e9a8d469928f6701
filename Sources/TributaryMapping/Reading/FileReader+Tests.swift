// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

extension FileReader {
    static let expectationKeys = ["expect", "filtered", "ignored", "unmapped", "incomplete", "invalid"]

    func tests(_ node: JSONNode, profiles: [String], rules: [Rule], ignores: [IgnoreEntry]) -> [MappingTest] {
        guard let elements = list(node, "\"tests\"") else { return [] }
        var names: Set<String> = []
        return elements.compactMap { element in
            let what = "a test"
            let allowed = ["name", "event", "headers", "received", "profile", "currency"] + Self.expectationKeys
            guard let members = members(element, of: what, allowed: allowed) else { return nil }
            let name = require("name", in: members, of: element, what).flatMap { text($0, "\"name\"") }
            if let name, let node = members["name"], !names.insert(name).inserted {
                report(.repeated, "there are two tests \"\(name)\"", at: node)
            }
            let body = require("event", in: members, of: element, what).flatMap { self.testBody($0) }
            let headers = members["headers"].map { self.headers($0) } ?? HeaderFields()
            let profile = members["profile"].flatMap { text($0, "\"profile\"") }
            if let profile, let node = members["profile"] { check(profile: profile, at: headRange(node), profiles) }
            let count = diagnostics.count
            let expectation = expectation(element, members, rules, why: ignores.map(\.why))
            let isSound = !diagnostics[count...].contains { $0.severity == .error }
            guard let name, let body, isSound else { return nil }
            return MappingTest(
                name: name,
                body: body,
                headers: headers,
                profile: profile,
                currency: members["currency"].flatMap { currency($0) },
                received: members["received"].flatMap { instant($0) } ?? MappingTest.usualArrival,
                expectation: expectation,
                range: members["event"].map { document.byteRange($0) } ?? headRange(element)
            )
        }
    }

    private func currency(_ node: JSONNode) -> String? {
        guard let text = text(node, "\"currency\"") else { return nil }
        if let currency = Currency(text) { return currency.code }
        report(.wrongValue, "\"\(text)\" is not a currency of ISO 4217", hint: "for example \"NGN\"", at: node)
        return nil
    }

    private func instant(_ node: JSONNode) -> Timestamp? {
        guard let text = text(node, "\"received\"") else { return nil }
        if let time = Timestamp(rfc3339: text) { return time }
        report(
            .wrongValue,
            "\"\(text)\" is not an RFC 3339 time",
            hint: "for example \"2026-11-21T08:30:00Z\"",
            at: node
        )
        return nil
    }

    private func testBody(_ node: JSONNode) -> MappingTest.Body? {
        switch document.kind(node) {
        case .string: return text(node, "\"event\"").map(MappingTest.Body.fixture)
        case .object, .array: return .inline(document.value(node))
        case .null, .bool, .number:
            reportType(node, "\"event\"", expected: "the path of a fixture or the event itself")
            return nil
        }
    }

    private func headers(_ node: JSONNode) -> HeaderFields {
        var headers = HeaderFields()
        guard document.kind(node) == .object else {
            reportType(node, "\"headers\"", expected: "an object of texts")
            return headers
        }
        for (name, value) in children(node) {
            guard let text = document.string(value) else {
                reportType(value, "the header \"\(name)\"", expected: "a text")
                continue
            }
            headers.append(name, text)
        }
        return headers
    }

    private func expectation(
        _ node: JSONNode,
        _ members: [String: JSONNode],
        _ rules: [Rule],
        why: [String]
    ) -> MappingTest.Expectation? {
        let found = Self.expectationKeys.filter { members[$0] != nil }
        guard let name = found.first, let value = members[name] else {
            report(
                .badExpectation,
                "the test expects nothing",
                hint: "add one of \(Self.expectationKeys.joined(separator: ", ")), or run \"tributary test --update\"",
                at: headRange(node),
                severity: .warning
            )
            return nil
        }
        if found.count > 1, let second = members[found[1]] {
            report(
                .badExpectation,
                "the test expects both \"\(name)\" and \"\(found[1])\"",
                hint: "one webhook has one outcome",
                at: nameRange(second)
            )
            return nil
        }
        switch name {
        case "expect":
            guard let events = list(value, "\"expect\"") else { return nil }
            for event in events where document.kind(event) != .object {
                reportType(event, "an expected event", expected: "an object")
            }
            return .events(events.map { document.value($0) })
        case "filtered":
            return filtered(value, rules)
        case "ignored": return ignored(value, why)
        case "incomplete": return text(value, "\"incomplete\"").map(MappingTest.Expectation.incomplete)
        case "invalid": return text(value, "\"invalid\"").map(MappingTest.Expectation.invalid)
        default:
            guard document.bool(value) == true else {
                report(.wrongValue, "\"\(name)\" can only be true", at: value)
                return nil
            }
            return .unmapped
        }
    }

    /// A rule, or a rule and its clause that was false.
    private func filtered(_ node: JSONNode, _ rules: [Rule]) -> MappingTest.Expectation? {
        let what = "\"filtered\""
        var ruleNode = node
        var clause: String?
        if document.kind(node) == .object {
            guard let members = members(node, of: what, allowed: ["rule", "clause"]),
                let named = require("rule", in: members, of: node, what)
            else { return nil }
            ruleNode = named
            clause = require("clause", in: members, of: node, what).flatMap { text($0, "\"clause\"") }
        }
        guard let id = text(ruleNode, what) else { return nil }
        if !rules.contains(where: { $0.id == id }) {
            report(
                .unknownRule,
                "there is no rule \"\(id)\"",
                hint: Spelling.question(id, in: rules.map(\.id)),
                at: ruleNode
            )
        }
        return .filtered(rule: id, clause: clause)
    }

    /// `true`, or the reason of an ignore entry.
    private func ignored(_ node: JSONNode, _ reasons: [String]) -> MappingTest.Expectation? {
        if document.bool(node) == true { return .ignored(why: nil) }
        guard let why = document.string(node) else {
            report(.wrongValue, "\"ignored\" is true, or the \"why\" of an ignore entry", at: node)
            return nil
        }
        if !reasons.contains(why) {
            report(
                .wrongValue,
                "no ignore entry says \"\(why)\"",
                hint: Spelling.question(why, in: reasons),
                at: node
            )
        }
        return .ignored(why: why)
    }
}
