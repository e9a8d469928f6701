// SPDX-License-Identifier: Apache-2.0

/// Bytes as hexadecimal digits (RFC 4648 section 8), lower case when written.
public enum Hex: Sendable {
    /// Two lower-case digits for each byte.
    public static func encode(_ bytes: Span<UInt8>) -> String {
        var text = [UInt8](repeating: 0, count: bytes.count * 2)
        var target = text.mutableSpan
        write(bytes, to: &target)
        return String(decoding: text, as: UTF8.self)
    }

    /// Two lower-case digits for each byte.
    public static func encode(_ bytes: [UInt8]) -> String { encode(bytes.span) }

    /// The bytes of digits in either case; `nil` for an odd number of digits or anything that is not a digit.
    public static func decode(_ text: String) -> [UInt8]? { decode(Array(text.utf8)) }

    /// The bytes of digits in either case; `nil` for an odd number of digits or anything that is not a digit.
    public static func decode(_ digits: [UInt8]) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    /// Writes the digits to the front of `target`, which must have room for two for each byte.
    static func write(_ bytes: Span<UInt8>, to target: inout MutableSpan<UInt8>) {
        for index in 0..<bytes.count {
            target[index * 2] = digit(bytes[index] >> 4)
            target[index * 2 + 1] = digit(bytes[index] & 15)
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
