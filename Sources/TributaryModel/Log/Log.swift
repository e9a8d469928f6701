// SPDX-License-Identifier: Apache-2.0

/// Where a part of the program writes what it does: a level, a writer, and fields that every entry carries.
///
///     log(.info, "Rejected delivery", ["delivery.id": id, "reason": code])
///
/// The message is a constant sentence, whatever varies is a field with a dotted name. No body, header, e-mail or
/// secret is a field. Entries below ``level`` cost one comparison; their fields are not even computed.
public struct Log: Sendable {
    /// How much an entry matters.
    public enum Level: Int, Sendable, Hashable, Comparable, CaseIterable {
        /// What a developer of this program wants to see.
        case debug
        /// What happens in regular operation.
        case info
        /// Something that an operator should know, such as a retry.
        case notice
        /// Something that needs attention before it becomes an error.
        case warning
        /// Something that failed for good.
        case error

        /// Orders levels from unimportant to important.
        public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

        /// The word in lower case, as in configuration and entries.
        public var name: String { String(describing: self) }

        /// Reads the word.
        public init?(name: String) {
            guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
            self = level
        }
    }

    /// One name and value of an entry.
    public struct Field: Sendable, Hashable {
        /// Dotted and in lower case, such as `delivery.id`.
        public var name: String

        /// What is written.
        public var value: Value

        /// Creates a field.
        public init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// What can stand in a field.
    public enum Value: Sendable, Hashable {
        /// A text; writers escape control characters.
        case text(String)
        /// A whole number.
        case integer(Int64)
        /// `true` or `false`.
        case bool(Bool)
    }

    /// Takes one entry; called from any thread and expected to be quick.
    public typealias Writer = @Sendable (Entry) -> Void

    /// What a writer gets.
    public struct Entry: Sendable, Hashable {
        /// How much it matters.
        public var level: Level

        /// The constant sentence.
        public var message: String

        /// The log's own fields, then the entry's.
        public var fields: [Field]

        /// Creates an entry.
        public init(level: Level, message: String, fields: [Field] = []) {
            self.level = level
            self.message = message
            self.fields = fields
        }
    }

    /// Entries below it are dropped.
    public var level: Level

    private var fields: [Field] = []
    private let writer: Writer

    /// Creates a log.
    public init(level: Level = .info, writer: @escaping Writer) {
        self.level = level
        self.writer = writer
    }

    /// A log that writes nothing.
    public static let silent = Log(level: .error) { _ in }

    /// The same log, with further fields on every entry.
    public func with(_ fields: KeyValuePairs<String, any LogValue>) -> Log {
        var copy = self
        copy.fields.append(contentsOf: Self.fields(fields))
        return copy
    }

    /// Writes an entry, when its level is high enough.
    public func callAsFunction(
        _ level: Level,
        _ message: StaticString,
        _ fields: @autoclosure () -> KeyValuePairs<String, any LogValue> = [:]
    ) {
        guard level >= self.level else { return }
        writer(Entry(level: level, message: message.description, fields: self.fields + Self.fields(fields())))
    }

    private static func fields(_ pairs: KeyValuePairs<String, any LogValue>) -> [Field] {
        pairs.map { Field($0.key, $0.value.logValue) }
    }
}
