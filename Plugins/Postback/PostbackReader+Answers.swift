// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryMapping
import TributaryModel

extension PostbackReader {
    func answers(_ node: JSONNode) -> [AnswerRule] {
        (language.list(node, "\"answers\"") ?? []).compactMap(answer)
    }

    private func answer(_ node: JSONNode) -> AnswerRule? {
        let what = "an answer"
        let keys = [
            "status", "header", "match", "where", "attempts", "end", "after", "reason", "words", "receipt",
        ]
        guard let members = language.members(node, of: what, allowed: keys) else { return nil }
        let statuses = members["status"].map { self.statuses($0) }
        var conditions: [CompiledCondition] = []
        if let node = members["header"] { conditions += headerConditions(node) }
        if let node = members["match"] { conditions += [search("@.text", node)].compactMap(\.self) }
        if let node = members["where"] { conditions += [condition(node, "\"where\"")].compactMap(\.self) }
        let attempts = members["attempts"].flatMap { language.integer($0, "\"attempts\"") }
        let after = members["after"].flatMap { language.integer($0, "\"after\"") }
        let meaning = language.require("end", in: members, of: node, what).flatMap { self.meaning($0, after: after) }
        if let node = members["after"], let meaning, !meaning.isRetryable {
            language.report(.wrongValue, "only \"retryable\" waits", at: node)
        }
        let reason = language.require("reason", in: members, of: node, what).flatMap { template($0, "\"reason\"") }
        let words = members["words"].flatMap { expression($0, "\"words\"") }
        let receipt = members["receipt"].map { node in
            language.entries(node, "\"receipt\"").compactMap { entry in
                expression(entry.node, "\"\(entry.name)\"").map {
                    AnswerRule.ReceiptField(name: entry.name, value: $0)
                }
            }
        }
        guard let meaning, let reason else { return nil }
        return AnswerRule(
            statuses: statuses,
            conditions: conditions,
            attempts: attempts,
            meaning: meaning,
            reason: reason,
            words: words,
            receipt: receipt ?? []
        )
    }

    private func meaning(_ node: JSONNode, after: Int?) -> AnswerRule.Meaning? {
        guard let word = language.text(node, "\"end\"") else { return nil }
        switch word {
        case "retryable": return .retryable(after: after.map { .seconds($0) })
        case "keyRefused": return .keyRefused
        default:
            if let end = DeliveryEnd(rawValue: word) { return .end(end) }
            language.reportChoice(word, "meaning of an answer", of: AnswerRule.words, at: node)
            return nil
        }
    }

    /// `200`, `"4xx"`, `"200-299"`, or a list of those.
    private func statuses(_ node: JSONNode) -> [ClosedRange<Int>] {
        let nodes = language.document.kind(node) == .array ? language.list(node, "\"status\"") ?? [] : [node]
        return nodes.compactMap { node in
            let document = language.document
            if let status = document.int64(node), (100...599).contains(status) { return Int(status)...Int(status) }
            if let text = document.string(node) {
                if text.count == 3, text.hasSuffix("xx"), let digit = text.first?.wholeNumberValue, (1...5) ~= digit {
                    return digit * 100...digit * 100 + 99
                }
                let ends = text.split(separator: "-").map { Int($0) ?? 0 }
                if ends.count == 2, ends[0] >= 100, ends[0] <= ends[1], ends[1] < 600 { return ends[0]...ends[1] }
            }
            let hint = "such as 200, \"4xx\" or \"200-204\""
            language.report(.wrongValue, "this is no status of HTTP", hint: hint, at: node)
            return nil
        }
    }

    private func headerConditions(_ node: JSONNode) -> [CompiledCondition] {
        language.entries(node, "\"header\"").compactMap { entry in
            search("@.headers[\(Self.quoted(entry.name.lowercased()))]", entry.node)
        }
    }

    /// A condition that a text holds a pattern of RFC 9485.
    private func search(_ selector: String, _ node: JSONNode) -> CompiledCondition? {
        guard let pattern = language.text(node, "a pattern") else { return nil }
        return language.condition("search(\(selector), \(Self.quoted(pattern)))", from: node)
    }

    /// A literal of RFC 9535.
    private static func quoted(_ text: String) -> String {
        String(decoding: JSONValue.string(text).encoded(), as: UTF8.self)
    }

    // MARK: The language, with the names of this file's documents

    func expression(_ node: JSONNode, _ what: String) -> CompiledExpression? {
        guard let expression = language.expression(node, what) else { return nil }
        check(expression.selectors, at: node)
        return expression
    }

    func template(_ node: JSONNode, _ what: String) -> CompiledTemplate? {
        guard let template = language.template(node, what) else { return nil }
        check(template.selectors, at: node)
        return template
    }

    func selection(_ node: JSONNode, _ what: String) -> CompiledSelection? {
        guard let selection = language.selection(node, what) else { return nil }
        check(Self.rootSelectors(in: selection.text), at: node)
        return selection
    }

    func condition(_ node: JSONNode, _ what: String) -> CompiledCondition? {
        guard let condition = language.condition(node, what) else { return nil }
        check(Self.rootSelectors(in: condition.text), at: node)
        for name in ["$.first_payment", "$.may_have_arrived", "$.sale.is_full"]
        where Self.isAlone(name, in: condition.text) {
            let hint = "write \(name) == true"
            language.report(.badPredicate, "\(name) is there in any case, also as false", hint: hint, at: node)
        }
        return condition
    }

    /// Whether a selector stands in a condition without being compared, so that it only asks whether it is there.
    private static func isAlone(_ selector: String, in condition: String) -> Bool {
        var rest = condition[...]
        while let range = rest.firstRange(of: selector) {
            let before = condition[..<range.lowerBound].last { $0 != " " }
            let behind = condition[range.upperBound...].first { $0 != " " }
            let next = condition[range.upperBound...].first
            let isLonger = next.map { $0.isLetter || $0.isNumber || "_.[".contains($0) } ?? false
            if !isLonger, before != "=", before != "<", before != ">", behind != "=", behind != "<", behind != ">",
                !condition[range.upperBound...].drop(while: { $0 == " " }).hasPrefix("!=")
            {
                return true
            }
            rest = condition[range.upperBound...]
        }
        return false
    }

    /// Holds selectors that begin at `$` against what stands there: a slip would silently choose nothing.
    func check(_ selectors: [String], at node: JSONNode) {
        for selector in selectors {
            let names = Self.names(of: selector)
            guard let first = names.first else { continue }
            guard DeliveryDocument.names.contains(first) else {
                language.reportChoice("$." + first, "place", of: DeliveryDocument.names.map { "$." + $0 }, at: node)
                continue
            }
            if first == "found", !mayReferToFound {
                let hint = "give the request a \"find\""
                language.report(.wrongValue, "nothing was looked up that \"$.found\" could be", hint: hint, at: node)
            }
            guard ["settings", "given"].contains(first), names.count > 1 else { continue }
            if let setting = refer(to: names[1], at: node), setting.kind == .secret, first == "settings" {
                let hint = "write { \"setting\": \"\(names[1])\" } where it is sent"
                language.report(.wrongValue, "selectors do not see the secret \"\(names[1])\"", hint: hint, at: node)
            }
        }
    }

    /// The selectors in a condition that begin at `$`, as far as plain names go.
    private static func rootSelectors(in condition: String) -> [String] {
        condition.split(separator: "$.", omittingEmptySubsequences: false).dropFirst().map { "$." + $0 }
    }

    /// The plain names behind `$`.
    private static func names(of selector: String) -> [String] {
        guard selector.hasPrefix("$.") else { return [] }
        var names: [String] = []
        for part in selector.dropFirst(2).split(separator: ".", omittingEmptySubsequences: false) {
            let name = part.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            guard !name.isEmpty else { break }
            names.append(String(name))
            guard name.count == part.count else { break }
        }
        return names
    }
}
