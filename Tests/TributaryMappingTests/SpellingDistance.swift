// SPDX-License-Identifier: Apache-2.0

@testable import TributaryMapping

/// Reaches the module's own spelling.
enum SpellingDistance {
    static func between(_ first: String, _ second: String) -> Int {
        Spelling.distance(Array(first.utf8), Array(second.utf8))
    }
}
