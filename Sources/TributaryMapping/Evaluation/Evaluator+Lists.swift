// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

extension Evaluator {
    // MARK: Parameters

    /// Names and values of an object; what is not a scalar is left out, as are null and empty texts.
    func parameters(
        _ number: Int32,
        at current: JSONNode,
        _ state: inout WalkState
    ) throws(Fault) -> [Attribution.Parameter] {
        try parameters(of: try value(number, at: current, &state), &state)
    }

    /// The bags one after the other; of two values of one name the first counts.
    func merged(
        _ bags: [Expression],
        at current: JSONNode,
        _ state: inout WalkState
    ) throws(Fault) -> [Attribution.Parameter] {
        var merged: [Attribution.Parameter] = []
        var names: Set<String> = []
        for bag in bags {
            let mark = trace?.mark ?? 0
            let count = merged.count
            for parameter in try parameters(of: try value(bag, at: current, &state), &state)
            where names.insert(parameter.name).inserted {
                merged.append(parameter)
            }
            if merged.count == count { trace?.rewind(to: mark) }
        }
        return merged
    }

    /// What in a bag has a name that begins with a text.
    func members(
        of bag: Expression,
        prefix: String,
        strips: Bool,
        at current: JSONNode,
        _ state: inout WalkState
    ) throws(Fault) -> [Attribution.Parameter] {
        let mark = trace?.mark ?? 0
        let value = try value(bag, at: current, &state)
        var members: [Attribution.Parameter] = []
        for parameter in try parameters(of: value, &state) where parameter.name.utf8.starts(with: prefix.utf8) {
            guard strips else {
                members.append(parameter)
                continue
            }
            let rest = String(Substring(parameter.name.utf8.dropFirst(prefix.utf8.count)))
            if !rest.isEmpty { members.append(Attribution.Parameter(rest, parameter.value)) }
        }
        if let trace, case .node(let object) = value {
            trace.rewind(to: mark)
            var next = document.firstChild(object)
            while let member = next {
                next = document.nextSibling(member)
                guard let name = document.name(member), name.utf8.starts(with: prefix.utf8) else { continue }
                trace.note(document, member)
            }
        }
        return members
    }

    private func parameters(of value: Value, _ state: inout WalkState) throws(Fault) -> [Attribution.Parameter] {
        switch value {
        case .missing: return []
        case .parameters(let parameters): return parameters
        case .node(let node):
            if let parameters = try parameters(in: document, node, &state) { return parameters }
        case .nested(let nested):
            if let parameters = try parameters(in: nested.document, nested.node, &state) { return parameters }
        case .text(let text):
            if text.isEmpty { return [] }
        case .number, .bool: break
        }
        throw mismatch(value, wanted: "an object of names and values")
    }

    private func parameters(
        in document: JSONDocument,
        _ object: JSONNode,
        _ state: inout WalkState
    ) throws(Fault) -> [Attribution.Parameter]? {
        let count = document.count(object)
        switch document.kind(object) {
        case .object: break
        // PHP writes an empty map as an empty list.
        case .array where count == 0: return []
        case .string where document.withUTF8(of: object) { $0.isEmpty }: return []
        case .null, .bool, .number, .string, .array: return nil
        }
        try state.spend(count)
        var parameters: [Attribution.Parameter] = []
        parameters.reserveCapacity(count)
        var next = document.firstChild(object)
        while let member = next {
            next = document.nextSibling(member)
            let text: String? =
                switch document.kind(member) {
                case .string: document.string(member)
                case .number: document.numberText(member)
                case .bool: document.bool(member) == true ? "true" : "false"
                case .null, .array, .object: nil
                }
            guard let text, !text.isEmpty, let name = document.name(member) else { continue }
            parameters.append(Attribution.Parameter(name, text))
        }
        return parameters
    }

    // MARK: Lines

    func lines(_ number: Int32, at current: JSONNode, _ state: inout WalkState) throws(Fault) -> [Line] {
        let operation = operation(number)
        guard operation.code == .lines else {
            preconditionFailure("an operation that gives no lines where lines are wanted")
        }
        let planned = program.lines[Int(operation.first)]
        var lines: [Line] = []
        guard planned.list >= 0 else {
            for node in try selectAll(planned.selector, at: current, &state) {
                try append(planned, node, to: &lines, &state)
            }
            return lines
        }
        guard let list = state.found[planned.list] else { return [] }
        lines.reserveCapacity(min(document.count(list), state.budget))
        var next = document.firstChild(list)
        while let node = next {
            next = document.nextSibling(node)
            try append(planned, node, to: &lines, &state)
        }
        return lines
    }

    /// Adds the line of one node, and fills it where it stays.
    private func append(
        _ planned: PlannedLines,
        _ node: JSONNode,
        to lines: inout [Line],
        _ state: inout WalkState
    ) throws(Fault) {
        try state.spend(1)
        try state.find(planned, in: document, from: node)
        let index = lines.count
        lines.append(Line())
        for fill in planned.fills {
            do throws(Fault) {
                try self.fill(&lines[index], fill, at: node, &state)
            } catch {
                throw error.within("[\(index)].\(fill.target.rawValue)")
            }
        }
    }

    private func fill(
        _ line: inout Line,
        _ fill: PlannedLines.Fill,
        at node: JSONNode,
        _ state: inout WalkState
    ) throws(Fault) {
        switch fill.target {
        case .product: line.product = try text(fill.operation, at: node, &state)
        case .price: line.price = try text(fill.operation, at: node, &state)
        case .name: line.name = try text(fill.operation, at: node, &state)
        case .quantity: line.quantity = try integer(fill.operation, at: node, &state)
        case .total: line.total = try money(fill.operation, at: node, &state)
        }
    }
}

extension Fault {
    /// The same fault, with the part of the target where it happened.
    func within(_ part: String) -> Fault {
        switch self {
        case .invalid(let within, let path, let reason): .invalid(within: part + within, path: path, reason: reason)
        case .budget: .budget
        }
    }
}
