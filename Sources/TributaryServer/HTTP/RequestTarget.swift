// SPDX-License-Identifier: Apache-2.0

/// The target of a request in origin form, `/path?query`, decoded.
///
/// Decoding happens once. Refused, because two readers of it could disagree on what is meant: everything outside
/// visible ASCII, a fragment, a backslash, a percent sign without two hexadecimal digits, an encoded slash, backslash
/// or control character, bytes that are not UTF-8 after decoding, and the segments `.` and `..` in any spelling.
/// Absolute form (`http://host/path`), authority form and `*` are refused too: nothing here is a proxy.
/// In the query, `+` is a space; a query's encoded slashes are data and allowed.
public struct RequestTarget: Sendable, Hashable {
    /// The decoded path; begins with `/`.
    public var path: String

    /// The decoded pairs of the query.
    public var query: [ServerRequest.QueryItem]

    /// Reads a target; `nil` where it is refused.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard bytes.first == UInt8(ascii: "/") else { return nil }
        var question: String.Index?
        var isPlain = true
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "?") where question == nil: question = index
            case UInt8(ascii: "#"), UInt8(ascii: "\\"): return nil
            case UInt8(ascii: "%") where question == nil: isPlain = false
            case 0x21...0x7E: continue
            default: return nil
            }
        }
        let rawPath = text[..<(question ?? text.endIndex)]
        if isPlain {
            path = String(rawPath)
        } else {
            guard let decoded = Self.decoded(rawPath.utf8, isPath: true) else { return nil }
            path = decoded
        }
        guard !Self.hasDotSegment(path) else { return nil }
        query = []
        if let question {
            guard let pairs = Self.pairs(text[text.index(after: question)...]) else { return nil }
            query = pairs
        }
    }

    private static func pairs(_ text: Substring) -> [ServerRequest.QueryItem]? {
        var items: [ServerRequest.QueryItem] = []
        for pair in text.utf8.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "="))
            guard let name = decoded(pair[..<(equals ?? pair.endIndex)], isPath: false),
                let value = equals.map({ decoded(pair[pair.index(after: $0)...], isPath: false) }) ?? ""
            else { return nil }
            items.append(ServerRequest.QueryItem(name, value))
        }
        return items
    }

    private static func decoded(_ bytes: Substring.UTF8View, isPath: Bool) -> String? {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(hexadecimal),
                    let low = iterator.next().flatMap(hexadecimal)
                else { return nil }
                let value = high << 4 | low
                guard value >= 0x20, value != 0x7F else { return nil }
                if isPath, value == UInt8(ascii: "/") || value == UInt8(ascii: "\\") { return nil }
                output.append(value)
            case UInt8(ascii: "+") where !isPath: output.append(UInt8(ascii: " "))
            default: output.append(byte)
            }
        }
        return String(validating: output, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    private static func hasDotSegment(_ path: String) -> Bool {
        guard path.utf8.contains(UInt8(ascii: ".")) else { return false }
        return path.utf8.split(separator: UInt8(ascii: "/")).contains { segment in
            segment.elementsEqual(".".utf8) || segment.elementsEqual("..".utf8)
        }
    }
}
