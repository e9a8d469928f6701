// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryMapping
import TributaryModel
import TributarySigning

/// What ships verifies as what is tested here: every vector and every refusal holds for the mapping files too.
@Suite struct ShippedDeclarationTests {
    @Test(arguments: ShippedMappings.names)
    func `a mapping declares what is tested`(name: String) throws {
        let bytes = try #require(ShippedMappings.mapping(name))
        let declared = try MappingFile(parsing: bytes, file: name).verify
        switch name {
        case "gumroad": #expect(declared == .path)
        case "segment": #expect(declared == .plugin("segment"))
        case "paypal": #expect(declared.header == nil, "its signature covers a checksum, which only code can prove")
        default:
            let tested = try #require(Provider.all.first { $0.name == name }, "no vector tests this provider")
            #expect(declared == (try tested.declaration()))
        }
    }
}
