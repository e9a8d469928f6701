// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// One HTTP request that a sink wants made.
public struct Call: Sendable, Hashable {
    /// What the call does, in a word or two, for logs and tables: `conversion`, `look-up`.
    public var label: String

    /// `GET`, `POST`, `PATCH`, `PUT` or `DELETE`.
    public var method: String

    /// Absolute URL, query included.
    public var url: String

    /// Header fields beside those that the client sets itself.
    public var headers: HeaderFields

    /// Header fields whose values are secrets, kept apart so that nothing prints them.
    public var secretHeaders: [SecretHeader]

    /// The body, byte for byte; `nil` for none.
    public var body: [UInt8]?

    /// How the request is signed at the moment of each attempt, if it is.
    public var signing: CallSigning?

    /// A header field whose value is a secret.
    public struct SecretHeader: Sendable, Hashable {
        /// The field's name.
        public var name: String
        /// Text before the secret, for example `Bearer `.
        public var prefix: String
        /// The secret.
        public var secret: Secret

        /// Creates a secret header field.
        public init(_ name: String, prefix: String = "", _ secret: Secret) {
            self.name = name
            self.prefix = prefix
            self.secret = secret
        }
    }

    /// Creates a call.
    public init(
        _ label: String,
        method: String = "POST",
        url: String,
        headers: HeaderFields = [:],
        secretHeaders: [SecretHeader] = [],
        body: [UInt8]? = nil,
        signing: CallSigning? = nil
    ) {
        self.label = label
        self.method = method
        self.url = url
        self.headers = headers
        self.secretHeaders = secretHeaders
        self.body = body
        self.signing = signing
    }

    /// Creates a call with a JSON body.
    public static func json(
        _ label: String,
        method: String = "POST",
        url: String,
        headers: HeaderFields = [:],
        secretHeaders: [SecretHeader] = [],
        _ body: JSONValue,
        signing: CallSigning? = nil
    ) -> Call {
        var headers = headers
        headers.set("Content-Type", "application/json")
        headers.set("Accept", "application/json")
        return Call(
            label,
            method: method,
            url: url,
            headers: headers,
            secretHeaders: secretHeaders,
            body: body.encoded(),
            signing: signing
        )
    }
}

/// How an outgoing request is signed: an HMAC-SHA256 over a fresh timestamp and the exact body.
public struct CallSigning: Sendable, Hashable {
    /// What is signed.
    public enum Form: String, Sendable, Hashable, CaseIterable {
        /// `<unix seconds>.<body>`.
        case timestampBody = "timestamp.body"
        /// `<unix seconds>.<path>.<body>`.
        case timestampPathBody = "timestamp.path.body"
    }

    /// What is signed.
    public var form: Form
    /// Header field for the Unix seconds.
    public var timestampHeader: String
    /// Header field for the lower-case hexadecimal tag.
    public var signatureHeader: String
    /// The key: its bytes as given.
    public var secret: Secret

    /// Creates a signing rule.
    public init(form: Form, timestampHeader: String, signatureHeader: String, secret: Secret) {
        self.form = form
        self.timestampHeader = timestampHeader
        self.signatureHeader = signatureHeader
        self.secret = secret
    }
}
