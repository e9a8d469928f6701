// SPDX-License-Identifier: Apache-2.0

extension PathParser {
    /// Reads alternatives: clauses with `||` between them.
    mutating func clause() throws(JSONPathError) -> PathClause {
        try enter(at: cursor.position)
        cursor.skipSpace()
        let start = cursor.position
        let first = try conjunction()
        var parts = [first]
        while nextOperator("||") { parts.append(try conjunction()) }
        depth -= 1
        guard parts.count > 1 else { return first }
        return PathClause(kind: .or(parts), range: start..<cursor.position)
    }

    private mutating func conjunction() throws(JSONPathError) -> PathClause {
        cursor.skipSpace()
        let start = cursor.position
        let first = try basic()
        var parts = [first]
        while nextOperator("&&") { parts.append(try basic()) }
        guard parts.count > 1 else { return first }
        return PathClause(kind: .and(parts), range: start..<cursor.position)
    }

    /// Takes the operator if it comes next behind blanks; leaves the blanks where it does not.
    private mutating func nextOperator(_ text: String) -> Bool {
        let mark = cursor.position
        cursor.skipSpace()
        guard cursor.isAhead(text) else {
            cursor.position = mark
            return false
        }
        cursor.position += text.utf8.count
        return true
    }

    /// Reads a parenthesis, a negation, a comparison or a test.
    private mutating func basic() throws(JSONPathError) -> PathClause {
        cursor.skipSpace()
        let start = cursor.position
        if cursor.ahead == "(" { return try parenthesis() }
        guard cursor.take("!") else { return try comparisonOrTest() }
        cursor.skipSpace()
        let negated = cursor.ahead == "(" ? try parenthesis() : try term().clause()
        let end = cursor.position
        cursor.skipSpace()
        guard comparisonOperator() == nil else {
            throw JSONPathError(
                .wrongType,
                at: start,
                "'!' negates a test, not one side of a comparison",
                hint: "put the comparison in parentheses: !(@.a == 1)"
            )
        }
        cursor.position = end
        return PathClause(kind: .not(negated), range: start..<end)
    }

    private mutating func parenthesis() throws(JSONPathError) -> PathClause {
        let opening = cursor.position
        cursor.position += 1
        let inner = try clause()
        cursor.skipSpace()
        guard cursor.take(")") else { throw ForeignSyntax.afterClause(cursor, closing: opening) }
        return inner
    }

    private mutating func comparisonOrTest() throws(JSONPathError) -> PathClause {
        let left = try term()
        let end = cursor.position
        cursor.skipSpace()
        let place = cursor.position
        guard let operation = comparisonOperator() else {
            if let error = ForeignSyntax.operation(cursor) { throw error }
            cursor.position = end
            return try left.clause()
        }
        let leftOperand = try left.operand(for: "a comparison")
        if cursor.ahead == "=" || (cursor.ahead == ">" && operation == .less) {
            throw ForeignSyntax.longOperator(cursor, from: place)
        }
        cursor.skipSpace()
        guard cursor.ahead != "(" else {
            throw JSONPathError(.unexpectedCharacter, at: cursor.position, "a side of a comparison has no parentheses")
        }
        let right = try term(afterOperator: true)
        let rightOperand = try right.operand(for: "a comparison")
        try refuseChain(from: place)
        let comparison = PathComparison(left: leftOperand, operation: operation, right: rightOperand)
        warnAboutLength(comparison)
        return PathClause(kind: .comparison(comparison), range: left.range.lowerBound..<cursor.position)
    }

    private mutating func refuseChain(from place: Int) throws(JSONPathError) {
        let end = cursor.position
        cursor.skipSpace()
        let second = cursor.position
        guard comparisonOperator() == nil else {
            throw JSONPathError(
                .unexpectedCharacter,
                at: second,
                "comparisons cannot be chained",
                hint: "write each on its own: 1 < @.a && @.a < 9"
            )
        }
        if let error = ForeignSyntax.operation(cursor) { throw error }
        cursor.position = end
    }

    private mutating func comparisonOperator() -> PathComparison.Operation? {
        let operations: [PathComparison.Operation] = [
            .equal, .notEqual, .lessOrEqual, .greaterOrEqual, .less, .greater,
        ]
        guard let found = operations.first(where: { cursor.isAhead($0.rawValue) }) else { return nil }
        cursor.position += found.rawValue.utf8.count
        return found
    }

    /// In older dialects `@.length` was the length; by RFC 9535 it is a member of that name.
    private mutating func warnAboutLength(_ comparison: PathComparison) {
        for (one, other) in [(comparison.left, comparison.right), (comparison.right, comparison.left)] {
            guard case .query(let query) = one.kind, case .name(let key)? = query.steps?.last,
                ["length", "size"].contains(key.name), case .literal(.number) = other.kind
            else { continue }
            warnings.append(
                JSONPathError(
                    .foreignSyntax,
                    at: one.range.lowerBound,
                    "'.\(key.name)' is a member of that name, not the length",
                    hint: "the length is length(…): length(@.items) > 0"
                )
            )
        }
    }
}
