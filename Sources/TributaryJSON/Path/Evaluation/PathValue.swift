// SPDX-License-Identifier: Apache-2.0

/// One side of a comparison, while it is evaluated.
enum PathValue {
    /// No value: nothing was selected.
    case nothing
    /// The value of a node.
    case node(JSONNode)
    /// A literal of the expression.
    case literal(PathLiteral)
    /// What a function computed.
    case integer(Int64)
}
