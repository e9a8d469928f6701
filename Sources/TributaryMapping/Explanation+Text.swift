// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

extension Explanation: CustomStringConvertible {
    /// The explanation as people read it, several lines for each webhook.
    public var description: String { text }

    /// The explanation as people read it, several lines for each webhook.
    public var text: String {
        let name = "mapping \(mapping)@\(version)" + (profile.map { " (\($0))" } ?? "")
        return entries.map { $0.text(mapping: name) }.joined()
    }

    /// The explanation for machines.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("mapping", .string(mapping)), .init("version", .string(version)),
        ]
        if let profile { members.append(.init("profile", .string(profile))) }
        members.append(.init("webhooks", .array(entries.map(\.json))))
        return .object(members)
    }
}

extension Explanation.Entry {
    fileprivate func text(mapping: String) -> String {
        let facts = result.facts
        var head = facts.id + " " + (facts.type ?? "(no type)")
        if let api = facts.api { head += " api=\(api)" }
        var text = "\(head)  \(mapping)\n"
        for trial in trials { text += "  \(trial.text)\n" }
        for (event, fields) in zip(result.outcome.events, fields) {
            text += "  event \(event.id) \(event.kind.rawValue) \(event.key)\n"
            let width = fields.map(\.name.count).max() ?? 0
            for field in fields where field.value != nil || !field.paths.isEmpty {
                let name = field.name + String(repeating: " ", count: width - field.name.count)
                text += "    \(name) = \(field.valueText)   \(field.source)\n"
            }
        }
        let looked = lookedAt.isEmpty ? "" : "; looked at \(lookedAt.joined(separator: ", "))"
        return text + "  outcome \(result.outcome)\(looked)   \(nodes) nodes\n"
    }

    fileprivate var json: JSONValue {
        let facts = result.facts
        var members: [JSONValue.Member] = [.init("id", .string(facts.id))]
        if let type = facts.type { members.append(.init("type", .string(type))) }
        if let time = facts.time { members.append(.init("time", .string(time.description))) }
        if let live = facts.live { members.append(.init("live", .bool(live))) }
        if let api = facts.api { members.append(.init("api", .string(api))) }
        members.append(.init("outcome", .string(result.outcome.name)))
        if let rule = result.rule { members.append(.init("rule", .string(rule))) }
        members.append(.init("why", .string(result.outcome.description)))
        members.append(.init("tried", .array(trials.map(\.json))))
        if !fields.isEmpty {
            members.append(
                .init(
                    "events",
                    .array(
                        zip(result.outcome.events, fields).map { event, fields in
                            ["id": .string(event.id), "fields": .array(fields.map(\.json))]
                        }
                    )
                )
            )
        }
        if !lookedAt.isEmpty { members.append(.init("looked_at", .array(lookedAt.map(JSONValue.string)))) }
        members.append(.init("nodes", .integer(nodes)))
        return .object(members)
    }
}

extension Explanation.Trial {
    fileprivate var text: String {
        let name = isIgnoreEntry ? "ignore \"\(name)\"" : "rule \(name)"
        switch verdict {
        case .taken: return "\(name)  on matched, taken"
        case .nothingAt(let selector): return "\(name)  on matched, at chose nothing: \(selector)"
        case .whereFalse(let clause, let found):
            let findings = found.map { "\($0.path ?? $0.text) = \($0.value ?? "nothing")" }
            let tail = findings.isEmpty ? "" : "   (\(findings.joined(separator: ", ")))"
            return "\(name)  on matched, where false: \(clause)\(tail)"
        }
    }

    fileprivate var json: JSONValue {
        var members: [JSONValue.Member] = [.init(isIgnoreEntry ? "ignore" : "rule", .string(name))]
        switch verdict {
        case .taken: members.append(.init("verdict", "taken"))
        case .nothingAt(let selector):
            members.append(.init("verdict", "nothing_at"))
            members.append(.init("at", .string(selector)))
        case .whereFalse(let clause, let found):
            members.append(.init("verdict", "where_false"))
            members.append(.init("clause", .string(clause)))
            members.append(
                .init(
                    "found",
                    .array(
                        found.map { finding in
                            [
                                "text": .string(finding.text),
                                "path": finding.path.map(JSONValue.string) ?? .null,
                                "value": finding.value.map(JSONValue.string) ?? .null,
                            ]
                        }
                    )
                )
            )
        }
        return .object(members)
    }
}

extension Explanation.Field {
    /// The value as people read it: an amount with its currency behind it.
    fileprivate var valueText: String {
        guard let value else { return "(unset)" }
        guard value.members?.count == 2, let amount = value["amount"]?.string, let code = value["currency"]?.string
        else {
            return value.text
        }
        return "\(amount) \(code)"
    }

    /// Where the value came from.
    fileprivate var source: String {
        guard paths.isEmpty else { return paths.joined(separator: ", ") }
        return name == "event.id" ? "(SHA-256 of the body)" : "(from the mapping)"
    }

    fileprivate var json: JSONValue {
        ["target": .string(name), "value": value ?? .null, "paths": .array(paths.map(JSONValue.string))]
    }
}
