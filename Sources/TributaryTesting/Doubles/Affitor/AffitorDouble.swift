// SPDX-License-Identifier: Apache-2.0

import Synchronization
public import TributaryModel
public import TributaryServer

/// A double of Affitor's tracking API.
///
/// Source: `reference/platforms.md` section 4, rule table 4.9.
public final class AffitorDouble: PlatformDouble {
    /// What the references leave open, and who may call.
    public struct Rules: Sendable {
        /// How a 409 looks.
        public enum ConflictBody: Sendable, Hashable {
            /// `{"error": "Duplicate transaction_id…"}`.
            case text
            /// `{"error": "Conflict", "message": …, "statusCode": 409}`.
            case object
        }

        /// What is answered to a sale whose click is too old.
        public enum ExpiredClick: Sendable, Hashable {
            /// `attributed: false`, and no sale.
            case unattributed
            /// A sale, and no commission.
            case withoutCommission
        }

        /// The only key that is taken; `nil` takes every key but management keys.
        public var key: Secret?
        /// How a 409 looks.
        public var conflictBody = ConflictBody.text
        /// What is answered to a sale whose click is too old.
        public var expiredClick = ExpiredClick.unattributed
        /// The currencies that are taken; `nil` takes all of ISO 4217.
        public var currencies: Set<String>?
        /// Every nth sale is stored and fails to create its commission; 0 for none.
        public var commissionFailsEvery = 0
        /// Whether a second refund of a sale is taken, against what the references let one expect.
        public var takesSeveralRefunds = false

        /// Creates rules that take every key and currency.
        public init() {}
    }

    /// `affitor`.
    public let name = "affitor"

    /// Nothing; the paths begin with `/api`.
    public let basePath = ""

    private let rules: Rules
    private let now: @Sendable () -> Timestamp
    private let books = Mutex(AffitorBooks())

    /// Creates a double that knows nobody.
    public init(_ rules: Rules = Rules(), now: @escaping @Sendable () -> Timestamp) {
        self.rules = rules
        self.now = now
    }

    /// Answers one request by the platform's rules.
    public func answer(to request: ServerRequest) -> ServerResponse {
        let now = now()
        let path = Self.modern(request.path)
        let isPublic = path == "/api/v1/track/click"
        if !isPublic {
            let token = request.bearer
            let isTaken = rules.key.map { token == $0.revealedText } ?? true
            guard let token, isTaken, !token.hasPrefix("affk_") else {
                return AffitorBooks.error(401, "Invalid API token")
            }
        }
        return books.withLock { $0.answer(request, path, rules: rules, now: now) }
    }

    /// The path in today's spelling; the legacy prefix stands for the same calls.
    private static func modern(_ path: String) -> String {
        let legacy = "/api/tracking/"
        return path.hasPrefix(legacy) ? "/api/v1/track/" + path.dropFirst(legacy.utf8.count) : path
    }

    /// An error in Affitor's form.
    public func failure(status: Int) -> ServerResponse {
        AffitorBooks.error(status, status == 429 ? "Too many requests" : "Sale tracking failed")
    }

    /// Customers and sales.
    public var records: JSONValue { books.withLock { $0.records } }

    /// The sales that have a commission.
    public var bookings: [Booking] { books.withLock { $0.bookings } }

    /// Makes partners, clicks and customers known.
    public func seed(_ seed: DoubleSeed) { books.withLock { $0.add(seed) } }

    /// Forgets everything.
    public func reset() { books.withLock { $0 = AffitorBooks() } }
}
