// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel
import TributarySigning

/// Works out expressions over one document.
///
/// Itself it never changes; what does is handed along as ``WalkState``. So the compiler sees that document and trace stay
/// what they are, and does not count references around every step.
struct Evaluator {
    let document: JSONDocument
    let headers: HeaderFields
    let plan: CompiledPlan

    /// Takes what was read; there is none on the hot path.
    let trace: Trace?

    /// When the webhook arrived, where that is known.
    let received: Timestamp?

    var program: Program { plan.program }
    var currencies: CurrencyTable { plan.currencies }

    // MARK: Selecting

    /// The node of a singular selector; null counts as nothing.
    @inline(__always)
    func select(_ selector: Selector, at current: JSONNode, _ state: inout WalkState) throws(Fault) -> JSONNode? {
        try state.spend(1)
        guard let node = selector.node(in: document, at: current), document.kind(node) != .null else { return nil }
        if let trace { trace.note(document, node) }
        return node
    }

    /// All nodes of a selector.
    func selectAll(_ selector: Selector, at current: JSONNode, _ state: inout WalkState) throws(Fault) -> [JSONNode] {
        do throws(JSONPathError) {
            return try selector.nodes(in: document, at: current, budget: &state.budget)
        } catch {
            throw .budget
        }
    }

    /// Whether a predicate holds at a node.
    func holds(_ predicate: Predicate, at current: JSONNode, _ state: inout WalkState) throws(Fault) -> Bool {
        do throws(JSONPathError) {
            return try predicate.holds(in: document, at: current, budget: &state.budget)
        } catch {
            throw .budget
        }
    }

    // MARK: Working out

    func value(_ expression: Expression, at current: JSONNode, _ state: inout WalkState) throws(Fault) -> Value {
        switch expression {
        case .select(let selector):
            guard let node = try select(selector, at: current, &state) else { return .missing }
            return .node(node)
        case .constant(let scalar): return Self.value(of: scalar)
        case .first(let alternatives):
            let mark = trace?.mark ?? 0
            for alternative in alternatives {
                let value = try value(alternative, at: current, &state)
                if !isEmpty(value) { return value }
                trace?.rewind(to: mark)
            }
            return .missing
        case .firstOf, .only, .count, .sum: return try reduced(expression, at: current, &state)
        case .minus(let left, let right):
            guard let left = try number(left, at: current, &state), let right = try number(right, at: current, &state)
            else {
                return .missing
            }
            return .number(
                try calculated(at: current) { () throws(Money.ReadingError) in try left.adding(right.negated()) }
            )
        case .abs(let operand):
            guard let number = try number(operand, at: current, &state) else { return .missing }
            return .number(try calculated(at: current) { () throws(Money.ReadingError) in try number.magnitude() })
        case .map(let operand, let table):
            let value = try value(operand, at: current, &state)
            return try looked(up: value, in: table, &state)
        case .template, .lower, .trim, .sha256, .split, .pairs, .parseJSON:
            return try made(expression, at: current, &state)
        case .merge(let bags): return .parameters(try merged(bags, at: current, &state))
        case .members(let bag, let prefix, let strips):
            return .parameters(try members(of: bag, prefix: prefix, strips: strips, at: current, &state))
        case .header(let name):
            guard let text = headers[name] else { return .missing }
            trace?.note("header \(name)")
            return .text(text)
        case .defaulted(let operand, let scalar):
            let value = try value(operand, at: current, &state)
            if case .missing = value { return Self.value(of: scalar) }
            return value
        case .money, .time, .received, .each:
            // The compiler of mapping files lets these stand only where money, instants and lines are wanted.
            preconditionFailure("a typed expression where a plain value is wanted")
        }
    }

    static func value(of scalar: Scalar) -> Value {
        switch scalar {
        case .text(let text): .text(text)
        case .number(let text):
            if let number = try? DecimalNumber(text.utf8.span) {  // a literal too long to calculate with stays a text
                .number(number)
            } else {
                .text(text)
            }
        case .bool(let value): .bool(value)
        }
    }

    private func reduced(_ expression: Expression, at current: JSONNode, _ state: inout WalkState) throws(Fault)
        -> Value
    {
        switch expression {
        case .firstOf(let selector):
            for node in try selectAll(selector, at: current, &state) where !isEmpty(.node(node)) {
                trace?.note(document, node)
                return .node(node)
            }
            return .missing
        case .only(let selector):
            let nodes = try selectAll(selector, at: current, &state)
            guard let node = nodes.first, nodes.count == 1 else {
                throw invalid(at: current, "exactly one node is wanted, \(selector.text) chooses \(nodes.count)")
            }
            trace?.note(document, node)
            return document.kind(node) == .null ? .missing : .node(node)
        case .count(let selector):
            let nodes = try selectAll(selector, at: current, &state)
            if let trace { for node in nodes { trace.note(document, node) } }
            return .number(DecimalNumber(nodes.count))
        case .sum(let selector):
            var sum: DecimalNumber?
            for node in try selectAll(selector, at: current, &state) where document.kind(node) != .null {
                trace?.note(document, node)
                let number = try number(.node(node))
                let before = sum ?? DecimalNumber(0)
                sum = try calculated(at: node) { () throws(Money.ReadingError) in try before.adding(number) }
            }
            return sum.map(Value.number) ?? .missing
        case .select, .constant, .first, .minus, .abs, .map, .money, .time, .received, .template, .lower,
            .trim, .sha256, .split,
            .parseJSON, .pairs, .merge, .members, .header, .defaulted, .each:
            return .missing
        }
    }

    /// The literal of a value; what a table does not list is noted.
    func looked(up value: Value, in table: TextTable, _ state: inout WalkState) throws(Fault) -> Value {
        let scalar: Scalar? =
            switch value {
            case .missing: table.otherwise
            case .node(let node):
                switch document.kind(node) {
                case .string, .number, .bool: document.withUTF8(of: node) { table.lookup($0, &state) }
                case .null, .array, .object: throw mismatch(value, wanted: "a text")
                }
            case .nested, .text, .number, .bool: table.lookup((try scalarText(value) ?? "").utf8.span, &state)
            case .parameters: throw mismatch(value, wanted: "a text")
            }
        return scalar.map(Self.value(of:)) ?? .missing
    }

    /// Whether `first` passes over a value.
    func isEmpty(_ value: Value) -> Bool {
        switch value {
        case .missing: true
        case .node(let node): Self.isEmpty(document, node)
        case .nested(let nested): Self.isEmpty(nested.document, nested.node)
        case .text(let text): text.isEmpty
        case .number, .bool: false
        case .parameters(let parameters): parameters.isEmpty
        }
    }

    /// Whether a number, amount or instant is simply not there: an empty object in its place is a fault.
    func isAbsent(_ value: Value) -> Bool {
        switch value {
        case .missing: true
        case .node(let node): document.kind(node) == .string && Self.isEmpty(document, node)
        case .nested(let nested): nested.document.kind(nested.node) == .string && isEmpty(value)
        case .text(let text): text.isEmpty
        case .number, .bool, .parameters: false
        }
    }

    static func isEmpty(_ document: JSONDocument, _ node: JSONNode) -> Bool {
        switch document.kind(node) {
        case .null: true
        case .bool, .number: false
        case .string: document.withUTF8(of: node) { $0.isEmpty }
        case .array, .object: document.count(node) == 0
        }
    }
}
