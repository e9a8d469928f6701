// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryMapping
import TributaryModel
import TributarySigning

@Suite struct ShippedFileTests {
    @Test(arguments: ShippedMappings.names)
    func `every shipped mapping compiles in every profile and passes its own tests`(name: String) throws {
        let mapping = try Mapping.shipped(name)
        #expect(mapping.name == name)
        for profile in mapping.profiles { #expect(try Mapping.shipped(name, profile: profile).profile == profile) }
        for report in mapping.runTests(fixtures: { ShippedMappings.file(name, $0) }) {
            #expect(report.passed, "\(report)")
        }
    }

    @Test(arguments: ShippedMappings.names)
    func `no shipped mapping has a test without its fixture`(name: String) throws {
        let found = try Mapping.shipped(name).file.lint { ShippedMappings.file(name, $0) }
        #expect(!found.hasErrors, "\(found)")
    }

    @Test func `Stripe is at hand`() throws {
        let stripe = try Mapping.stripe
        #expect(stripe.name == "stripe")
        #expect(stripe.verify == .stripe)
        #expect(stripe.contentHash.count == 64)
        #expect(try stripe.events(from: Array(#"{"id": "evt_1", "type": "no.such.type", "created": 1}"#.utf8)).isEmpty)
    }

    @Test func `a name that is not shipped gets a suggestion`() throws {
        let error = try #require(throws: UnknownMapping.self) { try Mapping.shipped("strpe") }
        #expect(error.description.hasPrefix(#"there is no mapping "strpe"; did you mean "stripe"? (shipped: "#))
    }
}
