// SPDX-License-Identifier: Apache-2.0

import Synchronization
public import TributaryModel
public import TributaryServer

/// A double of FirstPromoter's tracking API and of what the company API reads and deletes.
///
/// Source: `reference/platforms.md` section 7; api-evangelist/firstpromoter (tracking, referrals, commissions).
public final class FirstPromoterDouble: PlatformDouble {
    /// What the references leave open, and who may call.
    public struct Rules: Sendable {
        /// The only key that is taken; `nil` takes every key.
        public var key: Secret?
        /// The only account that is taken; `nil` takes every one.
        public var account: String?
        /// The account's default currency.
        public var currency = "USD"
        /// What a second sign-up of a customer is answered with.
        public var repeatedSignupStatus = 422
        /// What a refund of somebody unknown is answered with.
        public var strangerRefundStatus = 204
        /// Partners whose sales are nobody's.
        public var banned: Set<String> = []
        /// Whether every commission is denied.
        public var deniesCommissions = false
        /// How many commissions one sale makes.
        public var commissionsPerSale = 1
        /// Whether lists stand in `data`.
        public var wrapsLists = false
        /// Calls in a minute; `nil` never limits.
        public var callsPerMinuteMax: Int?

        /// Creates rules that take every key and account.
        public init() {}
    }

    /// `firstpromoter`.
    public let name = "firstpromoter"

    /// The second version.
    public let basePath = "/api/v2"

    private let rules: Rules
    private let now: @Sendable () -> Timestamp
    private let books = Mutex(FirstPromoterBooks())

    /// Creates a double that knows nobody.
    public init(_ rules: Rules = Rules(), now: @escaping @Sendable () -> Timestamp) {
        self.rules = rules
        self.now = now
    }

    /// Answers one request by the platform's rules.
    public func answer(to request: ServerRequest) -> ServerResponse {
        let now = now()
        let account = request.headers["ACCOUNT-ID"] ?? ""
        guard let token = request.bearer, rules.key.map({ token == $0.revealedText }) ?? true, !account.isEmpty,
            rules.account.map({ $0 == account }) ?? true
        else { return FirstPromoterBooks.error(401, "unauthorized", "Unauthorized") }
        return books.withLock { books in
            if let limit = rules.callsPerMinuteMax, books.window.take(at: now, limit: limit, length: 60).remaining < 0 {
                // No header says when to come again.
                return failure(status: 429)
            }
            return books.answer(request, request.path(behind: basePath), rules: rules, now: now)
        }
    }

    /// An error in FirstPromoter's form.
    public func failure(status: Int) -> ServerResponse {
        status == 429
            ? FirstPromoterBooks.error(429, "too_many_requests", "Too many requests")
            : FirstPromoterBooks.error(status, "internal_error", "Internal server error")
    }

    /// Referrals and events.
    public var records: JSONValue { books.withLock { $0.records } }

    /// The sales, less their refunds.
    public var bookings: [Booking] { books.withLock { $0.bookings } }

    /// Makes partners, visits and customers known.
    public func seed(_ seed: DoubleSeed) { books.withLock { $0.add(seed) } }

    /// Forgets everything.
    public func reset() { books.withLock { $0 = FirstPromoterBooks() } }
}
