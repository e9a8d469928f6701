// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// A test as it stands in a mapping file.
struct MappingTest: Sendable {
    /// What the test feeds in.
    enum Body: Sendable {
        /// The path of a file beside the mapping.
        case fixture(String)
        /// The body itself.
        case inline(JSONValue)
    }

    /// What must come out.
    enum Expectation: Sendable {
        /// These events, whole and in order.
        case events([JSONValue])
        /// Nothing, and this rule is the first that was tried; the clause that was false, where that matters.
        case filtered(rule: String, clause: String?)
        /// Nothing, on purpose; the reason, where that matters.
        case ignored(why: String?)
        /// Nothing, for want of a rule.
        case unmapped
        /// Nothing, for want of this field.
        case incomplete(String)
        /// Nothing, because this field cannot be read.
        case invalid(String)
    }

    /// When a webhook arrives, where the test does not say: the same for every run.
    static let usualArrival = Timestamp(unixSeconds: 1_767_225_600)

    let name: String
    let body: Body
    let headers: HeaderFields
    let profile: String?

    /// The provider instance's `currency`, for amounts that state none.
    let currency: String?

    /// When the webhook arrives.
    let received: Timestamp

    /// `nil` where the test does not say yet.
    let expectation: Expectation?

    /// The value of `event` in the file.
    let range: Range<Int>
}
