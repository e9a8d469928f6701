// SPDX-License-Identifier: Apache-2.0

import TributaryJSON

/// The nodes that a plan's singular selectors choose, by the numbers that the plan gave them.
///
/// Three parts with room for so many: the selectors that begin at the root, those of a rule's node, and those of a line.
/// A selector for which there is no room is followed when its value is wanted.
/// Not copyable, because copying so much by accident would cost more than all the rest.
struct FoundNodes: ~Copyable {
    /// Where each part starts and how many nodes it has room for.
    static let root = Part(start: 0, room: 32)
    static let node = Part(start: 32, room: 160)
    static let line = Part(start: 192, room: 64)

    /// A part.
    struct Part: Sendable {
        let start: Int
        let room: Int
    }

    /// ``JSONPathSet/nothing``, here because a getter of another module is a call, and this is asked at every step.
    private static let nothing = UInt32.max

    // An array, as reading an element of an inline one copied it whole (Swift 6.3).
    private var indices = [UInt32](repeating: nothing, count: 256)

    /// The node of that number; it may be null.
    subscript(number: Int32) -> JSONNode? {
        let index = indices[Int(number)]
        return index == Self.nothing ? nil : JSONNode(index: index)
    }

    /// All indices, for conditions.
    func withSpan<R>(_ body: (Span<UInt32>) -> R) -> R { body(indices.span) }

    /// Finds the nodes of one part.
    mutating func find(_ paths: JSONPathSet, in document: JSONDocument, from node: JSONNode, as part: Part) {
        var span = indices.mutableSpan
        paths.find(in: document, from: node, &span, at: part.start)
    }
}
