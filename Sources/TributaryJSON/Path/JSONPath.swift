// SPDX-License-Identifier: Apache-2.0

/// A compiled JSONPath (RFC 9535): what a path selects in a document.
///
/// Compiled once and used for any number of documents. The size of the expression, the nesting within it, the patterns
/// and the work of an evaluation are all limited, so that neither a path nor a document can take over the process.
public struct JSONPath: Sendable, Hashable {
    /// A budget for everyday documents: a million nodes visited, well under a second.
    public static let budgetDefault = 1_000_000

    /// The path as it was written.
    public let text: String

    /// The path's syntax tree.
    package let query: PathQuery

    /// What is valid and yet hardly meant, such as a pattern that can never match, or `.length` compared with a number.
    public let warnings: [JSONPathError]

    /// Compiles a path that begins with `$`.
    public init(_ text: String) throws(JSONPathError) { try self.init(text, allowsCurrentNode: false) }

    /// Compiles a path.
    ///
    /// - Parameters:
    ///   - text: The path, without white space around it.
    ///   - allowsCurrentNode: Whether it may also begin with `@`, the node that is given at evaluation. RFC 9535 knows
    ///     such paths within filters only.
    /// - Throws: ``JSONPathError``, with the place and mostly a hint.
    public init(_ text: String, allowsCurrentNode: Bool) throws(JSONPathError) {
        var parser = try PathParser(text, allowsCurrentNode: allowsCurrentNode)
        query = try parser.wholeQuery()
        warnings = parser.warnings
        self.text = text
    }

    /// Whether the path selects one node at most, whatever the document (RFC 9535, section 2.3.5.1).
    public var isSingular: Bool { query.isSingular }

    /// Whether the path begins with `$`, and so does not depend on the current node.
    public var startsAtRoot: Bool { query.anchor == .root }

    /// The node that a singular path selects, found without allocation.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - current: The node for which `@` stands.
    /// - Returns: `nil` where the document has no such node, and for a path that is not ``isSingular``.
    public func node(in document: JSONDocument, at current: JSONNode) -> JSONNode? {
        assert(isSingular, "a path that may select several nodes is evaluated with nodes(in:at:budget:)")
        guard let steps = query.steps else { return nil }
        var node = startsAtRoot ? document.root : current
        for step in steps {
            guard let next = document.child(of: node, step) else { return nil }
            node = next
        }
        return node
    }

    /// All nodes that the path selects, in order; a node can be among them more than once.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - current: The node for which `@` stands.
    ///   - budget: How much may be done; reduced by what was. See ``budgetDefault``.
    /// - Returns: The nodes; empty where nothing is selected.
    /// - Throws: ``JSONPathError`` with the code `budgetExceeded`.
    public func nodes(
        in document: JSONDocument,
        at current: JSONNode,
        budget: inout Int
    ) throws(JSONPathError) -> [JSONNode] {
        var evaluation = PathEvaluation(document, budget: budget)
        defer { budget = evaluation.budget }
        var nodes: [JSONNode] = []
        try evaluation.visit(query, at: current) { node in
            nodes.append(node)
            return true
        }
        return nodes
    }

    /// Paths are equal when they select the same, however they are written: `$.a` and `$['a']`.
    public static func == (a: JSONPath, b: JSONPath) -> Bool { a.query == b.query }

    /// Feeds what equality looks at.
    public func hash(into hasher: inout Hasher) { hasher.combine(query) }
}

extension JSONPath: CustomStringConvertible {
    /// The path as it was written.
    public var description: String { text }
}
