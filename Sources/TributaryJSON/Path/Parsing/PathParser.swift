// SPDX-License-Identifier: Apache-2.0

/// Reads an expression into its syntax tree, or says where and why it is none.
///
/// Recursive descent after the grammar of RFC 9535, appendix A. Nesting is limited, so that neither reading nor
/// evaluating can exhaust the stack.
struct PathParser {
    /// Longest expression, in bytes of UTF-8.
    static let textBytesMax = 16_384

    /// Deepest nesting of brackets, parentheses, negations and function calls.
    static let depthMax = 64

    /// Most segments in one expression that may select several nodes; each costs a level of recursion at evaluation.
    static let branchingSegmentsMax = 64

    /// The place that is read next.
    var cursor: PathCursor

    /// Whether the outermost query may begin with `@`.
    let allowsCurrentNode: Bool

    /// How deep the reading stands in brackets and parentheses.
    var depth = 0

    /// How many segments so far may select several nodes.
    var branchingSegments = 0

    /// What is valid and yet hardly meant.
    var warnings: [JSONPathError] = []

    init(_ text: String, allowsCurrentNode: Bool) throws(JSONPathError) {
        cursor = PathCursor(text)
        self.allowsCurrentNode = allowsCurrentNode
        guard cursor.bytes.count <= Self.textBytesMax else {
            throw JSONPathError(
                .tooComplex,
                at: Self.textBytesMax,
                "the expression is longer than \(Self.textBytesMax) bytes"
            )
        }
    }

    /// Reads the whole text as one query.
    mutating func wholeQuery() throws(JSONPathError) -> PathQuery {
        guard cursor.ahead == "$" || (allowsCurrentNode && cursor.ahead == "@") else {
            throw ForeignSyntax.pathExpected(cursor, allowsCurrentNode: allowsCurrentNode)
        }
        let query = try query()
        guard cursor.isAtEnd else { throw ForeignSyntax.afterPath(cursor) }
        return query
    }

    /// Reads the whole text as one condition; blanks around it do no harm.
    mutating func wholeClause() throws(JSONPathError) -> PathClause {
        cursor.skipSpace()
        guard !cursor.isAtEnd else {
            throw JSONPathError(
                .unexpectedEnd,
                at: cursor.position,
                "the condition is empty",
                hint: "such as @.paid == true"
            )
        }
        let clause = try clause()
        cursor.skipSpace()
        guard cursor.isAtEnd else { throw ForeignSyntax.afterClause(cursor, closing: nil) }
        return clause
    }

    /// Reads `$` or `@` and the segments behind it.
    mutating func query() throws(JSONPathError) -> PathQuery {
        let start = cursor.position
        let anchor: PathQuery.Anchor = cursor.take("$") ? .root : .current
        if anchor == .current { cursor.position += 1 }
        var segments: [PathSegment] = []
        while true {
            let mark = cursor.position
            cursor.skipSpace()
            guard cursor.ahead == "." || cursor.ahead == "[" else {
                cursor.position = mark
                break
            }
            let segment = try segment()
            if segment.step == nil { try countBranching(at: mark) }
            segments.append(segment)
        }
        return PathQuery(anchor: anchor, segments: segments, range: start..<cursor.position)
    }

    private mutating func segment() throws(JSONPathError) -> PathSegment {
        guard cursor.take(".") else { return PathSegment(isDescendant: false, selectors: try bracketed()) }
        guard cursor.take(".") else { return PathSegment(isDescendant: false, selectors: [try dotted()]) }
        if cursor.ahead == "[" { return PathSegment(isDescendant: true, selectors: try bracketed()) }
        return PathSegment(isDescendant: true, selectors: [try dotted()])
    }

    /// Reads what stands behind `.` or `..` other than a bracket.
    private mutating func dotted() throws(JSONPathError) -> PathSelector {
        if cursor.take("*") { return .wildcard }
        let start = cursor.position
        let name = cursor.takeName()
        guard !name.isEmpty else { throw ForeignSyntax.nameExpected(cursor) }
        guard cursor.ahead != "(" else { throw ForeignSyntax.method(name, at: start) }
        return .name(JSONKey(name))
    }

    /// Reads `[`, selectors, `]`.
    private mutating func bracketed() throws(JSONPathError) -> [PathSelector] {
        let opening = cursor.position
        try enter(at: opening)
        cursor.position += 1
        var selectors: [PathSelector] = []
        repeat {
            cursor.skipSpace()
            selectors.append(try selector())
            cursor.skipSpace()
        } while cursor.take(",")
        guard cursor.take("]") else { throw ForeignSyntax.afterSelector(cursor, last: selectors.last) }
        depth -= 1
        return selectors
    }

    /// Notes that the reading goes one level deeper; whoever leaves the level takes it back.
    mutating func enter(at position: Int) throws(JSONPathError) {
        depth += 1
        guard depth <= Self.depthMax else {
            throw JSONPathError(.tooComplex, at: position, "nested more than \(Self.depthMax) levels deep")
        }
    }

    private mutating func countBranching(at position: Int) throws(JSONPathError) {
        branchingSegments += 1
        guard branchingSegments <= Self.branchingSegmentsMax else {
            throw JSONPathError(
                .tooComplex,
                at: position,
                "more than \(Self.branchingSegmentsMax) segments with wildcards, slices, filters or '..'"
            )
        }
    }
}
