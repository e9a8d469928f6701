// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

extension JSONDocument {
    /// Where a value stands in ``bytes``, from its first byte to its last: quotes and brackets included.
    public func byteRange(_ n: JSONNode) -> Range<Int> {
        let record = record(n)
        return Int(record.start)..<Int(record.end)
    }

    /// Where the name of the member stands in ``bytes``, quotes included; `nil` for elements and the root.
    public func nameByteRange(_ n: JSONNode) -> Range<Int>? {
        let record = record(n)
        guard record.isMember else { return nil }
        let start = Int(record.name_start)
        // Only the opening quote's place is kept; the closing one is the first that no backslash escapes.
        var at = start + 1
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
        return start..<min(at + 1, bytes.count)
    }

    /// Line and column of a byte, each counted from 1; the column counts UTF-8 bytes.
    ///
    /// What lies outside of the text counts as its nearest end.
    public func position(atByte offset: Int) -> JSONPosition { JSONPosition(ofByte: offset, in: bytes) }

    /// The normalized path of a value, RFC 9535 section 2.7: `$['a'][0]`.
    public func normalizedPath(_ n: JSONNode) -> String {
        var nodes: [JSONNode] = []
        var node = n
        while let parent = parent(node) {
            nodes.append(node)
            node = parent
        }
        var path: [UInt8] = [UInt8(ascii: "$")]
        for node in nodes.reversed() {
            path.append(UInt8(ascii: "["))
            if record(node).isMember {
                withNameUTF8(of: record(node)) { Self.append(normalName: $0, to: &path) }
            } else {
                path.append(contentsOf: String(elementPosition(node)).utf8)
            }
            path.append(UInt8(ascii: "]"))
        }
        return String(decoding: path, as: UTF8.self)
    }

    /// How many elements stand before this one.
    private func elementPosition(_ n: JSONNode) -> Int {
        guard let parent = parent(n), var child = firstChild(parent) else { return 0 }
        var position = 0
        while child != n, let next = nextSibling(child) {
            child = next
            position += 1
        }
        return position
    }

    /// Appends a name as a normalized path writes it, in quotes and with its escapes.
    static func append(normalName name: Span<UInt8>, to path: inout [UInt8]) {
        path.append(UInt8(ascii: "'"))
        for at in 0..<name.count {
            let byte = name[at]
            switch byte {
            case 0x08: path.append(contentsOf: #"\b"#.utf8)
            case 0x09: path.append(contentsOf: #"\t"#.utf8)
            case 0x0A: path.append(contentsOf: #"\n"#.utf8)
            case 0x0C: path.append(contentsOf: #"\f"#.utf8)
            case 0x0D: path.append(contentsOf: #"\r"#.utf8)
            case UInt8(ascii: "'"), UInt8(ascii: "\\"): path.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case 0..<0x20:
                path.append(contentsOf: (byte < 0x10 ? #"\u000"# : #"\u00"#).utf8)
                path.append(contentsOf: String(byte, radix: 16).utf8)
            default: path.append(byte)
            }
        }
        path.append(UInt8(ascii: "'"))
    }
}
