// SPDX-License-Identifier: Apache-2.0

/// What keeps a page from being tested, or what a page did wrong.
public struct BrowserFailure: Error, CustomStringConvertible {
    /// What happened, in words.
    public let description: String

    init(_ description: String) { self.description = description }
}
