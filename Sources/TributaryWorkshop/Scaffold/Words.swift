// SPDX-License-Identifier: Apache-2.0

/// The words that a name or a type is made of.
enum Words {
    /// Lower-case words of `snake_case`, `camelCase`, `dotted.names` and `SCREAMING.NAMES`.
    static func of(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var wasLower = false
        for byte in text.utf8 {
            let isUpper = (0x41...0x5A).contains(byte)
            let isLower = (0x61...0x7A).contains(byte)
            let isDigit = (0x30...0x39).contains(byte)
            if !isUpper, !isLower, !isDigit || (isUpper && wasLower) {
                if !word.isEmpty { words.append(word) }
                word = ""
            }
            if isUpper, wasLower, !word.isEmpty {
                words.append(word)
                word = ""
            }
            if isUpper || isLower || isDigit { word.append(Character(Unicode.Scalar(isUpper ? byte | 0x20 : byte))) }
            wasLower = isLower || isDigit
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    /// The words joined as `snake_case`, so that `TransactionId` and `transaction_id` are the same name.
    static func plain(_ text: String) -> String { of(text).joined(separator: "_") }
}

extension Collection<String> {
    /// Whether one of the words is here.
    func has(_ words: String...) -> Bool { contains { words.contains($0) } }
}
