// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What a verifier says about one webhook.
public enum Verification: Sendable, Hashable {
    /// It is the provider's own; with the moment of signing where that is part of what was signed.
    case genuine(signedAt: Timestamp?)

    /// It is not proven to be the provider's.
    case refused(Refusal)

    /// Whether it is genuine.
    public var isGenuine: Bool {
        switch self {
        case .genuine: true
        case .refused: false
        }
    }
}
