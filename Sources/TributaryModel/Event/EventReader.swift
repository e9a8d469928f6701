// SPDX-License-Identifier: Apache-2.0

/// The reason why a JSON object is not an event.
public struct EventFormatError: Error, Sendable, Hashable, CustomStringConvertible {
    /// RFC 6901 pointer to the place, for example `/data/total/currency`.
    public var place: String

    /// What should stand there, in words.
    public var expected: String

    init(at place: String, expected: String) {
        self.place = place
        self.expected = expected
    }

    /// `/data/total/currency: expected an ISO 4217 code`.
    public var description: String { "\(place.isEmpty ? "/" : place): expected \(expected)" }
}

/// Reads one object of an event's JSON form, and knows where it stands.
struct EventReader {
    let members: [JSONValue.Member]
    let place: String

    init(_ value: JSONValue, at place: String) throws(EventFormatError) {
        guard let members = value.members else { throw EventFormatError(at: place, expected: "an object") }
        self.members = members
        self.place = place
    }

    func allow(_ names: [String]) throws(EventFormatError) {
        for member in members where !names.contains(member.name) {
            throw EventFormatError(at: place + "/" + member.name, expected: "nothing: the model has no such member")
        }
    }

    private func find(_ name: String) -> JSONValue? {
        members.first { $0.name == name }?.value
    }

    func text(_ name: String) throws(EventFormatError) -> String {
        guard let text = try optionalText(name) else {
            throw EventFormatError(at: place + "/" + name, expected: "a text")
        }
        return text
    }

    func optionalText(_ name: String) throws(EventFormatError) -> String? {
        guard let value = find(name) else { return nil }
        guard let text = value.string else { throw EventFormatError(at: place + "/" + name, expected: "a text") }
        return text
    }

    func optionalBool(_ name: String) throws(EventFormatError) -> Bool? {
        guard let value = find(name) else { return nil }
        guard let bool = value.bool else { throw EventFormatError(at: place + "/" + name, expected: "true or false") }
        return bool
    }

    func optionalInteger(_ name: String) throws(EventFormatError) -> Int64? {
        guard let value = find(name) else { return nil }
        guard let integer = value.int64 else {
            throw EventFormatError(at: place + "/" + name, expected: "a whole number")
        }
        return integer
    }

    func optionalMoney(_ name: String) throws(EventFormatError) -> Money? {
        guard let object = try optionalObject(name) else { return nil }
        try object.allow(["amount", "currency"])
        guard let currency = Currency(try object.text("currency")) else {
            throw EventFormatError(at: object.place + "/currency", expected: "an ISO 4217 code")
        }
        do {
            return try Money(decimal: try object.text("amount"), shiftedBy: Int(currency.exponent), currency)
        } catch let error as EventFormatError {
            throw error
        } catch {
            throw EventFormatError(
                at: object.place + "/amount",
                expected: "a decimal text with at most \(currency.exponent) decimals that fits into 64 bits"
            )
        }
    }

    func object(_ name: String) throws(EventFormatError) -> EventReader {
        guard let object = try optionalObject(name) else {
            throw EventFormatError(at: place + "/" + name, expected: "an object")
        }
        return object
    }

    func optionalObject(_ name: String) throws(EventFormatError) -> EventReader? {
        guard let value = find(name) else { return nil }
        return try EventReader(value, at: place + "/" + name)
    }

    func array(_ name: String) throws(EventFormatError) -> [JSONValue] {
        guard let value = find(name) else { return [] }
        guard let elements = value.elements else {
            throw EventFormatError(at: place + "/" + name, expected: "an array")
        }
        return elements
    }

    func parameters(_ name: String) throws(EventFormatError) -> [Attribution.Parameter] {
        guard let object = try optionalObject(name) else { return [] }
        var parameters: [Attribution.Parameter] = []
        for member in object.members { parameters.append(.init(member.name, try object.text(member.name))) }
        return parameters
    }
}

/// Collects the members of an object, leaving out what is not known.
struct ObjectBuilder {
    private var members: [JSONValue.Member] = []

    var value: JSONValue { .object(members) }
    var valueUnlessEmpty: JSONValue? { members.isEmpty ? nil : .object(members) }

    mutating func add(_ name: String, _ value: JSONValue?) {
        if let value { members.append(.init(name, value)) }
    }

    mutating func add(_ name: String, _ text: String?) { add(name, text.map(JSONValue.string)) }

    mutating func add(_ name: String, _ elements: [JSONValue]) {
        if !elements.isEmpty { add(name, .array(elements)) }
    }
}
