// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// How many lines the log gets of new things: some at once, and then one that counts the rest.
///
/// A value without a clock.
struct LineBudget: Sendable {
    /// Lines within one ``window``.
    static let lines = 20

    /// How long a budget lasts, in milliseconds.
    static let window: Int64 = 60_000

    private var begin: Int64?
    private var spent = 0

    /// What got no line of its own since the last summary.
    private(set) var heldBack = 0

    /// Asks for one line.
    mutating func spend(at now: Timestamp) -> Bool {
        if let begin, now.unixMilliseconds - begin < Self.window, now.unixMilliseconds >= begin {
            guard spent < Self.lines else {
                heldBack += 1
                return false
            }
        } else {
            begin = now.unixMilliseconds
            spent = 0
        }
        spent += 1
        return true
    }

    /// What a summary has to count; `nil` where nothing was held back, or the window is not over.
    mutating func summary(at now: Timestamp) -> Int? {
        guard heldBack > 0, let begin else { return nil }
        guard now.unixMilliseconds - begin >= Self.window || now.unixMilliseconds < begin else { return nil }
        defer { heldBack = 0 }
        return heldBack
    }
}
