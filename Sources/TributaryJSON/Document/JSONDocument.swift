// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

/// A JSON text that has been checked and can be walked in place; immutable, for any number of threads at once.
///
/// Parsing allocates this object and one block for all nodes; walking allocates nothing, except where a method returns
/// a `String` or a ``TributaryModel/JSONValue``. Numbers of any length are accepted and keep their exact text. Repeated
/// names are refused in every object, because two readers of such a text may disagree on what it says.
///
/// A ``JSONNode`` belongs to the document that gave it out. One from another document is a mistake of the caller: it
/// names some other value or, where there is none of that number, stops the program. It never reads foreign memory.
@safe public final class JSONDocument: Sendable {
    /// The text as it came, byte for byte.
    public let bytes: [UInt8]

    /// How many values there are: scalars, arrays and objects.
    public let nodeCount: Int

    // Proof of safety: `nodes` points at `nodeCount` initialised nodes and `copiedText` at `copiedTextCount` bytes,
    // both in one block that this object alone owns, that nobody writes after `init`, and that `deinit` frees. Hence
    // reading from any thread is sound while the object lives, and `record` checks each index against `nodeCount`.
    nonisolated(unsafe) private let nodes: UnsafeMutablePointer<csimdjson_node>
    nonisolated(unsafe) private let copiedText: UnsafeMutablePointer<UInt8>
    private let copiedTextCount: Int

    /// Reads and checks a text.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8 without byte order mark; kept, not copied.
    ///   - limits: How large, deep and numerous its values may be.
    /// - Throws: ``JSONError`` with the place of the first fault.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .webhook) throws(JSONError) {
        guard bytes.count <= limits.effectiveBytes else {
            throw JSONError(.tooLarge, at: limits.effectiveBytes, in: bytes, limits: limits)
        }
        let result = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe csimdjson_parse(buffer.baseAddress, buffer.count, limits.effectiveDepth, limits.effectiveNodes)
        }
        guard unsafe result.status == CSIMDJSON_OK, let nodes = unsafe result.nodes, let text = unsafe result.text
        else {
            throw JSONError(status: unsafe result.status, offset: unsafe Int(result.offset), in: bytes, limits: limits)
        }
        self.bytes = bytes
        unsafe self.nodes = nodes
        unsafe copiedText = text
        unsafe nodeCount = Int(result.node_count)
        unsafe copiedTextCount = Int(result.text_length)
    }

    deinit { unsafe csimdjson_free(nodes) }

    /// The outermost value; always there.
    public var root: JSONNode { JSONNode(index: 0) }

    /// What a value is.
    public func kind(_ n: JSONNode) -> JSONKind { record(n).jsonKind }

    /// The bytes of a scalar: a string's unescaped, a number's or literal's as written; an array or object as written.
    ///
    /// - Parameters:
    ///   - n: A value of this document.
    ///   - body: Receives the bytes, valid UTF-8; they must not leave it.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    @inlinable
    public func withUTF8<R, E>(of n: JSONNode, _ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        // Inlined into callers, as the call of an unspecialised closure cost three times what most bodies do.
        let place = place(of: n)
        if place.isCopied { return try withCopiedText(place.range, body) }
        let bytes = bytes
        let all = bytes.span
        let text = all.extracting(place.range)
        return try body(text)
    }

    /// Where the bytes of a value stand: in ``bytes``, or among the unescaped texts.
    @usableFromInline
    func place(of n: JSONNode) -> (range: Range<Int>, isCopied: Bool) {
        let record = record(n)
        switch record.jsonKind {
        case .array, .object: return (Int(record.start)..<Int(record.end), false)
        case .null, .bool, .number, .string:
            let start = Int(record.text)
            return (start..<start + Int(record.count), record.flags & UInt8(CSIMDJSON_TEXT_COPIED) != 0)
        }
    }

    @usableFromInline
    func withCopiedText<R, E>(_ range: Range<Int>, _ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        let all = unsafe Span(_unsafeStart: copiedText, count: copiedTextCount)
        let text = all.extracting(range)
        return try body(text)
    }

    /// The bytes of a member's unescaped name; nothing where the node is no member's value.
    func withNameUTF8<R, E>(of record: csimdjson_node, _ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        let isCopied = record.flags & UInt8(CSIMDJSON_NAME_COPIED) != 0
        return try withText(at: record.name_text, count: record.name_length, isCopied: isCopied, body)
    }

    /// The bytes of a scalar whose entry has been read already.
    @inline(__always)
    func withText<R, E>(of record: csimdjson_node, _ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        let isCopied = record.flags & UInt8(CSIMDJSON_TEXT_COPIED) != 0
        return try withText(at: record.text, count: record.count, isCopied: isCopied, body)
    }

    @inline(__always)
    private func withText<R, E>(
        at start: UInt32,
        count: UInt32,
        isCopied: Bool,
        _ body: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        let range = Int(start)..<Int(start) + Int(count)
        // Both branches check the range against the memory that is there, so that even a wrong node could read nothing
        // beyond it.
        if isCopied {
            let all = unsafe Span(_unsafeStart: copiedText, count: copiedTextCount)
            let text = all.extracting(range)
            return try body(text)
        }
        let bytes = bytes
        let all = bytes.span
        let text = all.extracting(range)
        return try body(text)
    }

    /// The first child of a container, from `index` on, whose name has that hash.
    ///
    /// The hot loop of every lookup: it reads two fields of each sibling and checks no index, since `next` of a node
    /// within bounds is within bounds. The caller has got `index` from ``firstChild(_:)`` or ``nextSibling(_:)``.
    @inline(__always)
    func firstSibling(from index: UInt32, nameHash: UInt32) -> UInt32? {
        precondition(Int(index) < nodeCount, "the node belongs to another document")
        var index = Int(index)
        while unsafe nodes[index].name_hash != nameHash {
            index = unsafe Int(nodes[index].next)
            guard index != 0 else { return nil }
        }
        return UInt32(truncatingIfNeeded: index)
    }

    /// Finds the nodes of many paths; see ``JSONPathSet``.
    @unsafe
    func find(_ paths: inout csimdjson_paths, from node: JSONNode, _ found: UnsafeMutablePointer<UInt32>) {
        precondition(Int(node.index) < nodeCount, "the node belongs to another document")
        unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe csimdjson_find(nodes, bytes.baseAddress, copiedText, node.index, &paths, found)
        }
    }

    /// The node's entry in the flat layout.
    @inline(__always)
    func record(_ n: JSONNode) -> csimdjson_node {
        precondition(Int(n.index) < nodeCount, "the node belongs to another document")
        return unsafe nodes[Int(n.index)]
    }
}

extension csimdjson_node {
    /// The kind; the walk writes no other values than the six.
    @inline(__always)
    var jsonKind: JSONKind { JSONKind(rawValue: kind) ?? .null }
}

extension JSONError {
    /// Names the fault that the fast parser reported; where it only knows that there is one, looks for it.
    fileprivate init(status: csimdjson_status, offset: Int, in bytes: [UInt8], limits: JSONLimits) {
        let code: Code
        switch status {
        case CSIMDJSON_REPEATED_NAME: code = .repeatedKey
        case CSIMDJSON_TOO_DEEP: code = .tooDeep
        case CSIMDJSON_TOO_MANY_NODES: code = .tooManyNodes
        case CSIMDJSON_NO_MEMORY: code = .outOfMemory
        default:
            let fault = SyntaxDiagnosis.firstFault(in: bytes, depthMax: Int(limits.effectiveDepth))
            self.init(fault?.code ?? .unexpectedCharacter, at: fault?.offset ?? offset, in: bytes, limits: limits)
            return
        }
        self.init(code, at: offset, in: bytes, limits: limits)
    }
}
