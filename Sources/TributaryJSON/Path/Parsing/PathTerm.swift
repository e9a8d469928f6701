// SPDX-License-Identifier: Apache-2.0

/// One side of a comparison, one argument, or one test, before it is known which of these it is.
struct PathTerm {
    /// What was read.
    enum Kind {
        /// A literal.
        case literal(PathLiteral)
        /// A query, singular or not.
        case query(PathQuery)
        /// A function that yields a value.
        case value(PathOperand.Kind)
        /// A function that yields true or false.
        case logical(PathMatch)
    }

    /// What was read.
    let kind: Kind

    /// Its place in the expression, in UTF-8 bytes.
    let range: Range<Int>

    /// The term as something that yields one value; `place` says where it is needed: `a comparison`, `length()`.
    func operand(for place: String) throws(JSONPathError) -> PathOperand {
        switch kind {
        case .literal(let literal): return PathOperand(kind: .literal(literal), range: range)
        case .value(let value): return PathOperand(kind: value, range: range)
        case .query(let query) where query.isSingular: return PathOperand(kind: .query(query), range: range)
        case .query:
            throw JSONPathError(
                .notSingular,
                at: range.lowerBound,
                "\(place) needs one value, and this query may select several",
                hint: "value(…) takes the only node, count(…) counts them; to test each, filter inside: …[?@ == 1]"
            )
        case .logical:
            throw JSONPathError(
                .wrongType,
                at: range.lowerBound,
                "match() and search() are true or false by themselves and no value for \(place)",
                hint: "combine them with &&, || and !"
            )
        }
    }

    /// The term as a query, as `count()` and `value()` need one.
    func query(for place: String) throws(JSONPathError) -> PathQuery {
        if case .query(let query) = kind { return query }
        throw JSONPathError(
            .wrongType,
            at: range.lowerBound,
            "\(place) takes a query",
            hint: "such as \(place.dropLast())@.items[*])"
        )
    }

    /// The term as a condition of its own.
    func clause() throws(JSONPathError) -> PathClause {
        switch kind {
        case .query(let query): return PathClause(kind: .exists(query), range: range)
        case .logical(let match): return PathClause(kind: .match(match), range: range)
        case .literal:
            throw JSONPathError(
                .wrongType,
                at: range.lowerBound,
                "a literal alone is no condition",
                hint: "compare it with something: @.name == 'x'"
            )
        case .value:
            throw JSONPathError(
                .wrongType,
                at: range.lowerBound,
                "this function yields a value, which alone is no condition",
                hint: "compare it: length(@.name) > 0"
            )
        }
    }
}
