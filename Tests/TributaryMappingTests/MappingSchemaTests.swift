// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON
import TributaryModel

@testable import TributaryMapping

/// The schema is written by hand for editors; what it lists must be what the compiler and the model know.
@Suite struct MappingSchemaTests {
    private let schema: JSONValue

    init() throws { schema = try JSONValue(parsing: ShippedMappings.schema) }

    private func names(_ value: JSONValue?) -> Set<String> { Set((value?.members ?? []).map(\.name)) }

    private func texts(_ value: JSONValue?) -> Set<String> { Set((value?.elements ?? []).compactMap(\.string)) }

    private func definition(_ name: String) throws -> JSONValue { try #require(schema["$defs"]?[name]) }

    @Test func `it lists the model's kinds`() throws {
        #expect(try texts(definition("kind")["enum"]) == Set(EventKind.allCases.map(\.rawValue)))
    }

    @Test func `it lists the model's phases and intervals`() throws {
        let phases = try texts(definition("phase_const")["properties"]?["const"]?["enum"])
        #expect(phases == Set(Phase.allCases.map(\.rawValue)))
        let intervals = try texts(definition("interval_const")["properties"]?["const"]?["enum"])
        #expect(intervals == Set(Subscription.Interval.allCases.map(\.rawValue)))
    }

    @Test func `it lists the targets of a rule and of a line`() throws {
        #expect(try names(definition("set")["properties"]) == Set(Target.byName.keys))
        let lines = try definition("lines")["properties"]?["set"]?["properties"]
        #expect(names(lines) == Set(LineTarget.allCases.map(\.rawValue)))
    }

    @Test func `it describes every operator with exactly its keys`() throws {
        var described: [String: Set<String>] = [:]
        for definition in try #require(schema["$defs"]?.members) {
            let properties = names(definition.value["properties"])
            guard
                let operation = Operator.allCases.first(where: {
                    texts(definition.value["required"]).contains($0.rawValue)
                }),
                !["rule", "ignore", "test", "event", "attach", "key_first"].contains(definition.name)
            else { continue }
            #expect(properties == Set(operation.keys), "\(definition.name)")
            described[operation.rawValue] = properties
        }
        #expect(Set(described.keys) == Set(Operator.allCases.map(\.rawValue)))
    }

    @Test func `every object is closed and every key is described`() throws {
        var open: [String] = []
        check(schema, at: "", &open)
        #expect(open == [])
    }

    /// Collects the places of objects with `properties` that are open or have an undescribed key.
    private func check(_ value: JSONValue, at place: String, _ found: inout [String]) {
        for (index, element) in (value.elements ?? []).enumerated() { check(element, at: "\(place)/\(index)", &found) }
        guard let members = value.members else { return }
        // Inside these stand conditions and data, not descriptions of keys.
        for member in members where !["if", "then", "examples", "default", "enum"].contains(member.name) {
            check(member.value, at: "\(place)/\(member.name)", &found)
        }
        guard let properties = value["properties"]?.members, value["type"] != nil else { return }
        if value["additionalProperties"]?.bool != false { found.append(place) }
        for property in properties where property.value["description"] == nil && property.value["$ref"] == nil {
            found.append("\(place)/\(property.name)")
        }
    }
}
