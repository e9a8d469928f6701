// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// Proves webhooks by a provider's declaration; pure, the clock is passed in.
public struct SignatureVerifier: Sendable, Hashable {
    /// Longest value of a header that takes part, in bytes.
    public static let headerBytesMax = 4096

    /// Most signatures that one header may carry.
    public static let signaturesMax = 16

    /// Most secrets that one provider instance may have.
    public static let secretsMax = 16

    /// What the verifier goes by.
    public let declaration: VerifyDeclaration

    /// Whether every request passes; the engine must not start so without an explicit permission.
    public var isUnauthenticated: Bool { declaration.isUnauthenticated }

    /// The declaration once more where it is an HMAC, to be read in place: taking it out of ``declaration`` copies its texts.
    private let scheme: Scheme?

    private final class Scheme: Sendable {
        let hmac: HMACDeclaration

        init(_ hmac: HMACDeclaration) { self.hmac = hmac }
    }

    /// Creates a verifier.
    public init(_ declaration: VerifyDeclaration) {
        self.declaration = declaration
        if case .hmac(let hmac) = declaration { scheme = Scheme(hmac) } else { scheme = nil }
    }

    /// Whether both go by the same declaration.
    public static func == (one: SignatureVerifier, other: SignatureVerifier) -> Bool {
        one.declaration == other.declaration
    }

    /// Hashes the declaration.
    public func hash(into hasher: inout Hasher) { hasher.combine(declaration) }

    /// Says whether a webhook is genuine.
    ///
    /// - Parameters:
    ///   - headers: The fields as they arrived, without the blanks around their values.
    ///   - body: The raw bytes as they arrived, before any decoding of their content.
    ///   - secrets: The secrets of the provider instance; any may fit, unusable ones never do.
    ///   - now: The present, for the tolerance of signed timestamps.
    /// - Returns: The verdict; never throws, whatever arrived.
    public func verify(headers: HeaderFields, body: [UInt8], secrets: [Secret], now: Timestamp) -> Verification {
        verify(headers: headers, body: body.span, secrets: secrets, now: now)
    }

    /// Says whether a webhook is genuine, with the body in place.
    ///
    /// - Parameters:
    ///   - headers: The fields as they arrived, without the blanks around their values.
    ///   - body: The raw bytes as they arrived, before any decoding of their content.
    ///   - secrets: The secrets of the provider instance; any may fit, unusable ones never do.
    ///   - now: The present, for the tolerance of signed timestamps.
    /// - Returns: The verdict; never throws, whatever arrived.
    public func verify(headers: HeaderFields, body: Span<UInt8>, secrets: [Secret], now: Timestamp) -> Verification {
        do throws(Refusal) {
            if let scheme { return .genuine(signedAt: try Self.prove(scheme.hmac, headers, body, secrets, now)) }
            switch try Self.chosen(from: declaration, headers) {
            case .hmac(let hmac): return .genuine(signedAt: try Self.prove(hmac, headers, body, secrets, now))
            case .token(let scheme):
                let tokens = try Self.usable(secrets) { secret throws(SecretProblem) in
                    if let problem = SecretProblem.inText(secret) { throw problem }
                    return secret.revealed
                }
                let value = Array(try Self.field(scheme.header, of: headers, else: .missingHeader).utf8)
                guard value.starts(with: scheme.prefix.utf8) else { throw .malformedHeader }
                try Self.prove(Array(value.dropFirst(scheme.prefix.utf8.count)), isOneOf: tokens)
            case .basic:
                let pairs = try Self.usable(secrets) { secret throws(SecretProblem) in
                    if let problem = SecretProblem.inCredentials(secret) { throw problem }
                    return secret.revealed
                }
                let value = try Self.field("Authorization", of: headers, else: .missingHeader)
                try Self.prove(Self.credentials(value), isOneOf: pairs)
            case .unauthenticated: break
            // Another has to judge; and alternatives are never nested.
            case .path, .plugin, .any: throw .notJudgedHere
            }
            return .genuine(signedAt: nil)
        } catch { return .refused(error) }
    }
}

extension SignatureVerifier {
    /// The scheme that judges a request: of alternatives the first whose header is there, however often and with what.
    private static func chosen(
        from declaration: VerifyDeclaration,
        _ headers: HeaderFields
    ) throws(Refusal) -> VerifyDeclaration {
        guard case .any(let alternatives) = declaration else { return declaration }
        let found = alternatives.first { alternative in
            alternative.header.map { name in headers.fields.contains { HeaderFields.same($0.name, name) } } ?? false
        }
        guard let found else { throw .missingHeader }
        return found
    }

    /// The one value of a header that must be there once.
    static func field(_ name: String, of headers: HeaderFields, else missing: Refusal) throws(Refusal) -> String {
        var found: String?
        for field in headers.fields where HeaderFields.same(field.name, name) {
            guard found == nil else { throw .repeatedHeader }
            found = field.value
        }
        guard let found else { throw missing }
        guard found.utf8.count <= headerBytesMax else { throw .headerTooLong }
        return found
    }

    /// What the usable secrets yielded, one at least: their keys or tokens.
    struct Usable {
        let first: [UInt8]

        /// The others are few and rare: there are any while a secret is being rotated.
        let others: [[UInt8]]
    }

    /// The keys of all secrets that have one; a secret without never authenticates anybody.
    static func usable(
        _ secrets: [Secret],
        _ key: (Secret) throws(SecretProblem) -> [UInt8]
    ) throws(Refusal) -> Usable {
        guard !secrets.isEmpty else { throw .noSecret }
        guard secrets.count <= secretsMax else { throw .tooManySecrets }
        var first: [UInt8]?
        var others: [[UInt8]] = []
        for secret in secrets {
            do throws(SecretProblem) {
                let key = try key(secret)
                if first == nil { first = key } else { others.append(key) }
            } catch { continue }
        }
        if let first { return Usable(first: first, others: others) }
        throw secrets.allSatisfy(\.isEmpty) ? .emptySecret : .unusableSecret
    }

    /// Compares with every token, without an early exit; an empty value is nobody's.
    private static func prove(_ value: [UInt8], isOneOf tokens: Usable) throws(Refusal) {
        guard !value.isEmpty else { throw .malformedHeader }
        var isMatch = ConstantTime.equal(tokens.first, value)
        for token in tokens.others {
            let isEqual = ConstantTime.equal(token, value)
            isMatch = isEqual || isMatch
        }
        guard isMatch else { throw .credentialMismatch }
    }

    /// `user:password` out of an `Authorization` field; the name of the scheme compares without case (RFC 7617).
    private static func credentials(_ value: String) throws(Refusal) -> [UInt8] {
        let bytes = Array(value.utf8)
        guard let blank = bytes.firstIndex(of: 0x20), HeaderFields.same(String(value.prefix { $0 != " " }), "Basic")
        else { throw .malformedHeader }
        let text = bytes[blank...].drop { $0 == 0x20 }
        guard let pair = Base64.decode(text), pair.contains(UInt8(ascii: ":")) else { throw .malformedHeader }
        return pair
    }
}
