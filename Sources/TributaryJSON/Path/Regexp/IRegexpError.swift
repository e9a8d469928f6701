// SPDX-License-Identifier: Apache-2.0

/// Why a pattern is no I-Regexp.
struct IRegexpError: Error, Sendable, Hashable {
    /// Where: Unicode scalars from the beginning of the pattern, counted from 0.
    let offset: Int

    /// What is wrong, as the end of a sentence.
    let message: String

    /// What to write instead, when that can be told.
    let hint: String?

    init(at offset: Int, _ message: String, hint: String? = nil) {
        self.offset = offset
        self.message = message
        self.hint = hint
    }
}
