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
        /// Status where no referral matches: 400, 404 or 422.
        public var noReferralStatus = 400
        /// Status of a replay: 200 or 201.
        public var replayStatus = 200
        /// Status of a refund beyond the balance: 400 or 409.
        public var overRefundStatus = 400
        /// Whether a known key with another amount is a conflict (409), and not answered with the first result.
        public var refusesOtherAmount = false
        /// Whether every id that is sent has to be known; otherwise the unknown ones are linked to the others' referral.
        public var wantsKnownIdentifiers = false
        /// Whether an incentive matches, without which a sale earns nothing.
        public var hasIncentive = true
        /// User ids that are rejected as fraudulent.
        public var rejectedUsers: Set<String> = []
        /// Whether the program keeps e-mail addresses.
        public var keepsEmail = true
        /// Whether the list of referrals heeds `external_user_id`, which older versions do not know.
        public var filtersUsers = true
        /// Whether referrals are shown with their `external_user_id`, which the documented body leaves out.
        public var showsUsers = true
        /// Status of a deletion: 200 or 204.
        public var deletionStatus = 200
        /// Whether a source looks at the case of Segment's event names.
        public var heedsCase = true
        /// Whether a source answers without the data of what it made.
        public var sourceIsSilent = false
        /// How calls must be signed; `nil` for not at all.
        public var signing: RequestSigning?
        /// How calls to a source must be signed, by its name: `segment` or `custom`.
        public var sourceSigning: [String: RequestSigning] = [:]
        /// How far the time of a signature may be away, in seconds.
        public var signatureSecondsMax: Int64 = 300
        /// Status where a signature is missing, old or wrong: 400, 401 or 403.
        public var signatureStatus = 401
        /// Calls that are taken in one second; `nil` for any number.
        public var callsPerSecondMax: Int?
        /// Calls that are taken in one minute; `nil` for any number.
        public var callsPerMinuteMax: Int?

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
            // Where the double does not limit, it says so by a number that nobody reaches.
            let second = books.second.take(at: now, limit: rules.callsPerSecondMax ?? 1_000_000, length: 1)
            let minute = books.minute.take(at: now, limit: rules.callsPerMinuteMax ?? 1_000_000, length: 60)
            var response: ServerResponse
            if second.remaining < 0 || minute.remaining < 0 {
                let reset = minute.remaining < 0 ? minute.reset : second.reset
                let wait = max(1, reset - now.unixSeconds)
                response = AffonsoBooks.error(429, "Too many requests", after: Int(wait))
                response.headers.set("Retry-After", String(wait))
            } else {
                response =
                    refusal(of: request, at: now)
                    ?? books.answer(request, request.path(behind: basePath), rules: rules, now: now)
            }
            let (limit, window) =
                rules.callsPerMinuteMax == nil && rules.callsPerSecondMax != nil
                ? (rules.callsPerSecondMax ?? 0, second) : (rules.callsPerMinuteMax ?? 1_000_000, minute)
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
        guard let signing = signing(of: request), !isGenuine(request, signing, at: now) else { return nil }
        return AffonsoBooks.error(rules.signatureStatus, "Invalid request signature")
    }

    /// How a request must be signed; `nil` for not at all.
    private func signing(of request: ServerRequest) -> RequestSigning? {
        let parts = request.path(behind: basePath).split(separator: "/").map(String.init)
        guard request.method == "POST", let first = parts.first else { return nil }
        if first == "sources", parts.count > 1 { return rules.sourceSigning[parts[1]] }
        return ["conversions", "events"].contains(first) ? rules.signing : nil
    }

    /// Whether the signature fits, over a time that is near enough.
    private func isGenuine(_ request: ServerRequest, _ signing: RequestSigning, at now: Timestamp) -> Bool {
        guard let text = request.headers[signing.timestampHeader], let seconds = Int64(text),
            abs(now.unixSeconds.subtractingReportingOverflow(seconds).partialValue) <= rules.signatureSecondsMax,
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
