// SPDX-License-Identifier: Apache-2.0

import TributaryMapping
public import TributaryModel

extension PreviewResult {
    /// For the page; values of the sample are JSON texts, as a browser would round long numbers.
    public var json: JSONValue {
        [
            "sound": .bool(isSound),
            "diagnostics": .array(diagnostics.map(\.json)),
            "profiles": .array(profiles.map(JSONValue.string)),
            "profile": .optional(profile),
            "tests": .array(tests.map { $0.json(hasRun: isSound) }),
            "fault": .optional(sampleFault),
            "reading": .optional(reading),
            "webhooks": .array(webhooks.map(\.json)),
        ]
    }
}

extension JSONValue {
    fileprivate static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

    fileprivate static func optional(_ place: PreviewPlace?) -> JSONValue { place?.json ?? .null }
}

extension PreviewResult.Diagnostic {
    fileprivate var json: JSONValue {
        [
            "severity": .string(item.severity.rawValue), "code": .string(item.code.rawValue),
            "name": .string(item.code.name), "line": .integer(item.line), "column": .integer(item.column),
            "message": .string(item.message), "hint": .optional(item.hint), "place": place.json,
        ]
    }
}

extension PreviewResult.Test {
    fileprivate func json(hasRun: Bool) -> JSONValue {
        [
            "name": .string(name), "path": .optional(path), "profile": .optional(profile),
            "passed": hasRun ? .bool(failure == nil) : .null, "failure": .optional(failure), "place": place.json,
        ]
    }
}

extension PreviewResult.Webhook {
    fileprivate var json: JSONValue {
        [
            "id": .string(result.facts.id), "type": .optional(result.facts.type),
            "outcome": .string(result.outcome.name), "words": .string(words), "rule": .optional(result.rule),
            "place": .optional(place), "trials": .array(trials.map(\.json)), "events": .array(events.map(\.json)),
            "nodes": .integer(nodes),
        ]
    }

    /// The outcome in a sentence that says what it means for the merchant.
    private var words: String {
        switch result.outcome {
        case .emitted(let events): events.count == 1 ? "One event." : "\(events.count) events."
        case .ignored(let why): "Left out on purpose: \(why)"
        case .filtered(let rule, let clause): "No rule of this type took it. The first, \(rule), wants \(clause)"
        case .unmapped(let type): "No rule and no ignore entry names the type \(type)."
        case .incomplete(let field): "\(field) is missing, and the event would be worthless without it."
        case .invalid(let field, let path, let reason):
            "\(field) cannot be read\(path.isEmpty ? "" : " at \(path)"): \(reason)"
        case .budgetExceeded: "\(result.outcome)"
        }
    }
}

extension PreviewResult.Trial {
    fileprivate var json: JSONValue {
        var verdict = "taken"
        var clause: String?
        var found: [Explanation.Finding] = []
        switch trial.verdict {
        case .taken: break
        case .nothingAt(let selector):
            verdict = "nothing_at"
            clause = selector
        case .whereFalse(let text, let findings):
            verdict = "where_false"
            clause = text
            found = findings
        }
        let findings: [JSONValue] = zip(found, sources).map { finding, place in
            [
                "text": .string(finding.text), "path": .optional(finding.path), "value": .optional(finding.value),
                "place": .optional(place),
            ]
        }
        return [
            "name": .string(trial.name), "ignore": .bool(trial.isIgnoreEntry), "verdict": .string(verdict),
            "clause": .optional(clause), "found": .array(findings), "place": .optional(place),
        ]
    }
}

extension PreviewResult.Emitted {
    fileprivate var json: JSONValue {
        [
            "kind": .string(event.kind.rawValue), "key": .string(event.key.description),
            "amount": .optional((event.total ?? event.refundedTotal)?.description),
            "fields": .array(fields.map(\.json)), "text": .string(event.cloudEvent.indentedText),
        ]
    }
}

extension PreviewResult.Field {
    fileprivate var json: JSONValue {
        let paths: [JSONValue] = zip(field.paths, sources).map { path, place in
            ["path": .string(path), "place": .optional(place)]
        }
        return [
            "target": .string(field.name), "value": .optional(field.value?.text), "paths": .array(paths),
            "place": .optional(place),
        ]
    }
}
