// SPDX-License-Identifier: Apache-2.0

/// Bytes as Base64 text (RFC 4648 sections 4 and 5), strict in both directions.
///
/// No blanks, no line breaks, no bits set behind the last byte: each sequence of bytes has exactly one text.
public enum Base64: Sendable {
    /// Which characters stand for the values 62 and 63.
    public enum Alphabet: Sendable, Hashable {
        /// `+` and `/`.
        case standard
        /// `-` and `_`.
        case url
    }

    /// Whether the text is filled up with `=` to a multiple of four.
    public enum Padding: Sendable, Hashable {
        /// It must be.
        case required
        /// It may be left out whole, never in part.
        case optional
        /// It must not be.
        case forbidden
    }

    /// The text of some bytes.
    public static func encode(_ bytes: Span<UInt8>, _ alphabet: Alphabet = .standard, padded: Bool = true) -> String {
        var text = [UInt8](repeating: 0, count: textCount(bytes.count))
        var target = text.mutableSpan
        write(bytes, to: &target, alphabet)
        if !padded {
            while text.last == UInt8(ascii: "=") { text.removeLast() }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The text of some bytes.
    public static func encode(_ bytes: [UInt8], _ alphabet: Alphabet = .standard, padded: Bool = true) -> String {
        encode(bytes.span, alphabet, padded: padded)
    }

    /// The bytes of a text; `nil` for every text that strict encoding could not have written.
    public static func decode(
        _ text: String,
        _ alphabet: Alphabet = .standard,
        padding: Padding = .required
    ) -> [UInt8]? { decode(Array(text.utf8)[...], alphabet, padding: padding) }

    /// The bytes of a text; `nil` for every text that strict encoding could not have written.
    public static func decode(
        _ text: ArraySlice<UInt8>,
        _ alphabet: Alphabet = .standard,
        padding: Padding = .required
    ) -> [UInt8]? {
        var digits = text
        while digits.last == UInt8(ascii: "="), text.count - digits.count < 2 { digits.removeLast() }
        let fill = text.count - digits.count
        let missing = (4 - digits.count % 4) % 4
        guard missing != 3 else { return nil }
        switch padding {
        case .required: guard fill == missing else { return nil }
        case .optional: guard fill == missing || fill == 0 else { return nil }
        case .forbidden: guard fill == 0 else { return nil }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count * 3 / 4)
        var (bits, held): (UInt32, Int) = (0, 0)
        for digit in digits {
            guard let value = value(digit, alphabet) else { return nil }
            bits = bits << 6 | UInt32(value)
            held += 6
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
                bits &= (1 << UInt32(held)) - 1
            }
        }
        return bits == 0 ? bytes : nil
    }

    /// Number of characters, with padding, for that many bytes.
    static func textCount(_ byteCount: Int) -> Int { (byteCount + 2) / 3 * 4 }

    /// Writes padded text to the front of `target`, which must have room for ``textCount(_:)`` characters.
    static func write(_ bytes: Span<UInt8>, to target: inout MutableSpan<UInt8>, _ alphabet: Alphabet = .standard) {
        var position = 0
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let given = min(3, bytes.count - start)
            var bits: UInt32 = 0
            for offset in 0..<3 { bits = bits << 8 | (offset < given ? UInt32(bytes[start + offset]) : 0) }
            for offset in 0..<4 {
                let value = UInt8(truncatingIfNeeded: bits >> UInt32(18 - 6 * offset) & 63)
                target[position + offset] = offset <= given ? character(value, alphabet) : UInt8(ascii: "=")
            }
            position += 4
        }
    }

    private static func character(_ value: UInt8, _ alphabet: Alphabet) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + value - 26
        case 52..<62: UInt8(ascii: "0") + value - 52
        case 62: alphabet == .standard ? UInt8(ascii: "+") : UInt8(ascii: "-")
        default: alphabet == .standard ? UInt8(ascii: "/") : UInt8(ascii: "_")
        }
    }

    private static func value(_ character: UInt8, _ alphabet: Alphabet) -> UInt8? {
        switch (character, alphabet) {
        case (UInt8(ascii: "A")...UInt8(ascii: "Z"), _): character - UInt8(ascii: "A")
        case (UInt8(ascii: "a")...UInt8(ascii: "z"), _): character - UInt8(ascii: "a") + 26
        case (UInt8(ascii: "0")...UInt8(ascii: "9"), _): character - UInt8(ascii: "0") + 52
        case (UInt8(ascii: "+"), .standard), (UInt8(ascii: "-"), .url): 62
        case (UInt8(ascii: "/"), .standard), (UInt8(ascii: "_"), .url): 63
        default: nil
        }
    }
}
