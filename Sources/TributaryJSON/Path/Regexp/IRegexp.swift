// SPDX-License-Identifier: Apache-2.0

/// A compiled pattern of RFC 9485 (I-Regexp), which matches in time proportional to the length of the text.
///
/// The pattern becomes the program of a nondeterministic automaton, all of whose states are followed at once
/// (Thompson's construction); nothing is ever tried twice, so no pattern and no text can make it slow.
package struct IRegexp: Sendable {
    /// The pattern as it was written.
    package let pattern: String

    let program: IRegexpProgram

    /// Compiles a pattern.
    ///
    /// - Throws: ``IRegexpError`` where it is no I-Regexp, or where its program would become too large.
    init(_ pattern: String) throws(IRegexpError) {
        self.pattern = pattern
        program = try IRegexpProgram(try IRegexpParser.parse(pattern))
    }
}

extension IRegexp: Hashable {
    /// Patterns are equal when they are written alike; scalars count, not canonical equivalence.
    package static func == (a: IRegexp, b: IRegexp) -> Bool { a.pattern.utf8.elementsEqual(b.pattern.utf8) }

    /// Feeds what equality looks at.
    package func hash(into hasher: inout Hasher) { for byte in pattern.utf8 { hasher.combine(byte) } }
}
