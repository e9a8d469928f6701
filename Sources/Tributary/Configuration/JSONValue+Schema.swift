// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Parts of the configuration's JSON Schema.
extension JSONValue {
    static let textSchema: JSONValue = ["type": "string", "minLength": 1]

    static let textsSchema: JSONValue = ["type": "array", "items": textSchema]

    /// Something in `$defs`.
    static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/$defs/" + name)] }

    static func choiceSchema<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) -> JSONValue
    where Choice.RawValue == String {
        ["enum": .array(Choice.allCases.map { .string($0.rawValue) })]
    }

    /// A closed object.
    static func objectSchema<Owner>(_ settings: [Setting<Owner>]) -> JSONValue {
        [
            "type": "object", "additionalProperties": false,
            "properties": .object(settings.map { .init($0.name, $0.schema) }),
        ]
    }

    /// An object whose members' names are the operator's.
    static func namedSchema(_ element: JSONValue) -> JSONValue {
        ["type": "object", "propertyNames": ["pattern": "^[a-z0-9_-]{1,64}$"], "additionalProperties": element]
    }

    /// The schema with what people want to know.
    func described(_ about: String, default fallback: JSONValue? = nil) -> JSONValue {
        var members = about.isEmpty ? [] : [Member("description", .string(about))]
        members += self.members ?? []
        if let fallback { members.append(Member("default", fallback)) }
        return .object(members)
    }
}
