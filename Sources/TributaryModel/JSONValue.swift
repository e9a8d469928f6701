// SPDX-License-Identifier: Apache-2.0

/// A small JSON value that is built or taken apart by hand: configuration, platform calls and answers, events.
///
/// Webhook bodies are never turned into this type; they are walked in place, see `JSONDocument` in TributaryJSON.
/// Numbers keep their text, so that money and ids never pass through a `Double`.
public enum JSONValue: Sendable, Hashable {
    /// The literal `null`.
    case null

    /// `true` or `false`.
    case bool(Bool)

    /// A number, as the text that stands (or shall stand) in the JSON, for example `99.90`.
    case number(String)

    /// A string, unescaped.
    case string(String)

    /// An array, in order.
    case array([JSONValue])

    /// An object; members keep their order, names are unique.
    case object([Member])

    /// One name and value of an object.
    public struct Member: Sendable, Hashable {
        /// The member's name, unescaped.
        public var name: String

        /// The member's value.
        public var value: JSONValue

        /// Creates a member.
        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// A whole number.
    public static func integer(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }
}

extension JSONValue {
    /// The members, when this is an object.
    public var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The elements, when this is an array.
    public var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The text, when this is a string.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The Boolean, when this is one.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The text of the number, when this is one.
    public var numberText: String? {
        if case .number(let text) = self { text } else { nil }
    }

    /// The integer, when this is a number written as one: `12`, not `12.0` and not `"12"`.
    public var int64: Int64? {
        if case .number(let text) = self { Int64(text) } else { nil }
    }

    /// Whether this is `null`.
    public var isNull: Bool { self == .null }

    /// A string's text, or a number's text: what an id looks like, whichever way a platform writes it.
    public var idText: String? {
        switch self {
        case .string(let text) where !text.isEmpty: text
        case .number(let text): text
        case .null, .bool, .string, .array, .object: nil
        }
    }

    /// The member of that name; `nil` where there is none or this is not an object.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The element at that position; `nil` outside the bounds or where this is not an array.
    public subscript(position: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(position) else { return nil }
        return elements[position]
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }

    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// A whole number.
    public init(integerLiteral value: Int64) { self = .number(String(value)) }

    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// An object, members in the order written.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}
