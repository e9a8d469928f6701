// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// Makes the headers of genuine webhooks, for trying out an installation and for tests.
public struct WebhookSigner: Sendable, Hashable {
    /// Why no headers could be made.
    public enum Failure: Error, Sendable, Hashable {
        /// The secret cannot be used.
        case secret(SecretProblem)
        /// The scheme signs an id and none was given.
        case missingID
        /// The scheme signs this header and it was not given.
        case missingHeader(String)
        /// The scheme signs the time, and this one lies before 1970 or is longer than 15 digits.
        case timeOutOfRange
        /// A plugin of that name proves such webhooks, and only it can sign them.
        case plugin(String)
    }

    /// What the signer goes by.
    public let declaration: VerifyDeclaration

    /// Creates a signer.
    public init(_ declaration: VerifyDeclaration) { self.declaration = declaration }

    /// The headers that make a body a genuine webhook.
    ///
    /// - Parameters:
    ///   - body: The raw body, exactly as it will be sent.
    ///   - secret: The secret to sign with; not looked at where the scheme has none. Of alternatives the first signs.
    ///   - id: The webhook's id, for schemes that sign one.
    ///   - now: The moment of signing.
    ///   - headers: Other headers of the request, for schemes that sign some.
    /// - Returns: The header fields to add to the request.
    /// - Throws: ``Failure``.
    public func sign(
        body: [UInt8],
        secret: Secret,
        id: String = "",
        now: Timestamp,
        headers: HeaderFields = HeaderFields()
    ) throws(Failure) -> HeaderFields {
        if let problem = declaration.problem(with: secret) { throw .secret(problem) }
        switch declaration {
        case .hmac(let scheme): return try Self.sign(scheme, body, secret, id, now, headers)
        case .token(let scheme): return [scheme.header: scheme.prefix + secret.revealedText]
        case .basic: return ["Authorization": "Basic " + Base64.encode(secret.revealed)]
        case .path, .unauthenticated: return HeaderFields()
        case .plugin(let name): throw .plugin(name)
        case .any(let alternatives):
            guard let first = alternatives.first else { return HeaderFields() }
            return try WebhookSigner(first).sign(body: body, secret: secret, id: id, now: now, headers: headers)
        }
    }

    private static func sign(
        _ scheme: HMACDeclaration,
        _ body: [UInt8],
        _ secret: Secret,
        _ id: String,
        _ now: Timestamp,
        _ headers: HeaderFields
    ) throws(Failure) -> HeaderFields {
        let digits = try digits(of: now, scheme.timestamp)
        let message = try SignedMessage(scheme.message) { part throws(Failure) in
            switch part {
            case .timestamp: return digits
            case .id:
                guard !id.isEmpty else { throw .missingID }
                return id
            case .header(let name):
                guard let value = headers[name] else { throw .missingHeader(name) }
                return value
            case .text(let text): return text
            case .body: return ""
            }
        }
        let key: [UInt8]
        do throws(SecretProblem) { key = try scheme.key.key(from: secret) } catch { throw .secret(error) }
        let digest = message.digest(scheme.algorithm, key: key, body: body.span)
        let signature = SignatureText(digest, scheme.encoding).text
        var fields = HeaderFields()
        if let idHeader = scheme.idHeader { fields.append(idHeader, id) }
        if case .header(let name) = scheme.timestamp?.place { fields.append(name, digits) }
        fields.append(scheme.header, value(scheme, signature, digits))
        return fields
    }

    private static func value(_ scheme: HMACDeclaration, _ signature: String, _ digits: String) -> String {
        switch scheme.signature {
        case .plain: return signature
        case .prefix(let text): return text + signature
        case .pairs(let key, let by, let equals):
            guard case .pair(let timeKey) = scheme.timestamp?.place else { return key + equals + signature }
            return timeKey + equals + digits + by + key + equals + signature
        }
    }

    private static func digits(of now: Timestamp, _ time: HMACDeclaration.Time?) throws(Failure) -> String {
        guard let time else { return "" }
        let number =
            switch time.unit {
            case .seconds: now.unixSeconds
            case .milliseconds: now.unixMilliseconds
            }
        guard number >= 0, number < 1_000_000_000_000_000 else { throw .timeOutOfRange }
        return String(number)
    }
}
