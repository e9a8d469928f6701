// SPDX-License-Identifier: Apache-2.0

/// Our own id of a visitor's click on a partner's link: `tbc_` and 32 hexadecimal digits, which nobody can guess.
public struct ClickID: Sendable, Hashable, CustomStringConvertible {
    /// What every id begins with, so that it is never taken for a platform's.
    public static let prefix = "tbc_"

    /// How many random bytes an id is made of.
    public static let randomCount = 16

    /// The id as text.
    public let text: String

    /// Makes an id of 16 random bytes; `nil` for any other count.
    public init?(random bytes: [UInt8]) {
        guard bytes.count == Self.randomCount else { return nil }
        let digits = Array("0123456789abcdef".utf8)
        let hex = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        text = Self.prefix + String(decoding: hex, as: UTF8.self)
    }

    /// Reads an id, or the value of a cookie that begins with one: `tbc_….1790000000.…`.
    ///
    /// The signature of a cookie is not looked at: to know an id is to have been given it.
    public init?(_ value: String) {
        guard value.hasPrefix(Self.prefix) else { return nil }
        let id = value.utf8.prefix { $0 != UInt8(ascii: ".") }
        let digits = id.dropFirst(Self.prefix.utf8.count)
        let isHex = digits.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
        guard isHex, digits.count == Self.randomCount * 2 else { return nil }
        text = String(Substring(id))
    }

    /// The id as text.
    public var description: String { text }
}
