// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

/// What an expression came to, before it is brought into the shape of its target.
enum Value {
    /// Nothing: no node, or null.
    case missing
    /// A value of the body, not null.
    case node(JSONNode)
    /// A value of JSON that stood inside a text.
    case nested(NestedValue)
    /// A text that was made.
    case text(String)
    /// A number that was calculated.
    case number(DecimalNumber)
    /// A literal.
    case bool(Bool)
    /// Names and values.
    case parameters([Attribution.Parameter])
}

/// A value of JSON that stood inside a text, with where that text was.
final class NestedValue {
    let document: JSONDocument
    let node: JSONNode
    let origin: String

    init(document: JSONDocument, node: JSONNode, origin: String) {
        self.document = document
        self.node = node
        self.origin = origin
    }
}

/// Why an evaluation ended early.
enum Fault: Error {
    /// A value is not what its target takes; `within` names the part of the target, such as `[2].total`.
    case invalid(within: String, path: String, reason: String)
    /// More nodes were visited than allowed.
    case budget
}
