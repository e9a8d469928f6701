// SPDX-License-Identifier: Apache-2.0

import Synchronization
public import TributaryModel
public import TributaryServer

/// A double of Refersion's order webhook and of its REST API, version 2, both at one address.
///
/// Source: `reference/platforms.md` section 10; <https://refersion.dev/order-tracking/webhook>.
public final class RefersionDouble: PlatformDouble {
    /// What the references leave open, and who may call.
    public struct Rules: Sendable {
        /// How much the answer to an order says.
        public enum OrderAnswer: Sendable, Hashable, CaseIterable {
            /// The conversion's id, which is null where nobody is credited.
            case conversion
            /// That it was received, whether or not anybody is credited.
            case silent
        }

        /// What comes of an order id that exists.
        public enum RepeatedOrder: Sendable, Hashable, CaseIterable {
            /// 200, with the first record.
            case first
            /// 400, with words.
            case refused
            /// 409.
            case conflict
        }

        /// The public key and the secret key that are taken; `nil` takes every pair.
        public var keys: (user: String, secret: Secret)?
        /// How much the answer to an order says.
        public var orderAnswer = OrderAnswer.conversion
        /// What comes of an order id that exists.
        public var repeatedOrder = RepeatedOrder.first
        /// Whether the same cancellation is refused a second time, instead of canceling more.
        public var refusesRepeatedCancellation = true

        /// Creates rules that take every key and tell of attribution.
        public init() {}
    }

    /// `refersion`.
    public let name = "refersion"

    /// Nothing; the REST API's `/v2` may stand before its paths.
    public let basePath = ""

    private let rules: Rules
    private let books = Mutex(RefersionBooks())

    /// Creates a double that knows nobody.
    public init(_ rules: Rules = Rules(), now: @escaping @Sendable () -> Timestamp) { self.rules = rules }

    /// Answers one request by the platform's rules.
    public func answer(to request: ServerRequest) -> ServerResponse {
        let given = (request.headers["Refersion-Public-Key"], request.headers["Refersion-Secret-Key"])
        guard let user = given.0, let secret = given.1,
            rules.keys.map({ user == $0.user && secret == $0.secret.revealedText }) ?? true
        else { return RefersionBooks.error(401, "Invalid API credentials (error 2).") }
        return books.withLock { $0.answer(request, request.path(behind: "/v2"), rules: rules) }
    }

    /// An error in Refersion's form.
    public func failure(status: Int) -> ServerResponse {
        RefersionBooks.error(status, status == 429 ? "Too many requests" : "Internal error")
    }

    /// Orders, credited or not.
    public var records: JSONValue { books.withLock { $0.records } }

    /// The orders that credit somebody, less what was canceled.
    public var bookings: [Booking] { books.withLock { $0.bookings } }

    /// Makes partners, carts (as clicks) and coupons known.
    public func seed(_ seed: DoubleSeed) { books.withLock { $0.seed.add(seed) } }

    /// Forgets everything.
    public func reset() { books.withLock { $0 = RefersionBooks() } }
}
