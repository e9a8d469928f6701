// SPDX-License-Identifier: Apache-2.0

import Synchronization
public import TributaryModel
public import TributaryServer

/// A double of Tapfiliate's REST API 1.6 and of its postback 1.7, which share their books.
///
/// Source: `reference/platforms.md` section 5, rule table 5.9.
public final class TapfiliateDouble: PlatformDouble {
    /// What the references leave open, and who may call.
    public struct Rules: Sendable {
        /// What is answered to a path without its last slash.
        public enum MissingSlash: Sendable, Hashable {
            /// A page with status 404.
            case notFound
            /// A redirect to the path with the slash.
            case redirect
        }

        /// What the postback answers.
        public enum PostbackAnswer: Sendable, Hashable {
            /// The conversion or customer, as the REST API answers it.
            case json
            /// Nothing.
            case empty
        }

        /// The only key that is taken; `nil` takes every key.
        public var key: Secret?
        /// The header field in which the key is expected.
        public var keyHeader = "X-Api-Key"
        /// Status for an `external_id` or `customer_id` that exists: 409, 422 or 400.
        public var duplicateStatus = 409
        /// Whether an `external_id` that exists is refused at all; the API promises no idempotency.
        public var refusesDuplicates = true
        /// Status for a referral code that does not exist: 404 or 422.
        public var unknownCodeStatus = 404
        /// What is answered to a path without its last slash.
        public var missingSlash = MissingSlash.notFound
        /// Whether a conversion that credits nobody is stored; else it is refused with 400.
        public var storesUnattributed = true
        /// Commissions that each conversion makes, the first of kind `regular`.
        public var commissionsPerConversion = 1
        /// The program's currency; `nil` for that of each conversion.
        public var programCurrency: Currency?
        /// Whether commissions stay as they are when their conversion's amount changes.
        public var fixesCommissions = false
        /// Whether commissions are paid out as soon as they are made.
        public var paysOutAtOnce = false
        /// The verbs that a customer's status takes.
        public var statusVerbs: Set<String> = ["PUT", "DELETE"]
        /// Whether the list of customers can be filtered by our id, which is not confirmed.
        public var filtersCustomers = true
        /// What the postback answers.
        public var postbackAnswer = PostbackAnswer.json
        /// Calls that are taken in one minute; `nil` for any number.
        public var callsPerMinuteMax: Int?
        /// Status of a call beyond that: 429 or 403.
        public var exhaustedStatus = 429

        /// Creates rules that take every key and refuse duplicates with 409.
        public init() {}
    }

    /// `tapfiliate`.
    public let name = "tapfiliate"

    /// `/1.6`.
    public let basePath = "/1.6"

    /// `/1.7/pb`, in place of ``basePath`` for the postback.
    public static let postbackPath = "/1.7/pb"

    private let rules: Rules
    private let now: @Sendable () -> Timestamp
    private let books = Mutex(TapfiliateBooks())

    /// Creates a double that knows nobody.
    public init(_ rules: Rules = Rules(), now: @escaping @Sendable () -> Timestamp) {
        self.rules = rules
        self.now = now
    }

    /// Answers one request by the platform's rules.
    public func answer(to request: ServerRequest) -> ServerResponse {
        guard let key = request.headers[rules.keyHeader], !key.isEmpty else { return Self.page(401) }
        if let own = rules.key, key != own.revealedText { return TapfiliateBooks.error(401, "Authentication Failed.") }
        let isPostback = request.path.hasPrefix(Self.postbackPath + "/")
        let path = request.path(behind: isPostback ? Self.postbackPath : basePath)
        guard path.hasSuffix("/") else {
            guard rules.missingSlash == .redirect else { return Self.page(404) }
            var response = Self.page(301)
            response.headers.set("Location", request.path + "/")
            return response
        }
        let now = now()
        return books.withLock { books in
            let limit = rules.callsPerMinuteMax ?? 1_000_000
            let window = books.window.take(at: now, limit: limit, length: 60)
            let isLimited = rules.callsPerMinuteMax != nil && window.remaining < 0
            var response =
                isLimited
                ? TapfiliateBooks.error(rules.exhaustedStatus, "Too many requests.")
                : books.answer(request, path, isPostback: isPostback, rules: rules, now: now) ?? Self.page(404)
            response.headers.set("X-Ratelimit-Limit", String(limit))
            response.headers.set("X-Ratelimit-Remaining", String(max(0, window.remaining)))
            response.headers.set("X-Ratelimit-Reset", String(window.reset))
            return response
        }
    }

    private static func page(_ status: Int) -> ServerResponse {
        .text("<!doctype html><title>Tapfiliate</title>", status: status, type: "text/html; charset=UTF-8")
    }

    /// An error in Tapfiliate's form.
    public func failure(status: Int) -> ServerResponse {
        TapfiliateBooks.error(status, status == 429 ? "Too many requests." : "Internal error.")
    }

    /// Clicks, customers and conversions.
    public var records: JSONValue { books.withLock { $0.records } }

    /// The conversions that credit somebody.
    public var bookings: [Booking] { books.withLock { $0.bookings } }

    /// Makes partners, clicks and customers known.
    public func seed(_ seed: DoubleSeed) { books.withLock { $0.add(seed) } }

    /// Forgets everything.
    public func reset() { books.withLock { $0 = TapfiliateBooks() } }
}
