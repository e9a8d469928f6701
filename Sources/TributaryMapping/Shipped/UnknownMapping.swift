// SPDX-License-Identifier: Apache-2.0

/// A name that no shipped mapping has.
public struct UnknownMapping: Error, Sendable, Hashable, CustomStringConvertible {
    /// The name that was asked for.
    public let name: String

    /// The names that there are.
    public let known: [String]

    /// The name, what was probably meant, and all names.
    public var description: String {
        let question = Spelling.question(name, in: known).map { "; \($0)" } ?? ""
        return "there is no mapping \"\(name)\"\(question) (shipped: \(known.joined(separator: ", ")))"
    }
}
