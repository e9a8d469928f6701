// SPDX-License-Identifier: Apache-2.0

/// Shows a text of a webhook where it is surely a name of the provider's, and only its shape where it may be a person's.
///
/// For what is logged and kept of things that nobody has looked at yet: types, API versions, values of enumerations and
/// names of members.
public enum SeenText: Sendable {
    /// The most bytes that are shown.
    public static let bytesMax = 64

    /// The most bytes between two separators, and the most digits in a row: names of things are short, ids are not.
    private static let partMax = 24
    private static let digitsMax = 8

    /// The text itself, or its shape, such as `a text of 9 to 16 bytes`.
    public static func shown(_ text: Span<UInt8>) -> String {
        guard isName(text) else { return shape(ofBytes: text.count) }
        var bytes: [UInt8] = []
        for index in 0..<text.count { bytes.append(text[index]) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text itself, or its shape.
    public static func shown(_ text: String) -> String { shown(text.utf8.span) }

    /// Whether a text looks like a name of the provider's: letters, digits and `_ - . : /`, and neither a number that
    /// could be a telephone's or a card's, nor a token.
    public static func isName(_ text: Span<UInt8>) -> Bool {
        guard (1...bytesMax).contains(text.count) else { return false }
        var (part, digits) = (0, 0)
        var (hasUpper, hasLower, hasDigit) = (false, false, false)
        for index in 0..<text.count {
            digits = 0x30...0x39 ~= text[index] ? digits + 1 : 0
            part += 1
            switch text[index] {
            case 0x30...0x39: hasDigit = true
            case 0x41...0x5A: hasUpper = true
            case 0x61...0x7A: hasLower = true
            case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "/"):
                part = 0
                (hasUpper, hasLower, hasDigit) = (false, false, false)
            default: return false
            }
            guard part <= partMax, digits <= digitsMax else { return false }
            // `cus_NffrFeUfNV2Hib`: what mixes all three at length is dealt by a machine.
            if part >= 10, hasUpper, hasLower, hasDigit { return false }
        }
        return true
    }

    /// The shape of a text, to the next power of two, so that there are few.
    static func shape(ofBytes count: Int) -> String {
        guard count > 1 else { return count == 0 ? "an empty text" : "a text of 1 byte" }
        var most = 2
        while most < count { most *= 2 }
        return most == 2 ? "a text of 2 bytes" : "a text of \(most / 2 + 1) to \(most) bytes"
    }
}
