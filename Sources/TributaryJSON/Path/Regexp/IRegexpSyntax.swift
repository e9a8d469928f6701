// SPDX-License-Identifier: Apache-2.0

/// The syntax tree of a pattern.
indirect enum IRegexpSyntax {
    /// Nothing, which always matches.
    case empty
    /// One scalar.
    case scalar(Unicode.Scalar)
    /// One scalar of a class.
    case scalars(ScalarClass)
    /// The beginning of the text.
    case start
    /// The end of the text.
    case end
    /// One after the other.
    case sequence([IRegexpSyntax])
    /// One of them.
    case choice([IRegexpSyntax])
    /// At least so many times, and at most so many; `nil` for without end.
    case repetition(IRegexpSyntax, least: Int, most: Int?)
}
