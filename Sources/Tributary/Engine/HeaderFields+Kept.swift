// SPDX-License-Identifier: Apache-2.0

import TributaryModel

extension HeaderFields {
    /// The fields that may be stored: nothing that proves or authenticates.
    var kept: HeaderFields { HeaderFields(fields.filter { !Self.proves($0.name) }) }

    /// Whether a field's name speaks of a proof; in place, as this is asked for every field of every webhook.
    private static func proves(_ name: String) -> Bool {
        let name = name.utf8.span
        for start in name.indices {
            let rest = name.extracting(start..<name.count)
            // Most letters begin none of the words.
            let isWord =
                switch rest[0] | lowerCase {
                case UInt8(ascii: "a"): begins(rest, "auth")
                case UInt8(ascii: "c"): begins(rest, "cookie")
                case UInt8(ascii: "h"): begins(rest, "hash")
                case UInt8(ascii: "k"): begins(rest, "key")
                case UInt8(ascii: "s"): begins(rest, "secret") || begins(rest, "signature")
                case UInt8(ascii: "t"): begins(rest, "token")
                default: false
                }
            if isWord { return true }
        }
        return false
    }

    /// The bit that a letter has in lower case; by it, no other byte becomes a letter.
    private static let lowerCase: UInt8 = 0x20

    private static func begins(_ text: Span<UInt8>, _ word: String) -> Bool {
        let word = word.utf8.span
        guard text.count >= word.count else { return false }
        for index in word.indices where text[index] | lowerCase != word[index] { return false }
        return true
    }
}
