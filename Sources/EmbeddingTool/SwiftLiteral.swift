// SPDX-License-Identifier: Apache-2.0

/// A text as a raw multi-line Swift string literal that gives back exactly the same bytes.
struct SwiftLiteral {
    /// The literal's source text.
    let source: String

    init(_ text: String) {
        // One more `#` than the longest run in the text: neither the closing delimiter nor an escape can occur in it.
        let hashes = String(repeating: "#", count: Self.longestRunOfHashes(in: text) + 1)
        var body = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\t": body.unicodeScalars.append(scalar)
            // The compiler turns a carriage return into a line feed and refuses other control characters.
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar == "\u{FEFF}":
                body += "\\\(hashes)u{\(String(scalar.value, radix: 16))}"
            default: body.unicodeScalars.append(scalar)
            }
        }
        source = "\(hashes)\"\"\"\n\(body)\n\"\"\"\(hashes)"
    }

    private static func longestRunOfHashes(in text: String) -> Int {
        var longest = 0
        var current = 0
        for byte in text.utf8 {
            current = byte == UInt8(ascii: "#") ? current + 1 : 0
            longest = max(longest, current)
        }
        return longest
    }
}
