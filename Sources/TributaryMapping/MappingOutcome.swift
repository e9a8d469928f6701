// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What became of one webhook; closed, and each case is stored, counted and explainable.
public enum MappingOutcome: Sendable, Hashable {
    /// It means these events; one or more.
    case emitted([Event])
    /// The mapping leaves the type out on purpose.
    case ignored(why: String)
    /// No rule of the type took it: the first rule that was tried, and the clause that was false.
    case filtered(rule: String, clause: String)
    /// The mapping does not know the type.
    case unmapped(type: String)
    /// A field is missing without which the event would be worthless.
    case incomplete(field: String)
    /// A field is there and cannot be read; `path` is its normalized path, empty where it has none.
    case invalid(field: String, path: String, reason: String)
    /// More nodes were visited than allowed.
    case budgetExceeded
}

extension MappingOutcome {
    /// One lower-case word: `emitted`, `ignored`, `filtered`, `unmapped`, `incomplete`, `invalid`, `budget_exceeded`.
    public var name: String {
        switch self {
        case .emitted: "emitted"
        case .ignored: "ignored"
        case .filtered: "filtered"
        case .unmapped: "unmapped"
        case .incomplete: "incomplete"
        case .invalid: "invalid"
        case .budgetExceeded: "budget_exceeded"
        }
    }

    /// The events; empty unless emitted.
    public var events: [Event] {
        if case .emitted(let events) = self { events } else { [] }
    }

    /// Whether nobody decided this: the mapping or the provider has to be looked at.
    public var isFailure: Bool {
        switch self {
        case .emitted, .ignored, .filtered, .unmapped: false
        case .incomplete, .invalid, .budgetExceeded: true
        }
    }
}

extension MappingOutcome: CustomStringConvertible {
    /// The outcome in one sentence, without a value of the webhook; safe for logs.
    public var description: String {
        switch self {
        case .emitted(let events): "emitted " + events.map(\.kind.rawValue).joined(separator: ", ")
        case .ignored(let why): "ignored: \(why)"
        case .filtered(let rule, let clause): "filtered: rule \(rule), where false: \(clause)"
        case .unmapped(let type): "unmapped: no rule or ignore entry names the type \(type)"
        case .incomplete(let field): "incomplete: \(field) is missing"
        case .invalid(let field, let path, let reason):
            "invalid: \(field)\(path.isEmpty ? "" : " at \(path)"): \(reason)"
        case .budgetExceeded: "the webhook is too large to be mapped within the budget"
        }
    }
}
