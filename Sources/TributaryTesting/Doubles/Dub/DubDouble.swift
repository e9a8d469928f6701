// SPDX-License-Identifier: Apache-2.0

import Synchronization
public import TributaryModel
public import TributaryServer

/// A double of Dub's conversion tracking and commissions.
///
/// Source: `reference/platforms.md` section 6; dubinc/dub (track and commissions routes, 2026).
public final class DubDouble: PlatformDouble {
    /// What differs between Dub's versions or is not documented, and who may call.
    public struct Rules: Sendable {
        /// The only key that is taken; `nil` takes every key but publishable ones.
        public var key: Secret?
        /// How many sales a lead that was not waited for stays hidden from.
        public var salesBeforeLead = 0
        /// How many look-ups a new commission stays hidden from.
        public var looksBeforeCommission = 0
        /// Whether a sale that found nobody is remembered by its invoice, too.
        public var remembersNobody = false
        /// Whether the click that a known customer's sale names is looked for and credited.
        public var creditsNamedClick = true
        /// Whether every commission is paid at once.
        public var paysAtOnce = false
        /// What a hundred of a currency's smallest unit are in US cents; one cent each, where none is given.
        public var centsForHundred: [String: Int64] = [:]
        /// The origins from which clicks are taken; empty takes all.
        public var origins: Set<String> = []
        /// Calls in a minute; `nil` never limits.
        public var callsPerMinuteMax: Int?

        /// Creates rules that take every key and make everything at once.
        public init() {}
    }

    /// `dub`.
    public let name = "dub"

    /// Nothing; the paths have no version.
    public let basePath = ""

    private let rules: Rules
    private let now: @Sendable () -> Timestamp
    private let books = Mutex(DubBooks())

    /// Creates a double that knows nobody.
    public init(_ rules: Rules = Rules(), now: @escaping @Sendable () -> Timestamp) {
        self.rules = rules
        self.now = now
    }

    /// Answers one request by the platform's rules.
    public func answer(to request: ServerRequest) -> ServerResponse {
        let now = now()
        let isPublic = request.path == "/track/click"
        if !isPublic {
            let token = request.bearer
            let isTaken = rules.key.map { token == $0.revealedText } ?? true
            guard let token, isTaken, !token.hasPrefix("dub_pk_") else {
                return DubBooks.error(401, "unauthorized", "Unauthorized: Invalid API key.")
            }
        }
        return books.withLock { books in
            let limit = rules.callsPerMinuteMax ?? 1_000_000
            let window = books.window.take(at: now, limit: limit, length: 60)
            let isLimited = rules.callsPerMinuteMax != nil && window.remaining < 0
            var response = isLimited ? failure(status: 429) : books.answer(request, rules: rules, now: now)
            if isLimited { response.headers.set("Retry-After", String(max(0, window.reset - now.unixSeconds))) }
            response.headers.set("X-RateLimit-Limit", String(limit))
            response.headers.set("X-RateLimit-Remaining", String(max(0, window.remaining)))
            response.headers.set("X-RateLimit-Reset", String(window.reset))
            return response
        }
    }

    /// An error in Dub's form.
    public func failure(status: Int) -> ServerResponse {
        status == 429
            ? DubBooks.error(429, "rate_limit_exceeded", "Too many requests.")
            : DubBooks.error(status, "internal_server_error", "An internal server error occurred.")
    }

    /// Customers and commissions.
    public var records: JSONValue { books.withLock { $0.records } }

    /// The commissions of sales.
    public var bookings: [Booking] { books.withLock { $0.bookings } }

    /// Makes partners, clicks and customers known.
    public func seed(_ seed: DoubleSeed) { books.withLock { $0.add(seed) } }

    /// Forgets everything.
    public func reset() { books.withLock { $0 = DubBooks() } }
}
