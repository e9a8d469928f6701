// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Tributary
public import TributaryModel
public import TributaryServer

/// A double of PartnerStack's API, version 2, and of its conversion API at `/conversion/xid`.
///
/// Source: `reference/platforms.md` section 9; <https://docs.partnerstack.com>.
public final class PartnerStackDouble: PlatformDouble {
    /// What the references leave open, and who may call.
    public struct Rules: Sendable {
        /// What comes of a key that exists.
        public enum RepeatedKey: Sendable, Hashable, CaseIterable {
            /// 409.
            case conflict
            /// 400, with words.
            case refused
            /// 200, with the first record.
            case first
        }

        /// The public key and the secret key that are taken; `nil` takes every pair.
        public var keys: (user: String, secret: Secret)?
        /// The only token that the conversion API takes; `nil` takes every one.
        public var conversionToken: Secret?
        /// What comes of a key that exists.
        public var repeatedKey = RepeatedKey.conflict
        /// Whether records come in an envelope `data`.
        public var hasEnvelope = true
        /// Whether a customer needs an e-mail address.
        public var needsEmail = false
        /// Status for a customer or partner who is not known: 404 or 400.
        public var unknownStatus = 404

        /// Creates rules that take every key and refuse a repeated one with 409.
        public init() {}
    }

    /// `partnerstack`.
    public let name = "partnerstack"

    /// `/api/v2`.
    public let basePath = "/api/v2"

    private let rules: Rules
    private let now: @Sendable () -> Timestamp
    private let books = Mutex(PartnerStackBooks())

    /// Creates a double that knows nobody.
    public init(_ rules: Rules = Rules(), now: @escaping @Sendable () -> Timestamp) {
        self.rules = rules
        self.now = now
    }

    /// Answers one request by the platform's rules.
    public func answer(to request: ServerRequest) -> ServerResponse {
        let path = request.path(behind: basePath)
        guard isAdmitted(request, path) else { return PartnerStackBooks.error(401, "Unauthorized") }
        let now = now()
        return books.withLock { $0.answer(request, path, rules: rules, now: now) }
    }

    private func isAdmitted(_ request: ServerRequest, _ path: String) -> Bool {
        if path == "/conversion/xid" {
            guard let token = request.bearer else { return false }
            return rules.conversionToken.map { token == $0.revealedText } ?? true
        }
        guard let given = request.headers["Authorization"], given.hasPrefix("Basic ") else { return false }
        guard let keys = rules.keys else { return true }
        let expected = Call.SecretHeader.basic(user: keys.user, password: keys.secret)
        return given == expected.prefix + expected.secret.revealedText
    }

    /// An error in PartnerStack's form.
    public func failure(status: Int) -> ServerResponse {
        PartnerStackBooks.error(status, status == 429 ? "Too many requests" : "Internal server error")
    }

    /// Customers and transactions.
    public var records: JSONValue { books.withLock { $0.records } }

    /// The transactions, less what others take back of them.
    public var bookings: [Booking] { books.withLock { $0.bookings } }

    /// Makes partners, clicks and customers known.
    public func seed(_ seed: DoubleSeed) { books.withLock { $0.add(seed) } }

    /// Forgets everything.
    public func reset() { books.withLock { $0 = PartnerStackBooks() } }
}
