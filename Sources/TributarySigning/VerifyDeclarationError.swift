// SPDX-License-Identifier: Apache-2.0

/// Why a `verify` object is not a declaration; holds every problem, not only the first.
public struct VerifyDeclarationError: Error, Sendable, Hashable {
    /// The sort of a problem, stable across releases.
    @nonexhaustive public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The object has a key that is not part of the language.
        case unknownKey
        /// A key that must be there is not.
        case missingKey
        /// The value is of another JSON type than expected.
        case wrongType
        /// The text is none of the allowed words.
        case unknownValue
        /// HTTP does not allow the text as a field name.
        case badHeaderName
        /// The value is out of bounds.
        case badValue
        /// Two parts do not fit together.
        case contradiction
    }

    /// One thing that must be mended.
    public struct Problem: Sendable, Hashable {
        /// The sort of the problem.
        public var code: Code

        /// RFC 6901 pointer to the place, for example `/verify/header`.
        public var pointer: String

        /// What is wrong and what to write instead.
        public var message: String

        /// The known word that was probably meant.
        public var suggestion: String?

        /// Creates a problem.
        public init(_ code: Code, at pointer: String, _ message: String, suggestion: String? = nil) {
            self.code = code
            self.pointer = pointer
            self.message = message
            self.suggestion = suggestion
        }
    }

    /// All problems, in the order in which they were found; never empty.
    public var problems: [Problem]

    /// Creates an error of one or more problems.
    public init(_ problems: [Problem]) { self.problems = problems }
}

extension VerifyDeclarationError.Problem: CustomStringConvertible {
    /// Place, code and remedy.
    public var description: String {
        "\(pointer.isEmpty ? "/" : pointer): \(code.rawValue): \(message)"
            + (suggestion.map { "; did you mean \"\($0)\"?" } ?? "")
    }
}

extension VerifyDeclarationError: CustomStringConvertible {
    /// One line for each problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
