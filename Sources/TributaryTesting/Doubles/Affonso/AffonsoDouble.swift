// SPDX-License-Identifier: Apache-2.0

import Synchronization
public import TributaryModel
public import TributaryServer
public import TributarySigning

/// A double of Affonso's REST API.
///
/// Source: `reference/platforms.md` section 3, rule table 3.11.
public final class AffonsoDouble: PlatformDouble {
    /// What the references leave open, and who may call.
    public struct Rules: Sendable {
        /// The only key that is taken; `nil` takes every key.
        public var key: Secret?
        /// A key without the scope to write, answered with 403.
        public var keyWithoutScope: Secret?
        /// Status where no referral matches: 400 or 404.
        public var noReferralStatus = 400
        /// Status of a replay: 200 or 201.
        public var replayStatus = 200
        /// How calls must be signed; `nil` for not at all.
        public var signing: RequestSigning?
        /// Calls that are taken in one second; `nil` for any number.
        public var callsPerSecondMax: Int?

        /// Creates rules that take every key and sign nothing.
        public init() {}
    }

    /// `affonso`.
    public let name = "affonso"

    /// `/v1`.
    public let basePath = "/v1"

    private let rules: Rules
    private let now: @Sendable () -> Timestamp
    private let books = Mutex(AffonsoBooks())

    /// Creates a double that knows nobody.
    public init(_ rules: Rules = Rules(), now: @escaping @Sendable () -> Timestamp) {
        self.rules = rules
        self.now = now
    }

    /// Answers one request by the platform's rules.
    public func answer(to request: ServerRequest) -> ServerResponse {
        let now = now()
        return books.withLock { books in
            let limit = rules.callsPerSecondMax ?? 10
            let window = books.window.take(at: now, limit: limit, length: 1)
            var response: ServerResponse
            if window.remaining < 0, rules.callsPerSecondMax != nil {
                response = AffonsoBooks.error(429, "Too many requests", after: 1)
                response.headers.set("Retry-After", "1")
            } else {
                response =
                    refusal(of: request, at: now)
                    ?? books.answer(request, request.path(behind: basePath), rules: rules)
            }
            response.headers.set("X-RateLimit-Limit", String(limit))
            response.headers.set("X-RateLimit-Remaining", String(max(0, window.remaining)))
            response.headers.set("X-RateLimit-Reset", String(window.reset))
            return response
        }
    }

    private func refusal(of request: ServerRequest, at now: Timestamp) -> ServerResponse? {
        guard let token = request.bearer else { return AffonsoBooks.error(401, "Missing API key") }
        if let without = rules.keyWithoutScope, token == without.revealedText {
            return AffonsoBooks.error(403, "The API key has no scope write:commissions")
        }
        if let key = rules.key, token != key.revealedText { return AffonsoBooks.error(401, "Invalid API key") }
        guard let signing = rules.signing, request.method == "POST", Self.isSigned(request.path(behind: basePath))
        else {
            return nil
        }
        return Self.isGenuine(request, signing, at: now) ? nil : AffonsoBooks.error(401, "Invalid request signature")
    }

    private static func isSigned(_ path: String) -> Bool {
        path.hasPrefix("/conversions") || path.hasPrefix("/events") || path.hasPrefix("/sources/")
    }

    /// Whether the signature fits, over a time at most five minutes away.
    private static func isGenuine(_ request: ServerRequest, _ signing: RequestSigning, at now: Timestamp) -> Bool {
        guard let text = request.headers[signing.timestampHeader], let seconds = Int64(text),
            abs(now.unixSeconds.subtractingReportingOverflow(seconds).partialValue) <= 300,
            let given = request.headers[signing.signatureHeader]
        else { return false }
        let fields = signing.fields(body: request.body, path: request.path, now: Timestamp(unixSeconds: seconds))
        return fields[signing.signatureHeader] == given
    }

    /// An error in Affonso's form.
    public func failure(status: Int) -> ServerResponse {
        AffonsoBooks.error(status, status == 429 ? "Too many requests" : "Internal error")
    }

    /// Referrals, conversions and events.
    public var records: JSONValue { books.withLock { $0.records } }

    /// The conversions.
    public var bookings: [Booking] { books.withLock { $0.bookings } }

    /// Makes partners, clicks and customers known.
    public func seed(_ seed: DoubleSeed) { books.withLock { $0.add(seed) } }

    /// Forgets everything.
    public func reset() { books.withLock { $0 = AffonsoBooks() } }
}
