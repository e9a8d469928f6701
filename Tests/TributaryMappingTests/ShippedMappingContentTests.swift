// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryMapping

/// Every shipped mapping is held to its own tests.
@Suite struct ShippedMappingContentTests {
    private func file(_ name: String) throws -> MappingFile {
        try MappingFile(parsing: #require(ShippedMappings.mapping(name)), file: "Mappings/\(name)/\(name).json")
    }

    @Test(arguments: ShippedMappings.names)
    func `a shipped mapping compiles and leaves the linter nothing to say`(name: String) throws {
        let file = try file(name)
        #expect(file.provider == name)
        #expect(file.lint { ShippedMappings.file(name, $0) }.items.map(\.description) == [])
    }

    @Test(arguments: ShippedMappings.names)
    func `every test of a shipped mapping holds`(name: String) throws {
        let reports = try file(name).runTests { ShippedMappings.file(name, $0) }
        #expect(!reports.isEmpty)
        for report in reports { #expect(report.passed, "\(report)") }
    }
}
