// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON
import TributaryModel

@testable import TributaryWorkshop

/// Samples in the shape of a provider, and what must be read out of them.
struct ScaffoldCase: Sendable, CustomTestStringConvertible {
    var name: String
    var samples: [(name: String, text: String)]
    var headers: HeaderFields = [:]
    /// JSON by place in the mapping; `rules/ID/set/total` finds a rule by its id.
    var expected: [(place: String, json: String)]
    /// What becomes of the samples, in order.
    var outcomes: [String]

    var testDescription: String { name }

    func scaffold() throws -> Scaffold {
        try Scaffold(
            name: name,
            samples: samples.map { ScaffoldSample(name: $0.name, bytes: Array($0.text.utf8)) },
            headers: headers
        )
    }

    /// The part of a mapping at a place.
    static func part(_ place: String, of mapping: JSONValue) -> JSONValue? {
        var value: JSONValue? = mapping
        for name in place.split(separator: "/").map(String.init) {
            value = value?.elements?.first { $0["id"]?.string == name } ?? value?[name]
        }
        return value
    }
}
