// SPDX-License-Identifier: Apache-2.0

import Synchronization
public import TributaryModel
public import TributaryServer

/// A double of a Trackdesk tenant's conversion endpoint.
///
/// Source: `reference/platforms.md` section 12; <https://help.trackdesk.com>.
public final class TrackdeskDouble: PlatformDouble {
    /// What the references leave open.
    public struct Rules: Sendable {
        /// How much the answer to a conversion says.
        public enum ConversionAnswer: Sendable, Hashable, CaseIterable {
            /// The conversion with its affiliate.
            case conversion
            /// 204 without a body.
            case empty
        }

        /// What comes of a conversion that nobody is credited for.
        public enum UnknownClick: Sendable, Hashable, CaseIterable {
            /// 404.
            case refused
            /// It is stored without an affiliate.
            case stored
        }

        /// The program's currency, in which every amount is read.
        public var currency = Currency("EUR")
        /// How much the answer to a conversion says.
        public var conversionAnswer = ConversionAnswer.conversion
        /// What comes of a conversion that nobody is credited for.
        public var unknownClick = UnknownClick.refused
        /// Status for an external id that exists within the type: 400, 409 or 422.
        public var repeatedStatus = 400

        /// Creates rules that refuse unknown clicks and repeated external ids.
        public init() {}
    }

    /// `trackdesk`.
    public let name = "trackdesk"

    /// Nothing; the path begins with `/tracking`.
    public let basePath = ""

    private let rules: Rules
    private let books = Mutex(TrackdeskBooks())

    /// Creates a double that knows nobody.
    public init(_ rules: Rules = Rules(), now: @escaping @Sendable () -> Timestamp) { self.rules = rules }

    /// Answers one request by the platform's rules.
    public func answer(to request: ServerRequest) -> ServerResponse {
        guard request.path == "/tracking/conversion/v1" else { return TrackdeskBooks.error(404, "Not found") }
        let body: JSONValue
        switch request.method {
        case "GET": body = TrackdeskBooks.body(of: request)
        case "POST": body = request.json ?? .null
        default: return TrackdeskBooks.error(405, "Method not allowed")
        }
        guard body.members != nil else { return TrackdeskBooks.error(400, "Invalid body") }
        return books.withLock { $0.conversion(body, rules: rules) }
    }

    /// An error in Trackdesk's form.
    public func failure(status: Int) -> ServerResponse {
        TrackdeskBooks.error(status, status == 429 ? "Too many requests" : "Internal error")
    }

    /// Conversions, credited or not.
    public var records: JSONValue { books.withLock { $0.records } }

    /// The conversions with an amount that credit somebody.
    public var bookings: [Booking] { books.withLock { $0.bookings } }

    /// Makes partners, clicks and customers known.
    public func seed(_ seed: DoubleSeed) { books.withLock { $0.add(seed) } }

    /// Forgets everything.
    public func reset() { books.withLock { $0 = TrackdeskBooks() } }
}
