// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// The fields of an event, side by side with another's.
struct EventFields {
    /// A field and the position of the line in which it stands.
    struct Place: Hashable, Comparable {
        /// The field as mapping files name it, whatever the position: `lines[*].total.amount`.
        let name: String
        let position: Int

        static func < (a: Place, b: Place) -> Bool { (a.name, a.position) < (b.name, b.position) }
    }

    /// The values as JSON text.
    private(set) var values: [Place: String] = [:]

    init(_ event: Event) {
        for member in event.cloudEvent.members ?? [] {
            switch member.name {
            case "data": for field in member.value.members ?? [] { add(field.value, field.name, 0) }
            case "subject": add(member.value, "key", 0)
            default: add(member.value, member.name, 0)
            }
        }
    }

    private mutating func add(_ value: JSONValue, _ name: String, _ position: Int) {
        switch value {
        case .object(let members) where !Self.wholes.contains(name):
            for member in members { add(member.value, "\(name).\(member.name)", position) }
        case .array(let elements) where !Self.wholes.contains(name):
            for (position, element) in elements.enumerated() { add(element, name + "[*]", position) }
        case .null, .bool, .number, .string, .array, .object: values[Place(name: name, position: position)] = value.text
        }
    }

    /// Compared in one piece: their members are the webhook's own words, as many as there are webhooks.
    private static let wholes: Set<String> = ["aliases", "attribution.params"]
}
