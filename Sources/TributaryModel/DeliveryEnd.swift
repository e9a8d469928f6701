// SPDX-License-Identifier: Apache-2.0

/// How a delivery ended; a delivery that has none of these is still waiting, with a next time.
///
/// Source: `reference/platforms.md` section 2.1, without its `retryable`, which is no end.
public enum DeliveryEnd: String, Sendable, Hashable, CaseIterable {
    /// The platform has stored and attributed it.
    case delivered
    /// The platform has taken it, and its answer does not tell whether anybody is credited.
    case unproven
    /// The platform had it already.
    case duplicate
    /// No partner matches: organic, or refused by the platform for that reason.
    case notAttributed
    /// The platform stored it as fraudulent or declined.
    case rejectedByPlatform
    /// Our request is wrong and would stay wrong.
    case permanent
    /// The platform's state is inconsistent; only a person can repair it.
    case needsHuman
    /// There is nothing to send, for example the refund of a sale that was never attributed.
    case notApplicable

    /// Whether the platform has the event, so that corrections of it can follow.
    public var isStored: Bool {
        switch self {
        case .delivered, .unproven, .duplicate: true
        case .notAttributed, .rejectedByPlatform, .permanent, .needsHuman, .notApplicable: false
        }
    }
}
