// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// How our own requests to a platform are signed: HMAC-SHA256 in lower-case hex over time and body.
///
/// The fields must be made anew for each attempt, so that a late retry is not refused as stale.
///
/// Source: affonso-io/affonso-node, S2S test and http.ts: the key is the whole secret as UTF-8, prefix included.
public struct RequestSigning: Sendable, Hashable {
    /// What is signed.
    public enum Form: String, Sendable, Hashable, CaseIterable {
        /// The timestamp, a full stop, the body.
        case timestampBody = "timestamp.body"
        /// The timestamp, a full stop, the path of the request, a full stop, the body.
        case timestampPathBody = "timestamp.path.body"
    }

    /// Name of the header with the Unix seconds.
    public let timestampHeader: String

    /// Name of the header with the signature.
    public let signatureHeader: String

    /// What is signed.
    public let form: Form

    private let secret: Secret

    /// Creates a way of signing.
    ///
    /// - Parameters:
    ///   - timestampHeader: Name of the header with the Unix seconds.
    ///   - signatureHeader: Name of the header with the signature.
    ///   - form: What is signed.
    ///   - secret: The signing secret exactly as the platform shows it.
    /// - Throws: ``SecretProblem`` when the secret is empty or has blanks around it.
    public init(
        timestampHeader: String,
        signatureHeader: String,
        form: Form = .timestampBody,
        secret: Secret
    ) throws(SecretProblem) {
        if let problem = SecretProblem.inText(secret) { throw problem }
        self.timestampHeader = timestampHeader
        self.signatureHeader = signatureHeader
        self.form = form
        self.secret = secret
    }

    /// The header fields that sign one request.
    ///
    /// - Parameters:
    ///   - body: The body exactly as it will be sent.
    ///   - path: The path of the request, for example `/v1/conversions`.
    ///   - now: The moment of the attempt.
    /// - Returns: The timestamp's and the signature's field.
    public func fields(body: [UInt8], path: String, now: Timestamp) -> HeaderFields {
        let seconds = String(now.unixSeconds)
        let message =
            switch form {
            case .timestampBody: SignedMessage(prefix: "\(seconds).")
            case .timestampPathBody: SignedMessage(prefix: "\(seconds).\(path).")
            }
        let digest = message.digest(.sha256, key: secret.revealed, body: body.span)
        return [timestampHeader: seconds, signatureHeader: digest.hexText]
    }
}
