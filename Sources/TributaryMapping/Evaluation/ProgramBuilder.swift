// SPDX-License-Identifier: Apache-2.0

import TributaryJSON

/// Lays the expressions of a mapping out as a ``Program``.
struct ProgramBuilder {
    private(set) var operations: [Operation] = []
    private(set) var numbers: [Int32] = []
    private(set) var expressions: [Expression] = []
    private(set) var scalars: [Scalar] = []
    private(set) var tables: [TextTable] = []
    private(set) var selectors: [Selector] = []
    private(set) var lines: [PlannedLines] = []
    var root = SelectorNumbering(FoundNodes.root)

    /// Adds an expression and what it is made of.
    ///
    /// - Returns: The number of its operation.
    mutating func add(_ expression: Expression, _ scope: inout SelectorNumbering) -> Int32 {
        let operation = operation(expression, &scope)
        operations.append(operation)
        return Int32(operations.count - 1)
    }

    /// The number of a query's node; `nil` where there is no room.
    mutating func number(_ query: PathQuery, _ scope: inout SelectorNumbering) -> Int? {
        query.anchor == .root ? root.number(of: query) : scope.number(of: query)
    }

    private mutating func operation(_ expression: Expression, _ scope: inout SelectorNumbering) -> Operation {
        switch expression {
        case .select(let selector):
            guard let number = number(selector.path.query, &scope) else { break }
            return Operation(code: .found, first: Int32(number))
        case .first(let alternatives): return first(alternatives, &scope)
        case .minus(let left, let right):
            return Operation(code: .minus, first: add(left, &scope), second: add(right, &scope))
        case .map(let operand, let table):
            tables.append(table)
            return Operation(code: .map, first: add(operand, &scope), second: Int32(tables.count - 1))
        case .money(let money):
            let amount = Operation(
                code: money.unit == .minor ? .minor : .major,
                first: add(money.amount, &scope),
                second: add(money.currency, &scope)
            )
            guard money.rounds else { return amount }
            operations.append(amount)
            return Operation(code: .rounded, first: Int32(operations.count - 1))
        case .received: return Operation(code: .received)
        case .time(let unit, let operand):
            let code: Operation.Code =
                switch unit {
                case .unix: .unix
                case .unixMilliseconds: .unixMilliseconds
                case .rfc3339: .rfc3339
                }
            return Operation(code: code, first: add(operand, &scope))
        case .defaulted(let operand, let scalar):
            scalars.append(scalar)
            return Operation(code: .defaulted, first: add(operand, &scope), second: Int32(scalars.count - 1))
        case .sum(let selector):
            guard selector.isPlainList, let number = number(selector.prefix, &scope) else { break }
            return below(number, selector, .sum)
        case .firstOf(let selector):
            guard let number = number(selector.prefix, &scope) else { break }
            return below(number, selector, .firstBelow)
        case .each(let each): return lines(each, &scope)
        case .constant, .only, .count, .abs, .template, .lower, .trim, .sha256, .split, .parseJSON, .pairs, .merge,
            .members, .header:
            break
        }
        expressions.append(expression)
        return Operation(code: .expression, first: Int32(expressions.count - 1))
    }

    private mutating func below(_ number: Int, _ selector: Selector, _ code: Operation.Code) -> Operation {
        selectors.append(selector)
        return Operation(code: code, first: Int32(number), second: Int32(selectors.count - 1))
    }

    private mutating func first(_ alternatives: [Expression], _ scope: inout SelectorNumbering) -> Operation {
        let added = alternatives.map { add($0, &scope) }
        let areFound = added.allSatisfy { operations[Int($0)].code == .found }
        let start = numbers.count
        numbers += areFound ? added.map { operations[Int($0)].first } : added
        return Operation(code: areFound ? .firstFound : .first, first: Int32(start), second: Int32(added.count))
    }

    private mutating func lines(_ each: LineExpression, _ scope: inout SelectorNumbering) -> Operation {
        var line = SelectorNumbering(FoundNodes.line)
        let fills = each.assignments.map { assignment in
            PlannedLines.Fill(target: assignment.target, operation: add(assignment.expression, &line))
        }
        let isList = each.selector.endsWithList
        let list = isList ? number(each.selector.prefix, &scope) : nil
        lines.append(
            PlannedLines(selector: each.selector, list: Int32(list ?? -1), fills: fills, paths: line.paths)
        )
        return Operation(code: .lines, first: Int32(lines.count - 1))
    }
}

/// Gives each different selector of a node a number.
struct SelectorNumbering {
    private let part: FoundNodes.Part
    private var queries: [PathQuery] = []
    private var numbers: [PathQuery: Int] = [:]

    init(_ part: FoundNodes.Part) { self.part = part }

    /// The selectors, to be found together.
    var paths: JSONPathSet { JSONPathSet(queries) }

    /// The number of a singular query's node; `nil` where there is no room.
    mutating func number(of query: PathQuery) -> Int? {
        if let number = numbers[query] { return number }
        guard queries.count < part.room else { return nil }
        let number = part.start + queries.count
        numbers[query] = number
        queries.append(query)
        return number
    }
}
