// SPDX-License-Identifier: Apache-2.0

import Synchronization
public import TributaryModel
public import TributaryServer

/// A double of Tolt's API, version 2.
///
/// Source: `reference/platforms.md` section 11; <https://docs.tolt.com>.
public final class ToltDouble: PlatformDouble {
    /// What the references leave open, and who may call.
    public struct Rules: Sendable {
        /// The only key that is taken; `nil` takes every key.
        public var key: Secret?
        /// The program's currency, in which every amount is read.
        public var currency = Currency("EUR")
        /// Whether a customer needs a partner or link beside the click.
        public var needsPartner = true
        /// Whether a customer needs an e-mail address.
        public var needsEmail = false
        /// Whether single records come in a list, as in version 1.
        public var wrapsInLists = false
        /// Calls that are taken in one minute; `nil` for any number.
        public var callsPerMinuteMax: Int?

        /// Creates rules that take every key and want a partner with each customer.
        public init() {}
    }

    /// `tolt`.
    public let name = "tolt"

    /// `/v2`.
    public let basePath = "/v2"

    private let rules: Rules
    private let now: @Sendable () -> Timestamp
    private let books = Mutex(ToltBooks())

    /// Creates a double that knows nobody.
    public init(_ rules: Rules = Rules(), now: @escaping @Sendable () -> Timestamp) {
        self.rules = rules
        self.now = now
    }

    /// Answers one request by the platform's rules.
    public func answer(to request: ServerRequest) -> ServerResponse {
        let token = request.bearer
        guard let token, rules.key.map({ token == $0.revealedText }) ?? true else {
            return ToltBooks.error(401, "unauthorized", "Invalid API key")
        }
        guard request.body.count <= 1_048_576 else {
            return ToltBooks.error(413, "payload_too_large", "The body is larger than 1 MB")
        }
        let now = now()
        return books.withLock { books in
            if let limit = rules.callsPerMinuteMax, books.window.take(at: now, limit: limit, length: 60).remaining < 0 {
                return ToltBooks.error(429, "rate_limited", "Too many requests")
            }
            return books.answer(request, request.path(behind: basePath), rules: rules, now: now)
        }
    }

    /// An error in Tolt's form.
    public func failure(status: Int) -> ServerResponse {
        ToltBooks.error(status, status == 429 ? "rate_limited" : "internal_error", "Something went wrong")
    }

    /// Clicks, customers and transactions.
    public var records: JSONValue { books.withLock { $0.records } }

    /// The transactions.
    public var bookings: [Booking] { books.withLock { $0.bookings(rules.currency) } }

    /// Makes partners, clicks and customers known.
    public func seed(_ seed: DoubleSeed) { books.withLock { $0.add(seed) } }

    /// Forgets everything.
    public func reset() { books.withLock { $0 = ToltBooks() } }
}
