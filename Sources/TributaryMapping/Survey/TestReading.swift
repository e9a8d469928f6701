// SPDX-License-Identifier: Apache-2.0

package import TributaryModel

/// What carrying out one test of a mapping file read, and what it left unread.
package struct TestReading: Sendable {
    /// The test's name.
    package let test: String

    /// The profile in which it ran.
    package let profile: String?

    /// Whether the test says itself that nothing maps its type.
    package let expectsUnmapped: Bool

    /// One entry for each webhook, or why the body cannot be read.
    package let content: Content

    /// What came of the body.
    package enum Content: Sendable {
        /// One for each webhook; several for a batch.
        case webhooks([WebhookReading])
        /// There is no such fixture, or it cannot be read.
        case unreadable(String)
    }
}

/// What a mapping read of one webhook.
package struct WebhookReading: Sendable {
    /// A scalar of the body that is not null.
    package struct Field: Sendable {
        /// Where it stands.
        package let path: FieldPath

        /// What it says.
        package let value: JSONValue

        /// Whether the envelope, a condition or the rule that took the webhook reads it.
        package let isRead: Bool

        /// Which entries of `unread` name it, by position.
        package let excuses: [Int]
    }

    /// What came out.
    package let result: MappingResult

    /// The fields of the body; empty unless a rule took the webhook.
    package let fields: [Field]

    /// The rule's targets that were filled, named as in ``MappingOutline/Rule/targets``.
    package let filled: Set<String>
}
