// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

extension FileReader {
    // MARK: Body and envelope

    func body(_ node: JSONNode) -> BodyForm {
        if let text = document.string(node) {
            switch text {
            case "json": return .json
            case "form": return .form
            case "by-content-type": return .byContentType
            default:
                report(
                    .wrongValue,
                    "\"body\" cannot be \"\(text)\"",
                    hint: Spelling.question(text, in: ["json", "form", "by-content-type"])
                        ?? "\"json\", \"form\", \"by-content-type\" or { \"batch\": \"$.events[*]\" }",
                    at: node
                )
                return .json
            }
        }
        guard let members = members(node, of: "\"body\"", allowed: ["batch"]),
            let batch = require("batch", in: members, of: node, "\"body\""),
            let selector = selector(batch, "\"batch\"", .none, singular: false)
        else { return .json }
        return .batch(selector)
    }

    func envelope(_ node: JSONNode, isBatch: Bool) -> Envelope? {
        let what = "\"event\""
        guard let members = members(node, of: what, allowed: ["id", "type", "time", "live", "api"]) else { return nil }
        let current: CurrentNode = isBatch ? .some : .none
        let id = members["id"].flatMap { expression($0, "\"event.id\"", current, .text) }
        if isBatch, let id, !id.selectors.contains(where: { $0.text.hasPrefix("@") }), let node = members["id"] {
            report(
                .sharedBatchID,
                "this is the same id for every entry of the batch, so that all but the first would count as repeats",
                hint: "begin the selector with @, the entry",
                at: node
            )
        }
        let type = require("type", in: members, of: node, what)
            .flatMap { expression($0, "\"event.type\"", current, .text) }
        let time = members["time"].flatMap { expression($0, "\"event.time\"", current, .time) }
        let live = members["live"].flatMap { expression($0, "\"event.live\"", current, .bool) }
        let api = members["api"].flatMap { expression($0, "\"event.api\"", current, .text) }
        return type.map { Envelope(id: id, type: $0, time: time, live: live, api: api) }
    }

    // MARK: Currency

    func exponents(_ node: JSONNode) -> [String: Int] {
        guard let members = members(node, of: "\"currency\"", allowed: ["exponents"]) else { return [:] }
        guard let table = members["exponents"] else { return [:] }
        guard document.kind(table) == .object else {
            reportType(table, "\"exponents\"", expected: "an object of currency codes and numbers")
            return [:]
        }
        var result: [String: Int] = [:]
        for (code, value) in children(table) {
            guard let currency = Currency(code), currency.code == code else {
                reportCurrency(code, at: nameRange(value))
                continue
            }
            guard let exponent = integer(value, "an exponent") else { continue }
            guard (0...6).contains(exponent) else {
                report(.badExponent, "an exponent is a number of decimals from 0 to 6, found \(exponent)", at: value)
                continue
            }
            if exponent == Int(currency.exponent) {
                report(
                    .redundantExponent,
                    "ISO 4217 gives \(code) \(exponent) decimals too",
                    hint: "only exceptions need to stand here",
                    at: headRange(value),
                    severity: .warning
                )
            }
            result[code] = exponent
        }
        return result
    }

    // MARK: Time

    /// Reports rules whose events would have no time.
    func checkTime(of rules: [Rule], _ envelope: Envelope?) {
        guard let envelope, envelope.time == nil, !diagnostics.contains(where: { $0.severity == .error }) else {
            return
        }
        for rule in rules where !rule.assignments.contains(where: { $0.target == .time }) {
            report(
                .missingTarget,
                "the events of the rule \"\(rule.id)\" would have no time",
                hint: "say where it stands: \"time\" in \"event\" for all rules, or in the \"set\" of this one",
                at: rule.range
            )
        }
    }

    // MARK: Unread

    func unread(_ node: JSONNode) -> [UnreadDeclaration] {
        guard let elements = list(node, "\"unread\"") else { return [] }
        var paths: Set<String> = []
        return elements.compactMap { element -> UnreadDeclaration? in
            let what = "an unread entry"
            guard let members = members(element, of: what, allowed: ["path", "why"]) else { return nil }
            let path = require("path", in: members, of: element, what)
            let selector = path.flatMap { self.selector($0, "\"path\"", .none, singular: false) }
            let why = require("why", in: members, of: element, what).flatMap { text($0, "\"why\"") }
            guard let path, let selector else { return nil }
            if !paths.insert(selector.text).inserted {
                report(.repeated, "\"\(selector.text)\" stands twice in \"unread\"", at: path)
            }
            let hasFilter = selector.path.query.segments.contains { segment in
                segment.selectors.contains { if case .filter = $0 { true } else { false } }
            }
            if hasFilter {
                report(
                    .wrongValue,
                    "a path in \"unread\" cannot have a filter",
                    hint: "name the way, with [*] where there are several",
                    at: path
                )
            }
            return why.map { UnreadDeclaration(path: selector.text, why: $0) }
        }
    }

    // MARK: Attach

    func attach(_ node: JSONNode) -> [AttachDeclaration] {
        guard let elements = list(node, "\"attach\"") else { return [] }
        return elements.compactMap { element in
            let what = "an attach entry"
            let allowed = ["to", "call", "limits", "as", "when", "why"]
            guard let members = members(element, of: what, allowed: allowed) else { return nil }
            let to = require("to", in: members, of: element, what).flatMap { text($0, "\"to\"") }
            let call = require("call", in: members, of: element, what).flatMap { text($0, "\"call\"") }
            let why = members["why"].flatMap { text($0, "\"why\"") }
            let limits = members["limits"].map { self.limits($0) } ?? AttachDeclaration.Limits()
            let stated = members["as"].flatMap { choice($0, "\"as\"", AttachDeclaration.Form.self) }
            let purpose = members["when"].flatMap { choice($0, "\"when\"", AttachDeclaration.Purpose.self) }
            guard let to, let call else { return nil }
            let form = stated ?? (limits.keys == 1 ? .id : .bag)
            return AttachDeclaration(to: to, call: call, limits: limits, form: form, purpose: purpose, why: why)
        }
    }

    private func choice<Value: RawRepresentable & CaseIterable>(
        _ node: JSONNode,
        _ what: String,
        _: Value.Type
    ) -> Value? where Value.RawValue == String {
        guard let name = text(node, what) else { return nil }
        if let value = Value(rawValue: name) { return value }
        let names = Value.allCases.map(\.rawValue)
        report(
            .wrongValue,
            "\(what) must be one of \(names.joined(separator: ", "))",
            hint: Spelling.question(name, in: names),
            at: node
        )
        return nil
    }

    private func limits(_ node: JSONNode) -> AttachDeclaration.Limits {
        var limits = AttachDeclaration.Limits()
        guard let members = members(node, of: "\"limits\"", allowed: ["keys", "key_length", "value_length"]) else {
            return limits
        }
        func count(_ name: String) -> Int? {
            guard let node = members[name], let value = integer(node, "\"\(name)\"") else { return nil }
            guard value > 0 else {
                report(.wrongValue, "\"\(name)\" must be greater than 0", at: node)
                return nil
            }
            return value
        }
        limits.keys = count("keys")
        limits.keyLength = count("key_length")
        limits.valueLength = count("value_length")
        return limits
    }
}

extension Expression {
    /// All selectors within, apart from those that look into another document.
    var selectors: [Selector] {
        switch self {
        case .select(let selector), .firstOf(let selector), .only(let selector), .count(let selector),
            .sum(let selector):
            [selector]
        case .constant, .received, .header: []
        case .first(let operands), .merge(let operands): operands.flatMap(\.selectors)
        case .minus(let left, let right): left.selectors + right.selectors
        case .abs(let operand), .map(let operand, _), .time(_, let operand), .lower(let operand), .trim(let operand),
            .sha256(let operand), .split(let operand, _, _), .parseJSON(let operand, _), .pairs(let operand, _, _, _),
            .members(let operand, _, _), .defaulted(let operand, _):
            operand.selectors
        case .money(let money): money.amount.selectors + money.currency.selectors
        case .template(let parts):
            parts.compactMap { part in
                if case .value(let selector) = part { selector } else { nil }
            }
        case .each(let each): [each.selector]
        }
    }
}
