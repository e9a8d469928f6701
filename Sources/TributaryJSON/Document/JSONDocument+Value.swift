// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

extension JSONDocument {
    /// Copies a value out of the document; for the cold paths, as it allocates for every part.
    public func value(_ n: JSONNode) -> JSONValue {
        switch kind(n) {
        case .null: return .null
        case .bool: return .bool(bool(n) ?? false)
        case .number: return .number(numberText(n) ?? "")
        case .string: return .string(string(n) ?? "")
        case .array:
            var elements: [JSONValue] = []
            elements.reserveCapacity(count(n))
            var child = firstChild(n)
            while let node = child {
                elements.append(value(node))
                child = nextSibling(node)
            }
            return .array(elements)
        case .object:
            var members: [JSONValue.Member] = []
            members.reserveCapacity(count(n))
            var child = firstChild(n)
            while let node = child {
                members.append(JSONValue.Member(name(node) ?? "", value(node)))
                child = nextSibling(node)
            }
            return .object(members)
        }
    }
}

extension JSONValue {
    /// Reads a JSON text, checked as ``JSONDocument`` checks it.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8 without byte order mark.
    ///   - limits: How large, deep and numerous its values may be.
    /// - Throws: ``JSONError`` with the place of the first fault.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .file) throws(JSONError) {
        let document = try JSONDocument(parsing: bytes, limits: limits)
        self = document.value(document.root)
    }
}
