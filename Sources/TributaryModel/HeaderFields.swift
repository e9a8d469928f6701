// SPDX-License-Identifier: Apache-2.0

/// The header fields of an HTTP message: ordered, names compared without case, repeated fields kept.
public struct HeaderFields: Sendable, Hashable {
    /// One field line.
    public struct Field: Sendable, Hashable {
        /// The name as it was written.
        public var name: String

        /// The value, without surrounding blanks.
        public var value: String

        /// Creates a field.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// All fields, in order of arrival.
    public private(set) var fields: [Field]

    /// Creates the fields in the given order.
    public init(_ fields: [Field] = []) { self.fields = fields }

    /// Adds a field behind the others, also when one of that name exists.
    public mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Replaces all fields of that name by one.
    public mutating func set(_ name: String, _ value: String) {
        remove(name)
        append(name, value)
    }

    /// Removes all fields of that name.
    public mutating func remove(_ name: String) {
        fields.removeAll { Self.same($0.name, name) }
    }

    /// The values of all fields of that name, in order.
    public func values(_ name: String) -> [String] {
        fields.compactMap { Self.same($0.name, name) ? $0.value : nil }
    }

    /// The value of the first field of that name.
    public subscript(name: String) -> String? {
        fields.first { Self.same($0.name, name) }?.value
    }

    /// Whether two field names are the same: ASCII letters compare without case (RFC 9110 section 5.1).
    public static func same(_ first: String, _ second: String) -> Bool {
        // Byte by byte in place: this is asked for every field of every webhook.
        let (first, second) = (first.utf8.span, second.utf8.span)
        guard first.count == second.count else { return false }
        for index in 0..<first.count where lowered(first[index]) != lowered(second[index]) { return false }
        return true
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}

extension HeaderFields: ExpressibleByDictionaryLiteral {
    /// Fields in the order written.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { Field(name: $0.0, value: $0.1) })
    }
}
