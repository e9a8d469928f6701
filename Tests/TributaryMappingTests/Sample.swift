// SPDX-License-Identifier: Apache-2.0

import Foundation
import TributaryMapping
import TributaryModel

/// Small mappings and bodies, put together from the part that a test is about.
enum Sample {
    static let envelope = #"{"id": "$.id", "type": "$.type", "time": {"unix": "$.created"}}"#

    /// A mapping of the type `t`, with whatever a test wants instead of the usual members.
    static func mapping(
        event: String = envelope,
        rules: String = "[]",
        further: String = ""
    ) throws -> Mapping {
        try Mapping(parsing: Array(text(event: event, rules: rules, further: further).utf8), file: "sample.json")
    }

    static func text(event: String = envelope, rules: String = "[]", further: String = "") -> String {
        """
        {"mapping": 1, "provider": "sample", "version": "1.0.0", "verify": {"scheme": "none"},
         "event": \(event), "rules": \(rules)\(further.isEmpty ? "" : ", " + further)}
        """
    }

    /// A rule that takes every `t` and fills targets from the member `o`.
    static func rule(_ set: String, emit: String = "customer.created", further: String = "") -> String {
        """
        [{"id": "r", "on": ["t"], "at": "$.o", "emit": "\(emit)", "key": ["k", "$.id"], "set": {\(set)}
          \(further.isEmpty ? "" : ", " + further)}]
        """
    }

    /// A body of the type `t` with a member `o`.
    static func body(_ object: String, further: String = "") -> [UInt8] {
        Array(
            #"{"id": "e1", "type": "t", "created": 1700000000, "o": \#(object)\#(further.isEmpty ? "" : ", " + further)}"#
                .utf8
        )
    }

    /// The outcome of a body under a mapping.
    static func outcome(
        _ mapping: Mapping,
        _ body: [UInt8],
        headers: HeaderFields = [:]
    ) throws -> MappingOutcome {
        let received = Timestamp(rfc3339: "2026-11-21T08:30:00.25Z")
        let results = try mapping.results(from: body, headers: headers, received: received)
        guard let first = results.first, results.count == 1 else { throw Unexpected(count: results.count) }
        return first.outcome
    }

    struct Unexpected: Error {
        let count: Int
    }
}
