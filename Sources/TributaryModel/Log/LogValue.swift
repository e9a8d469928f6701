// SPDX-License-Identifier: Apache-2.0

/// What can be given as a field of a log entry.
public protocol LogValue: Sendable {
    /// What is written.
    var logValue: Log.Value { get }
}

extension String: LogValue {
    /// The text itself.
    public var logValue: Log.Value { .text(self) }
}

extension Substring: LogValue {
    /// The text itself.
    public var logValue: Log.Value { .text(String(self)) }
}

extension Int: LogValue {
    /// The number itself.
    public var logValue: Log.Value { .integer(Int64(self)) }
}

extension Int32: LogValue {
    /// The number itself.
    public var logValue: Log.Value { .integer(Int64(self)) }
}

extension Int64: LogValue {
    /// The number itself.
    public var logValue: Log.Value { .integer(self) }
}

extension UInt64: LogValue {
    /// The number; as text where it does not fit 63 bits.
    public var logValue: Log.Value { Int64(exactly: self).map { .integer($0) } ?? .text(String(self)) }
}

extension Bool: LogValue {
    /// The value itself.
    public var logValue: Log.Value { .bool(self) }
}

extension Duration: LogValue {
    /// Whole milliseconds, rounded towards zero.
    public var logValue: Log.Value {
        let (seconds, attoseconds) = components
        return .integer(seconds &* 1000 &+ attoseconds / 1_000_000_000_000_000)
    }
}

extension Timestamp: LogValue {
    /// The text of RFC 3339.
    public var logValue: Log.Value { .text(description) }
}

extension Secret: LogValue {
    /// `<secret>`, should one ever get here.
    public var logValue: Log.Value { .text(description) }
}
