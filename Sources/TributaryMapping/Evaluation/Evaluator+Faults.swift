// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

extension Evaluator {
    /// Normalized path of a value; empty for what was made and stands nowhere.
    func place(of value: Value) -> String {
        switch value {
        case .node(let node): document.normalizedPath(node)
        case .nested(let nested): nested.origin
        case .missing, .text, .number, .bool, .parameters: ""
        }
    }

    /// What a value is, in words; never what it says.
    private func words(_ value: Value) -> String {
        switch value {
        case .missing: "nothing"
        case .node(let node): Self.words(document.kind(node))
        case .nested(let nested): Self.words(nested.document.kind(nested.node))
        case .text: "a text"
        case .number: "a number"
        case .bool: "true or false"
        case .parameters: "names and values"
        }
    }

    private static func words(_ kind: JSONKind) -> String {
        switch kind {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "a text"
        case .array: "an array"
        case .object: "an object"
        }
    }

    func mismatch(_ value: Value, wanted: String) -> Fault {
        .invalid(within: "", path: place(of: value), reason: "\(wanted) is wanted, found \(words(value))")
    }

    func invalid(at node: JSONNode, _ reason: String) -> Fault {
        .invalid(within: "", path: document.normalizedPath(node), reason: reason)
    }

    func invalid(_ value: Value, _ error: Money.ReadingError) -> Fault {
        .invalid(within: "", path: place(of: value), reason: error.reason)
    }

    /// Carries out a calculation; its errors are reported at a node.
    func calculated(
        at node: JSONNode,
        _ work: () throws(Money.ReadingError) -> DecimalNumber
    ) throws(Fault) -> DecimalNumber {
        do throws(Money.ReadingError) {
            return try work()
        } catch {
            throw invalid(at: node, error.reason)
        }
    }
}

extension Money.ReadingError {
    /// The error in words.
    fileprivate var reason: String {
        switch self {
        case .notANumber: "the text is not a plain decimal number"
        case .excessDigits: "the number has more decimals than its unit"
        case .overflow: "the number does not fit into 64 bits"
        }
    }
}
