// SPDX-License-Identifier: Apache-2.0

extension PathEvaluation {
    /// Whether a condition holds for the current node.
    mutating func holds(_ clause: PathClause, at current: JSONNode) throws(JSONPathError) -> Bool {
        switch clause.kind {
        case .or(let parts):
            for part in parts where try holds(part, at: current) { return true }
            return false
        case .and(let parts):
            for part in parts where try !holds(part, at: current) { return false }
            return true
        case .not(let inner): return try !holds(inner, at: current)
        case .exists(let query): return try firstNode(query, at: current) != nil
        case .comparison(let comparison): return try holds(comparison, at: current)
        case .match(let match): return try holds(match, at: current)
        }
    }

    /// The first node that a query selects.
    mutating func firstNode(_ query: PathQuery, at current: JSONNode) throws(JSONPathError) -> JSONNode? {
        if let steps = query.steps { return try node(steps, of: query, at: current) }
        var found: JSONNode?
        try visit(query, at: current) { node in
            found = node
            return false
        }
        return found
    }

    /// The value of one side of a comparison, or of an argument.
    mutating func value(_ operand: PathOperand, at current: JSONNode) throws(JSONPathError) -> PathValue {
        switch operand.kind {
        case .literal(let literal): return .literal(literal)
        case .query(let query): return try firstNode(query, at: current).map { .node($0) } ?? .nothing
        case .length(let inner): return try length(try value(inner, at: current))
        case .count(let query):
            var count: Int64 = 0
            try visit(query, at: current) { _ in
                count += 1
                return true
            }
            return .integer(count)
        case .value(let query):
            var found: JSONNode?
            var count = 0
            try visit(query, at: current) { node in
                found = node
                count += 1
                return count == 1
            }
            guard count == 1, let found else { return .nothing }
            return .node(found)
        }
    }

    /// The length of a string in Unicode scalars, of an array in elements, of an object in members.
    private mutating func length(_ value: PathValue) throws(JSONPathError) -> PathValue {
        if case .node(let node) = value, document.kind(node) == .array || document.kind(node) == .object {
            return .integer(Int64(document.count(node)))
        }
        var cost = 0
        let length = withString(value) { text in
            cost = text.count / 64
            var scalars: Int64 = 0
            // Every scalar has one byte that does not continue another.
            for place in 0..<text.count where text[place] & 0xC0 != 0x80 { scalars += 1 }
            return scalars
        }
        try spend(cost)
        return length.map { .integer($0) } ?? .nothing
    }

    private mutating func holds(_ match: PathMatch, at current: JSONNode) throws(JSONPathError) -> Bool {
        guard let pattern = try pattern(match.pattern, at: current) else { return false }
        let text = try value(match.text, at: current)
        // One unit of the budget pays for as many states as visiting a node costs time.
        let stepsPerUnit = 64
        var steps = budget.multipliedReportingOverflow(by: stepsPerUnit).overflow ? Int.max : budget * stepsPerUnit
        let allowed = steps
        let answer = withString(text) { pattern.matches($0, isWhole: match.isWhole, steps: &steps) }
        guard let answer else { return false }
        try spend(answer == nil ? budget + 1 : (allowed - steps) / stepsPerUnit + 1)
        return answer ?? false
    }

    /// The compiled pattern; `nil` where there is none that could match.
    private mutating func pattern(_ pattern: PathMatch.Pattern, at current: JSONNode) throws(JSONPathError) -> IRegexp?
    {
        switch pattern {
        case .compiled(let compiled): return compiled
        case .never: return nil
        case .dynamic(let operand):
            let given = try value(operand, at: current)
            guard let text = withString(given, { span in (0..<span.count).map { span[$0] } }) else { return nil }
            try spend(1 + text.count / 64)
            if let lastPattern, lastPattern.text == text { return lastPattern.compiled }
            try spend(text.count / 8)
            // RFC 9535, section 2.4.6: a text that is no I-Regexp matches nothing; the reason has no place to go.
            let compiled = try? IRegexp(String(decoding: text, as: UTF8.self))
            try spend((compiled?.program.instructions.count ?? IRegexpProgram.instructionsMax) / 8)
            lastPattern = (text, compiled)
            return compiled
        }
    }
}
