// SPDX-License-Identifier: Apache-2.0

/// An instant in UTC, to the millisecond.
///
/// Providers state times as Unix seconds, Unix milliseconds or RFC 3339 text; all three become this one
/// value, without Foundation's `Date` and its binary fractions. Range: years 0000 to 9999.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970-01-01T00:00:00Z; negative before it.
    public var unixMilliseconds: Int64

    /// Creates an instant from milliseconds since the Unix epoch.
    public init(unixMilliseconds: Int64) { self.unixMilliseconds = unixMilliseconds }

    /// Creates an instant from whole seconds since the Unix epoch.
    public init(unixSeconds: Int64) { unixMilliseconds = unixSeconds &* 1000 }

    /// Whole seconds since the Unix epoch, rounded towards the past.
    public var unixSeconds: Int64 {
        let (quotient, remainder) = unixMilliseconds.quotientAndRemainder(dividingBy: 1000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// Orders instants from past to future.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.unixMilliseconds < rhs.unixMilliseconds }

    /// The instant that lies `duration` after this one; fractions of a millisecond are dropped.
    public func advanced(by duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        return Timestamp(
            unixMilliseconds: unixMilliseconds &+ seconds &* 1000 &+ attoseconds / 1_000_000_000_000_000
        )
    }

    /// The time that passed since another instant; negative when that one lies later.
    public func since(_ other: Timestamp) -> Duration {
        .milliseconds(unixMilliseconds - other.unixMilliseconds)
    }

    static let millisecondsPerDay: Int64 = 86_400_000
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC, `2026-11-21T08:30:00Z`; milliseconds only when there are any.
    public var description: String {
        var days = unixMilliseconds / Self.millisecondsPerDay
        var rest = unixMilliseconds % Self.millisecondsPerDay
        if rest < 0 {
            rest += Self.millisecondsPerDay
            days -= 1
        }
        let (year, month, day) = Self.civil(daysSinceEpoch: days)
        let seconds = rest / 1000
        var text = Self.padded(year, to: 4) + "-" + Self.padded(month, to: 2) + "-" + Self.padded(day, to: 2)
        text += "T" + Self.padded(seconds / 3600, to: 2) + ":" + Self.padded(seconds / 60 % 60, to: 2)
        text += ":" + Self.padded(seconds % 60, to: 2)
        if rest % 1000 != 0 { text += "." + Self.padded(rest % 1000, to: 3) }
        return text + "Z"
    }

    private static func padded(_ value: Int64, to width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension Timestamp {
    /// Reads RFC 3339 text; fractions beyond milliseconds are dropped.
    ///
    /// Accepts `2026-11-21T08:30:00Z`, a lower-case `t` or `z`, a blank instead of `T`, any fraction and a numeric
    /// offset (`+05:30`, `+0530`). A leap second counts as the second before it.
    ///
    /// The result is `nil` when the text is not such a time or names a day that does not exist.
    ///
    /// - Parameter text: The whole text; nothing may precede or follow the time.
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        var reader = DigitReader(bytes: bytes)
        guard let year = reader.number(digits: 4), reader.skip("-"),
            let month = reader.number(digits: 2), (1...12).contains(month), reader.skip("-"),
            let day = reader.number(digits: 2), (1...Self.daysIn(month: month, year: year)).contains(day),
            reader.skip("T", "t", " "),
            let hour = reader.number(digits: 2), hour <= 23, reader.skip(":"),
            let minute = reader.number(digits: 2), minute <= 59, reader.skip(":"),
            let second = reader.number(digits: 2), second <= 60
        else { return nil }
        var milliseconds: Int64 = 0
        if reader.skip(".", ",") {
            guard let fraction = reader.fractionInMilliseconds() else { return nil }
            milliseconds = fraction
        }
        guard let offset = reader.offsetInMinutes(), reader.isAtEnd else { return nil }
        let days = Self.daysSinceEpoch(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + (minute - offset) * 60 + min(second, 59)
        self.init(unixMilliseconds: seconds * 1000 + milliseconds)
    }

    /// Days since 1970-01-01 to a proleptic Gregorian date, both ways.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"; eras of 400 years that begin in March.
    private static func civil(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func daysIn(month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// Walks the ASCII text of a time from left to right.
private struct DigitReader {
    let bytes: [UInt8]
    var position = 0

    var isAtEnd: Bool { position == bytes.count }

    mutating func digit() -> Int64? {
        guard position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) else {
            return nil
        }
        defer { position += 1 }
        return Int64(bytes[position] - UInt8(ascii: "0"))
    }

    mutating func number(digits: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    mutating func skip(_ alternatives: Unicode.Scalar...) -> Bool {
        guard position < bytes.count, alternatives.contains(Unicode.Scalar(bytes[position])) else { return false }
        position += 1
        return true
    }

    mutating func fractionInMilliseconds() -> Int64? {
        guard let first = digit() else { return nil }
        var value = first * 100
        var weight: Int64 = 10
        while let next = digit() {
            value += next * weight
            weight /= 10
        }
        return value
    }

    mutating func offsetInMinutes() -> Int64? {
        if skip("Z", "z") { return 0 }
        let sign: Int64
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = number(digits: 2), hours <= 23 else { return nil }
        _ = skip(":")
        guard let minutes = number(digits: 2), minutes <= 59 else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
