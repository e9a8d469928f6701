// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TributaryJSON
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

        /// What is answered to a sale of somebody whom no partner brought.
        public enum Stranger: String, Sendable, Hashable, CaseIterable {
            /// There is no such customer.
            case unknown = "Customer not found. Provide customer_key or click_id."
            /// Nobody brought the customer.
            case unattributed = "No affiliate attribution found for this customer in this program"
            /// Who brought the customer is no partner of the program.
            case unrelated = "No partner-program relationship found for this customer"
        }

        /// How an error looks.
        public enum ErrorBody: Sendable, Hashable {
            /// `{"error": "…"}`.
            case text
            /// `{"error": {"status": 400, "code": "…", "message": "…"}}`, as the calls for agents answer.
            case object
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
        /// How an error looks; a 409 has a look of its own.
        public var errorBody = ErrorBody.text
        /// What is answered to a sale of somebody whom no partner brought.
        public var stranger = Stranger.unknown
        /// Partners whose links are switched off.
        public var inactivePartners: Set<String> = []
        /// Whether a sale is booked although it is marked as a test; that sales take the mark is not confirmed.
        public var booksTestSales = false
        /// The gates of the program's readiness that do not pass, with their state: `fail` or `unknown`.
        public var gates: [String: String] = [:]
        /// Whether the readiness stands in `data`.
        public var wrapsReadiness = false
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
                return dressed(AffitorBooks.error(401, "Invalid API token"))
            }
        }
        return dressed(books.withLock { $0.answer(request, path, rules: rules, now: now) })
    }

    /// The answer with its error in the form that the rules want.
    private func dressed(_ response: ServerResponse) -> ServerResponse {
        guard rules.errorBody == .object, response.status >= 400, response.status != 409,
            // The double's own bodies are JSON.
            let text = (try? JSONValue(parsing: response.body))?["error"]?.string
        else { return response }
        let error: JSONValue = ["status": .integer(response.status), "code": "error", "message": .string(text)]
        var dressed = ServerResponse.json(["error": error], status: response.status)
        if let wait = response.headers["Retry-After"] { dressed.headers.set("Retry-After", wait) }
        return dressed
    }

    /// The path in today's spelling; the legacy prefix stands for the same calls.
    private static func modern(_ path: String) -> String {
        let legacy = "/api/tracking/"
        return path.hasPrefix(legacy) ? "/api/v1/track/" + path.dropFirst(legacy.utf8.count) : path
    }

    /// An error in Affitor's form.
    public func failure(status: Int) -> ServerResponse {
        dressed(AffitorBooks.error(status, status == 429 ? "Too many requests" : "Sale tracking failed"))
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
