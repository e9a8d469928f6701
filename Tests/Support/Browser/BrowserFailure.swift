// SPDX-License-Identifier: Apache-2.0

/// What keeps a page from being tested, or what a page did wrong.
public struct BrowserFailure: Error, CustomStringConvertible {
    /// What happened, in words.
    public let description: String

    /// Whether the page was on its way to another one, so that there was nobody to answer.
    public let isNavigation: Bool

    init(_ description: String, isNavigation: Bool = false) {
        self.description = description
        self.isNavigation = isNavigation
    }
}
