// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

extension Evaluator {
    /// The operation of that number.
    @inline(__always)
    func operation(_ number: Int32) -> Operation { program.operations[Int(number)] }

    /// The value of an operation that gives a plain value.
    func value(_ number: Int32, at current: JSONNode, _ state: inout WalkState) throws(Fault) -> Value {
        let operation = operation(number)
        switch operation.code {
        case .found, .firstFound: return node(operation, state).map { .node($0) } ?? .missing
        case .first:
            let mark = trace?.mark ?? 0
            for index in operation.first..<operation.first + operation.second {
                let value = try value(program.numbers[Int(index)], at: current, &state)
                if !isEmpty(value) { return value }
                trace?.rewind(to: mark)
            }
            return .missing
        case .minus: return try difference(operation, at: current, &state)
        case .map:
            let value = try value(operation.first, at: current, &state)
            return try looked(up: value, in: program.tables[Int(operation.second)], &state)
        case .defaulted:
            let value = try value(operation.first, at: current, &state)
            if case .missing = value { return Self.value(of: program.scalars[Int(operation.second)]) }
            return value
        case .sum: return try sum(operation, &state).map(Value.number) ?? .missing
        case .firstBelow: return try firstBelow(operation, at: current, &state)
        case .expression: return try value(program.expressions[Int(operation.first)], at: current, &state)
        case .minor, .major, .rounded, .unix, .unixMilliseconds, .rfc3339, .received, .lines:
            // The compiler of mapping files lets these stand only where money, instants and lines are wanted.
            preconditionFailure("a typed operation where a plain value is wanted")
        }
    }

    /// The node of an operation that only chooses one; null counts as nothing.
    @inline(__always)
    func node(_ operation: Operation, _ state: borrowing WalkState) -> JSONNode? {
        var node: JSONNode?
        if operation.code == .found {
            node = state.found[operation.first]
            if let found = node, document.kind(found) == .null { node = nil }
        } else {
            for index in operation.first..<operation.first + operation.second {
                guard let found = state.found[program.numbers[Int(index)]], !Self.isEmpty(document, found) else {
                    continue
                }
                node = found
                break
            }
        }
        if let trace, let node { trace.note(document, node) }
        return node
    }

    private func difference(
        _ operation: Operation,
        at current: JSONNode,
        _ state: inout WalkState
    ) throws(Fault) -> Value {
        guard let left = try number(operation.first, at: current, &state),
            let right = try number(operation.second, at: current, &state)
        else { return .missing }
        return .number(
            try calculated(at: current) { () throws(Money.ReadingError) in try left.adding(right.negated()) }
        )
    }

    /// The sum along a list, nothing where there is no number; what a selector's own evaluation gives, without a list of nodes.
    private func sum(_ operation: Operation, _ state: inout WalkState) throws(Fault) -> DecimalNumber? {
        var sum: DecimalNumber?
        guard let list = state.found[operation.first] else { return nil }
        try state.spend(document.count(list))
        let selector = program.selectors[Int(operation.second)]
        var next = document.firstChild(list)
        while let element = next {
            next = document.nextSibling(element)
            guard let node = selector.item(of: element, in: document), document.kind(node) != .null else { continue }
            trace?.note(document, node)
            let number = try number(.node(node))
            let before = sum ?? DecimalNumber(0)
            sum = try calculated(at: node) { () throws(Money.ReadingError) in try before.adding(number) }
        }
        return sum
    }

    private func firstBelow(
        _ operation: Operation,
        at current: JSONNode,
        _ state: inout WalkState
    ) throws(Fault) -> Value {
        guard let list = state.found[operation.first], document.count(list) > 0 else { return .missing }
        for node in try selectAll(program.selectors[Int(operation.second)], at: current, &state)
        where !Self.isEmpty(document, node) {
            trace?.note(document, node)
            return .node(node)
        }
        return .missing
    }
}
