// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryMapping
import TributaryModel

@Suite struct ProfileTests {
    private static let text = Sample.text(
        rules: #"""
            [{"id": "a", "profiles": ["checkout"], "on": ["t"], "emit": "customer.created", "key": ["k", "$.id"]},
             {"id": "b", "profiles": ["intent"], "on": ["t"], "emit": "checkout.completed", "key": ["k", "$.id"]},
             {"id": "c", "on": ["both"], "emit": "endpoint.test", "key": ["k", "$.id"]}]
            """#,
        further: #"""
            "profiles": ["checkout", "intent"],
            "ignore": [{"on": ["x"], "profiles": ["intent"], "why": "told elsewhere"}]
            """#
    )

    private static func outcome(_ profile: String?, _ type: String) throws -> MappingOutcome {
        let mapping = try Mapping(parsing: Array(text.utf8), file: "sample.json", profile: profile)
        return try Sample.outcome(mapping, Array(#"{"id": "e", "type": "\#(type)", "created": 1}"#.utf8))
    }

    @Test(arguments: [
        (String?.none, "t", "emitted customer.created"), ("checkout", "t", "emitted customer.created"),
        ("intent", "t", "emitted checkout.completed"), ("intent", "both", "emitted endpoint.test"),
        (nil, "both", "emitted endpoint.test"),
        (nil, "x", "unmapped: no rule or ignore entry names the type x"), ("intent", "x", "ignored: told elsewhere"),
    ])
    func `a profile has its own rules and those of all`(profile: String?, type: String, expected: String) throws {
        #expect(try Self.outcome(profile, type).description == expected)
    }

    @Test func `a profile that the file does not declare is refused`() throws {
        let error = try #require(throws: MappingDiagnostics.self) { try Self.outcome("chekout", "t") }
        #expect(error.items.first?.code == .unknownProfile)
        #expect(error.items.first?.hint == #"did you mean "checkout"?"#)
    }

    @Test func `the types of a profile are known`() throws {
        let mapping = try Mapping(parsing: Array(Self.text.utf8), file: "sample.json", profile: "intent")
        #expect(mapping.plan.mappedTypes == ["both", "t"])
        #expect(mapping.plan.ignoredTypes == ["x"])
        #expect(mapping.profiles == ["checkout", "intent"])
        #expect(mapping.profile == "intent")
    }
}
