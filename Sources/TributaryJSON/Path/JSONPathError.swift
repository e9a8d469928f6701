// SPDX-License-Identifier: Apache-2.0

/// Why a JSONPath expression is refused, or why its evaluation ended early.
///
/// Holds no content of a document, only of the expression, so that it may be logged.
public struct JSONPathError: Error, Sendable, Hashable {
    /// What went wrong, stable across releases.
    @nonexhaustive public enum Code: String, Sendable, Hashable {
        /// A character stands where the grammar allows none of its kind.
        case unexpectedCharacter
        /// The expression ends before it is complete.
        case unexpectedEnd
        /// White space before or after a path.
        case surroundingSpace
        /// A string literal with an unknown escape, a control character, or half of a surrogate pair.
        case badString
        /// A number that JSON would not take, such as `01` or `1.`.
        case badNumber
        /// An index or slice bound beyond ±(2⁵³ − 1).
        case integerOutOfRange
        /// Syntax of another dialect of JSONPath, or of another language; the hint says how RFC 9535 writes it.
        case foreignSyntax
        /// A function that RFC 9535 does not define.
        case unknownFunction
        /// A function with too few or too many arguments.
        case wrongArgumentCount
        /// A value where a condition is needed, a condition where a value is needed, and the like.
        case wrongType
        /// A query that may select several nodes, where one value is needed.
        case notSingular
        /// The expression is too long or nested too deeply.
        case tooComplex
        /// A pattern that is not an I-Regexp (RFC 9485), or one that is too large; it never matches.
        case badPattern
        /// The evaluation visited more nodes than its budget allows.
        case budgetExceeded
    }

    /// What went wrong.
    public var code: Code

    /// Where it went wrong: UTF-8 bytes from the beginning of the expression, counted from 0.
    public var offset: Int

    /// One sentence on what is wrong.
    public var message: String

    /// What to write instead, when that can be told.
    public var hint: String?

    package init(_ code: Code, at offset: Int, _ message: String, hint: String? = nil) {
        self.code = code
        self.offset = offset
        self.message = message
        self.hint = hint
    }
}

extension JSONPathError: CustomStringConvertible {
    /// Place, message and hint in one line.
    public var description: String {
        "byte \(offset): \(message)" + (hint.map { " (\($0))" } ?? "")
    }
}
