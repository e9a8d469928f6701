// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// One HTTP request that a sink wants made.
public struct Call: Sendable, Hashable {
    /// What the call does, in a word or two, for logs and tables: `conversion`, `look-up`.
    public var label: String

    /// `GET`, `POST`, `PATCH`, `PUT` or `DELETE`; `APPEND` for a line of a file, see ``append(_:to:syncs:line:)``.
    public var method: String

    /// Absolute URL, query included.
    public var url: String

    /// Parameters whose values are secrets, kept apart so that nothing prints them, and added when the call is made.
    public var secretParameters: [SecretParameter] = []

    /// Header fields beside those that the client sets itself.
    public var headers: HeaderFields

    /// Header fields whose values are secrets, kept apart so that nothing prints them.
    public var secretHeaders: [SecretHeader]

    /// The body, byte for byte; `nil` for none.
    public var body: [UInt8]?

    /// How the request is signed at the moment of each attempt, if it is.
    public var signing: CallSigning?

    /// What makes the request a Standard Webhook, signed at the moment of each attempt, if it is one.
    public var standardWebhook: StandardWebhook?

    /// Whether the call changes something at the platform; a postback does, although it is a `GET`.
    public var isChange: Bool

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

    /// A parameter of the query whose value is a secret.
    public struct SecretParameter: Sendable, Hashable {
        /// The parameter's name.
        public var name: String
        /// The secret.
        public var secret: Secret

        /// Creates a secret parameter.
        public init(_ name: String, _ secret: Secret) {
            self.name = name
            self.secret = secret
        }
    }

    /// The URL with the secret parameters in its query; for the wire only.
    public var revealedURL: String {
        var url = url
        for parameter in secretParameters {
            url += url.contains("?") ? "&" : "?"
            url += URLText.encoded(parameter.name) + "=" + URLText.encoded(parameter.secret.revealedText)
        }
        return url
    }

    /// Creates a call; unless stated, everything but a `GET` changes something.
    public init(
        _ label: String,
        method: String = "POST",
        url: String,
        headers: HeaderFields = [:],
        secretHeaders: [SecretHeader] = [],
        body: [UInt8]? = nil,
        signing: CallSigning? = nil,
        isChange: Bool? = nil
    ) {
        self.label = label
        self.method = method
        self.url = url
        self.headers = headers
        self.secretHeaders = secretHeaders
        self.body = body
        self.signing = signing
        self.isChange = isChange ?? (method != "GET")
    }

    /// Creates a call that appends a line to a file, or writes it to standard output.
    ///
    /// The transport does that on a thread of its own, and answers 200 when the line is there.
    ///
    /// - Parameters:
    ///   - label: What the call does.
    ///   - path: The file; `nil` for standard output.
    ///   - syncs: Whether the line must be on the disk before the answer.
    ///   - line: The line, without a line feed.
    /// - Returns: the call.
    public static func append(_ label: String, to path: String?, syncs: Bool, line: [UInt8]) -> Call {
        Call(
            label,
            method: "APPEND",
            url: path.map { "file:" + $0 } ?? "stdout:",
            headers: syncs ? ["Sync": "always"] : [:],
            body: line
        )
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

/// What makes a request a Standard Webhook: the same id in every attempt, and a fresh time and signatures.
public struct StandardWebhook: Sendable, Hashable {
    /// The id by which the receiver knows a repetition.
    public var id: String
    /// The secrets, `whsec_` and Base64; each signs, so that receivers can change over one by one.
    public var secrets: [Secret]

    /// Creates the facts.
    public init(id: String, secrets: [Secret]) {
        self.id = id
        self.secrets = secrets
    }
}
