// SPDX-License-Identifier: Apache-2.0

/// What a provider signs with an HMAC, and where it puts the result.
public struct HMACDeclaration: Sendable, Hashable {
    /// How the signature stands in its header.
    public enum Grammar: Sendable, Hashable {
        /// The value is the signature.
        case plain
        /// The signature follows a fixed text such as `sha256=`.
        case prefix(String)
        /// A list of keys and values, such as `t=1,v1=ab,v1=cd` or `v1,YWI= v1,Y2Q=`.
        ///
        /// Every value of `key` is a signature, any may match; other keys and items that are no pair are left out,
        /// so that nobody can talk us into a weaker scheme.
        case pairs(key: String, by: String, is: String)
    }

    /// One piece of what is signed.
    public enum Part: Sendable, Hashable {
        /// The digits of the timestamp, exactly as received.
        case timestamp
        /// The value of the id header, exactly as received.
        case id
        /// The value of another header, exactly as received.
        case header(String)
        /// Fixed text.
        case text(String)
        /// The raw bytes of the body.
        case body
    }

    /// How the digest is written.
    public enum Encoding: String, Sendable, Hashable, CaseIterable {
        /// Hexadecimal, lower case only, for providers whose libraries compare the text.
        case hex
        /// Hexadecimal in either case.
        case hexAnyCase = "hex-any-case"
        /// Standard Base64 with padding.
        case base64
    }

    /// Where the moment of signing stands, and in which unit.
    public struct Time: Sendable, Hashable {
        /// Where it stands.
        public enum Place: Sendable, Hashable {
            /// In a header of its own.
            case header(String)
            /// Beside the signature, under this key of the list.
            case pair(String)
        }

        /// What one unit of the number is.
        public enum Unit: String, Sendable, Hashable, CaseIterable {
            /// Seconds since 1970.
            case seconds = "s"
            /// Milliseconds since 1970.
            case milliseconds = "ms"
        }

        /// Where it stands.
        public let place: Place

        /// What one unit of the number is.
        public let unit: Unit

        /// Creates a description of the timestamp.
        public init(place: Place, unit: Unit = .seconds) {
            self.place = place
            self.unit = unit
        }
    }

    /// The hash function inside the HMAC.
    public let algorithm: HashAlgorithm

    /// Name of the header that carries the signature.
    public let header: String

    /// How the signature stands in that header.
    public let signature: Grammar

    /// What is signed, in order.
    public let message: [Part]

    /// How the digest is written.
    public let encoding: Encoding

    /// How a secret becomes the key.
    public internal(set) var key: KeyForm

    /// The signed moment, where the provider states one.
    public let timestamp: Time?

    /// Name of the header with the webhook's id, where it is signed.
    public let idHeader: String?

    /// How far the moment of signing may lie from our clock, to either side.
    public let tolerance: Duration

    /// Five minutes, what the libraries of Stripe and Standard Webhooks use.
    public static let toleranceUsual = Duration.seconds(300)

    /// Longest tolerance that may be declared: a week.
    public static let toleranceSecondsMax: Int64 = 7 * 86_400

    /// Most pieces that a message may be declared of.
    public static let partsMax = 16

    /// Creates a declaration.
    ///
    /// - Throws: ``VerifyDeclarationError`` with every contradiction between the parts.
    public init(
        _ algorithm: HashAlgorithm,
        header: String,
        signature: Grammar = .plain,
        message: [Part] = [.body],
        encoding: Encoding,
        key: KeyForm,
        timestamp: Time? = nil,
        idHeader: String? = nil,
        tolerance: Duration = HMACDeclaration.toleranceUsual
    ) throws(VerifyDeclarationError) {
        self.init(
            unchecked: algorithm,
            header: header,
            signature: signature,
            message: message,
            encoding: encoding,
            key: key,
            timestamp: timestamp,
            idHeader: idHeader,
            tolerance: tolerance
        )
        let problems = self.problems
        guard problems.isEmpty else { throw VerifyDeclarationError(problems) }
    }

    /// Creates a declaration whose parts are known to fit, or are about to be checked.
    init(
        unchecked algorithm: HashAlgorithm,
        header: String,
        signature: Grammar,
        message: [Part],
        encoding: Encoding,
        key: KeyForm,
        timestamp: Time?,
        idHeader: String? = nil,
        tolerance: Duration = HMACDeclaration.toleranceUsual
    ) {
        self.algorithm = algorithm
        self.header = header
        self.signature = signature
        self.message = message
        self.encoding = encoding
        self.key = key
        self.timestamp = timestamp
        self.idHeader = idHeader
        self.tolerance = tolerance
    }
}
