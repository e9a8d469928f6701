// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel

@testable import Tributary

@Suite struct SecretPathTests {
    @Test(arguments: [
        ("0f1e2d3c4b5a69788796a5b4c3d2e1f0", true), ("0F1E2D3C4B5A69788796A5B4C3D2E1F0", true),
        ("kJ2_-9xQwErTyUiOpAsDfG", true), ("kJ2_-9xQwErTyUiOpAsDf", false), ("0f1e2d3c4b5a69788796a5b4c3d2e1f", false),
        ("123456789012345678901234567890123456789", true), ("12345678901234567890123456789012345678", false),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false), ("abcdefgabcdefgabcdefgxyzxy-", true),
        ("gumroad", false), ("", false), ("0f1e2d3c4b5a69788796a5b4c3d2e1f/", false),
        ("0f1e2d3c4b5a69788796a5b4c3d2e1f%20", false), ("0f1e2d3c4b5a69788796a5b4c3d2e1f ", false),
        ("0f1e2d3c4b5a69788796a5b4c3d2e1fé", false), (String(repeating: "0123456789abcdef", count: 8), true),
        (String(repeating: "0123456789abcdef", count: 8) + "0", false),
    ])
    func `a path must be able to hold 128 bits and stand in an address`(text: String, isFine: Bool) {
        let problem = SecretPath.problem(with: Secret(text))
        #expect((problem == nil) == isFine, "\(problem ?? "")")
        if let problem, text.count > 5 { #expect(!problem.contains(text)) }
    }

    @Test(
        arguments: [
            (nil, nil, true), ("a", nil, false), (nil, "a", false), ("a", "a", true), ("", "a", false),
            ("b", "a", false),
            ("ab", "a", false), ("A", "a", false), ("", nil, false),
        ] as [(String?, String?, Bool)]
    )
    func `only the whole address is the address`(given: String?, expected: String?, fits: Bool) {
        #expect(SecretPath.fits(given.map { Secret($0) }, expected.map { Secret($0) }) == fits)
    }
}
