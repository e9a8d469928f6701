// SPDX-License-Identifier: Apache-2.0

/// What an answer means that does not say whether anybody is credited: what a sink's `"silent_answers"` says.
public enum SilentAnswers: String, CaseIterable, Sendable {
    /// The delivery ends as ``DeliveryEnd/unproven``.
    case unproven
    /// A person looks.
    case review
}
