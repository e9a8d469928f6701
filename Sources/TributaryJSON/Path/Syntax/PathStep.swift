// SPDX-License-Identifier: Apache-2.0

/// A step of a singular query: from one node to one child.
package enum PathStep: Sendable, Hashable {
    /// To the member of that name.
    case name(JSONKey)
    /// To the element at that position; negative from the end.
    case index(Int)

    /// The step as a normalized path writes it (RFC 9535, section 2.7), for example `['a']` or `[0]`.
    ///
    /// A negative index stays negative: for a node that is missing there is no length to count back from.
    package var normalized: String {
        switch self {
        case .index(let position): return "[\(position)]"
        case .name(let key):
            var name: [UInt8] = []
            JSONDocument.append(normalName: key.bytes.span, to: &name)
            return "[" + String(decoding: name, as: UTF8.self) + "]"
        }
    }
}
