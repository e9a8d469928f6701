// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// What stands at one place in all samples together.
struct Field: Sendable {
    let place: Place

    /// Everything found there that is neither null nor an empty text.
    var values: [JSONValue] = []

    /// How often it was null or an empty text.
    var emptyCount = 0

    /// In how many samples the place exists.
    var sampleCount = 0

    /// The last of the samples that has it.
    fileprivate var lastSample = -1

    /// The member's name in lower-case words joined by `_`.
    var plainName: String { Words.plain(place.name) }

    /// The values that are texts or numbers, as texts.
    var texts: [String] { values.compactMap(\.idText) }

    /// Whether something is there and all of it is a text, number or Boolean.
    var isScalar: Bool {
        !values.isEmpty && values.allSatisfy { $0.members == nil && $0.elements == nil }
    }

    /// Whether something is there and all of it is a text or number.
    var isText: Bool { !values.isEmpty && values.allSatisfy { $0.idText != nil } }

    /// Whether an object is there.
    var hasObject: Bool { values.contains { $0.members != nil } }

    /// Whether all values are numbers, or texts that are numbers.
    var isNumeric: Bool {
        !values.isEmpty && values.allSatisfy { $0.idText.map { Micro($0) != nil } ?? false }
    }
}

/// A number to calculate with, exact to the millionth.
struct Micro: Sendable, Hashable {
    let value: Int64

    init?(_ text: String) {
        let bytes = Array(text.utf8)
        do throws(Money.ReadingError) {
            value = try Money.minorUnits(bytes.span, shift: 6)
        } catch {
            return nil
        }
    }
}

/// All places of some samples, in the order in which they were first met.
struct Inventory: Sendable {
    /// Deeper than this nothing is looked at.
    static let depthMax = 12

    /// Places beyond this number are not looked at.
    static let fieldsMax = 2000

    private(set) var fields: [Field] = []
    /// Those that hold currencies, found once because every amount asks for its own.
    private(set) var currencies: [Field] = []
    private var positions: [Place: Int] = [:]

    init(_ samples: [JSONValue]) {
        for (number, sample) in samples.enumerated() { add(sample, .root, number) }
        currencies = fields.filter { field in
            MoneyNames.isCurrency(field) || MoneyNames.isCurrency(field, besides: fields)
        }
    }

    subscript(place: Place) -> Field? { positions[place].map { fields[$0] } }

    /// The places below another, that itself left out.
    func below(_ place: Place) -> [Field] { fields.filter { $0.place.isBelow(place) } }

    private mutating func add(_ value: JSONValue, _ place: Place, _ sample: Int) {
        guard place.depth <= Self.depthMax else { return }
        if let position = positions[place] {
            note(value, position, sample)
        } else {
            guard fields.count < Self.fieldsMax else { return }
            positions[place] = fields.count
            fields.append(Field(place: place))
            note(value, fields.count - 1, sample)
        }
        for member in value.members ?? [] { add(member.value, place.member(member.name), sample) }
        for element in value.elements ?? [] { add(element, place.appending(.element), sample) }
    }

    private mutating func note(_ value: JSONValue, _ position: Int, _ sample: Int) {
        if fields[position].lastSample != sample {
            fields[position].lastSample = sample
            fields[position].sampleCount += 1
        }
        if value.isNull || value.string == "" {
            fields[position].emptyCount += 1
        } else {
            fields[position].values.append(value)
        }
    }
}
