// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributarySigning

/// Knows the bearers of tokens.
public struct AccessGate: Sendable {
    /// What becomes of a caller.
    public enum Admission: Sendable, Hashable {
        /// The token of that name has the scope.
        case admitted(token: String)
        /// No token, or none that is known.
        case unknown
        /// The token of that name lacks the scope.
        case lacking(token: String)
    }

    private struct Entry: Sendable {
        var name: String
        var scopes: Set<AccessScope>
        var digest: [UInt8]
    }

    private let entries: [Entry]

    /// Creates a gate; without tokens nobody passes.
    public init(_ tokens: [AccessToken]) {
        entries = tokens.filter { !$0.secret.isEmpty }.map { token in
            Entry(name: token.name, scopes: token.scopes, digest: Self.digest(token.secret.revealed))
        }
    }

    /// Judges a caller by the value of the `Authorization` field.
    ///
    /// Digests are compared, with every token, so that the time tells nothing about any of them.
    public func admission(_ authorization: String?, for scope: AccessScope) -> Admission {
        guard let given = Self.bearer(authorization) else { return .unknown }
        let digest = Self.digest(given)
        var found: Entry?
        for entry in entries where ConstantTime.equal(entry.digest, digest) { found = entry }
        guard let found else { return .unknown }
        return found.scopes.contains(scope) ? .admitted(token: found.name) : .lacking(token: found.name)
    }

    private static func digest(_ bytes: [UInt8]) -> [UInt8] {
        HMAC.digest(.sha256, key: Array("tributary token".utf8), message: bytes).bytes
    }

    /// What stands behind `Bearer`, whose case does not matter (RFC 9110 section 11.1).
    private static func bearer(_ authorization: String?) -> [UInt8]? {
        guard let parts = authorization?.utf8.split(separator: 0x20, maxSplits: 1), parts.count == 2,
            HeaderFields.same(String(Substring(parts[0])), "Bearer")
        else { return nil }
        let token = Array(parts[1].drop { $0 == 0x20 })
        return token.isEmpty || token.count > AccessToken.bytesMax ? nil : token
    }
}
