// SPDX-License-Identifier: Apache-2.0

public import TributaryJSON

/// Which fields one webhook, or one entry of a batch, has.
///
/// A field is the path of a leaf with its positions in lists left open, `$.data.object.lines.data[*].amount`, and the
/// shape of its value; the value itself is never shown.
public struct FieldSurvey: Sendable, Hashable {
    /// The most leaves that are looked at in one entry.
    public static let leavesMax = 2_000

    /// The deepest leaf that is looked at, and the longest path in bytes.
    private static let depthMax = 32
    private static let pathBytesMax = 256

    /// Members whose own members are the merchant's: their names are not the provider's to change.
    ///
    /// Source: the metadata of the providers in this project's references.
    private static let bags: [JSONKey] = [
        "metadata", "meta", "meta_data", "custom_data", "custom_fields", "custom", "notes", "passthrough", "properties",
        "traits", "context", "url_params",
    ].map { JSONKey($0) }

    /// Shapes by path.
    public private(set) var shapes: [String: String] = [:]

    /// Whether there were more leaves than are looked at.
    public private(set) var isCut = false

    private var leaves = 0

    /// Looks at everything below a node.
    public init(_ document: JSONDocument, at entry: JSONNode) { walk(document, entry, "$", depth: 0) }

    private mutating func walk(_ document: JSONDocument, _ node: JSONNode, _ path: String, depth: Int) {
        guard leaves < Self.leavesMax, depth < Self.depthMax, path.utf8.count <= Self.pathBytesMax else {
            isCut = true
            return
        }
        let isBag = depth > 0 && Self.bags.contains { document.nameEquals(node, $0) }
        let isList = document.kind(node) == .array
        guard !isBag, isList || document.kind(node) == .object, document.count(node) > 0 else {
            leaves += 1
            shapes[path] = isBag ? "the merchant's own" : Self.shape(document, node)
            return
        }
        var next = document.firstChild(node)
        while let child = next {
            next = document.nextSibling(child)
            walk(document, child, path + (isList ? "[*]" : Self.step(document, child)), depth: depth + 1)
            if isCut, leaves >= Self.leavesMax { return }
        }
    }

    /// `.name`, or `.*` where the name is rather a value.
    private static func step(_ document: JSONDocument, _ member: JSONNode) -> String {
        guard let name = document.name(member), SeenText.isName(name.utf8.span),
            name.utf8.contains(where: { !(0x30...0x39).contains($0) })
        else { return ".*" }
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
            default: false
            }
        }
        return isPlain ? "." + name : "['\(name)']"
    }

    private static func shape(_ document: JSONDocument, _ node: JSONNode) -> String {
        switch document.kind(node) {
        case .null: "null"
        case .bool: "true or false"
        case .number:
            document.numberText(node)?.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") } == true
                ? "a whole number" : "a number with decimals"
        case .string: document.withUTF8(of: node) { SeenText.shape(ofBytes: $0.count) }
        case .array: "an empty list"
        case .object: "an empty object"
        }
    }
}
