// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What a caller with a token may do.
public enum AccessScope: String, Sendable, Hashable, CaseIterable {
    /// Tell of events: `POST /v1/events`.
    case events
    /// Tell of sign-ups: `POST /v1/leads`.
    case leads
    /// Tell of visitors who came through a partner: `POST /v1/clicks`.
    case clicks
    /// Look at what is stored.
    case read
}

/// The key of the merchant's own backend, or of an operator.
public struct AccessToken: Sendable {
    /// Its name, which is also the source of what its bearer tells.
    public var name: String

    /// What the bearer shows.
    public var secret: Secret

    /// What the bearer may do.
    public var scopes: Set<AccessScope>

    /// Creates a token.
    public init(name: String, secret: Secret, scopes: Set<AccessScope>) {
        self.name = name
        self.secret = secret
        self.scopes = scopes
    }

    /// What keeps a text from being a token: that alone, never the text.
    ///
    /// Source: RFC 6750 section 2.1 for the characters.
    static func problem(with secret: Secret) -> String? {
        let bytes = secret.revealed
        let isToken = { (byte: UInt8) in
            Unguessable.isDigit(byte) || Unguessable.isLetter(byte) || "-._~+/=".utf8.contains(byte)
        }
        guard bytes.allSatisfy(isToken) else { return "a token may hold letters, digits and -._~+/= only" }
        guard bytes.count <= bytesMax else { return "the token is longer than \(bytesMax) characters" }
        return Unguessable.weakness(of: bytes).map { "the token can be guessed: \($0)" }
    }

    /// Longest token.
    static let bytesMax = 512

    /// How to make one.
    static let remedy = "make one with `openssl rand -hex 32`"
}
