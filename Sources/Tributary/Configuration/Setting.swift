// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// One setting: what it is called, what it takes and means, and where its value goes.
///
/// The reader and the schema are both made of these, so that they cannot disagree.
struct Setting<Owner> {
    /// Reads a value at a place and puts it where it belongs, or notes what is wrong with it.
    typealias Read = (JSONValue, String, inout Owner, inout ConfigurationReader) -> Void

    /// The member's name.
    let name: String

    /// JSON Schema of the value, with description and default.
    let schema: JSONValue

    /// Reads the value.
    let read: Read

    init(_ name: String, _ about: String, schema: JSONValue, default fallback: JSONValue? = nil, read: @escaping Read) {
        self.name = name
        self.schema = schema.described(about, default: fallback)
        self.read = read
    }
}

extension Setting {
    static func text(
        _ name: String,
        _ about: String,
        into path: WritableKeyPath<Owner, String>,
        default fallback: String? = nil
    ) -> Setting {
        Setting(name, about, schema: .textSchema, default: fallback.map(JSONValue.string)) {
            value,
            place,
            owner,
            reader in
            if let text = reader.text(value, at: place) { owner[keyPath: path] = text }
        }
    }

    static func text(_ name: String, _ about: String, into path: WritableKeyPath<Owner, String?>) -> Setting {
        Setting(name, about, schema: .textSchema) { value, place, owner, reader in
            if let text = reader.text(value, at: place) { owner[keyPath: path] = text }
        }
    }

    static func bool(
        _ name: String,
        _ about: String,
        into path: WritableKeyPath<Owner, Bool>,
        default fallback: Bool = false
    ) -> Setting {
        Setting(name, about, schema: ["type": "boolean"], default: .bool(fallback)) { value, place, owner, reader in
            guard let bool = value.bool else { return reader.note(place, "expected true or false") }
            owner[keyPath: path] = bool
        }
    }

    static func integer(
        _ name: String,
        _ about: String,
        into path: WritableKeyPath<Owner, Int>,
        in bounds: ClosedRange<Int>,
        default fallback: Int
    ) -> Setting {
        let schema: JSONValue = [
            "type": "integer", "minimum": .integer(bounds.lowerBound), "maximum": .integer(bounds.upperBound),
        ]
        return Setting(name, about, schema: schema, default: .integer(fallback)) { value, place, owner, reader in
            guard let number = value.int64.flatMap({ Int(exactly: $0) }), bounds.contains(number) else {
                let message = "expected a whole number from \(bounds.lowerBound) to \(bounds.upperBound)"
                return reader.note(place, message)
            }
            owner[keyPath: path] = number
        }
    }

    static func duration(
        _ name: String,
        _ about: String,
        into path: WritableKeyPath<Owner, Duration>,
        default fallback: Duration
    ) -> Setting {
        let shown = JSONValue.string(fallback.configurationText)
        return Setting(name, about, schema: .reference("duration"), default: shown) { value, place, owner, reader in
            guard let duration = value.string.flatMap(Duration.init(configurationText:)) else {
                return reader.note(place, "expected a time such as \"30s\", \"15m\", \"12h\" or \"90d\"")
            }
            owner[keyPath: path] = duration
        }
    }

    static func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String,
        _ about: String,
        into path: WritableKeyPath<Owner, Choice>,
        default fallback: Choice
    ) -> Setting where Choice.RawValue == String {
        let schema = JSONValue.choiceSchema(Choice.self)
        return Setting(name, about, schema: schema, default: .string(fallback.rawValue)) {
            value,
            place,
            owner,
            reader in
            if let choice: Choice = reader.choice(value, at: place) { owner[keyPath: path] = choice }
        }
    }

    /// An object whose members are settings of the same owner.
    static func group(_ name: String, _ about: String, _ settings: [Setting]) -> Setting {
        Setting(name, about, schema: .objectSchema(settings)) { value, place, owner, reader in
            reader.object(value, at: place, settings, into: &owner)
        }
    }

    /// An object whose members' names are the operator's, each with an object of the same settings.
    static func named<Element>(
        _ name: String,
        _ about: String,
        _ settings: [Setting<Element>],
        into path: WritableKeyPath<Owner, [Element]>,
        make: @escaping (String) -> Element
    ) -> Setting {
        let schema = JSONValue.namedSchema(.objectSchema(settings))
        return Setting(name, about, schema: schema) { value, place, owner, reader in
            reader.named(value, at: place) { name, value, place, reader in
                var element = make(name)
                reader.object(value, at: place, settings, into: &element)
                owner[keyPath: path].append(element)
            }
        }
    }
}
