// SPDX-License-Identifier: Apache-2.0

import Synchronization
public import TributaryModel
public import TributaryServer

/// A double of the platforms that take postbacks, in the style of one of them.
///
/// Source: `reference/platforms.md` section 13, rule 13.3.
public final class PostbackDouble: PlatformDouble {
    /// Whose postbacks it takes.
    public enum Style: String, Sendable, Hashable, CaseIterable {
        /// `/?nid=…&transaction_id=…`, with statuses.
        case everflow
        /// `/aff_lsr?offer_id=…&transaction_id=…`: 200 to everything, and the outcome in the text.
        case tune
        /// `/postback?cid=…&payout=…&txid=…`: 200, also to clicks that it does not know.
        case voluum
    }

    /// What the references leave open, and who may call.
    public struct Rules: Sendable {
        /// What is answered to a call that books nothing.
        public enum Answers: Sendable, Hashable {
            /// The outcome is named: a status, or the text.
            case named
            /// Nothing but 200, as if it had been booked.
            case silent
        }

        /// The only token that is taken; `nil` takes every call.
        public var token: Secret?
        /// The only key that the network's API takes; `nil` takes every call.
        public var apiKey: Secret?
        /// The currency of amounts that state none.
        public var currency = Currency("EUR")
        /// What is answered to an unknown click.
        public var unknownClick = Answers.named
        /// What is answered to a conversion that is there already.
        public var duplicate = Answers.named

        /// Creates rules that take every call.
        public init() {}
    }

    /// The style's name.
    public var name: String { style.rawValue }

    /// The style's name as the first part of the path, since `/` is the double's own page.
    public var basePath: String { "/" + style.rawValue }

    let style: Style
    let rules: Rules
    let books = Mutex(PostbackBooks())

    /// Creates a double that knows nobody.
    public init(_ style: Style, _ rules: Rules = Rules()) {
        self.style = style
        self.rules = rules
    }

    /// Answers one request by the style's rules.
    public func answer(to request: ServerRequest) -> ServerResponse {
        let path = request.path(behind: basePath)
        if let answer = api(request, path) { return answer }
        guard request.method == "GET" || request.method == "POST" else { return .text("", status: 405) }
        switch style {
        case .everflow: return everflow(request, path)
        case .tune: return tune(request, path)
        case .voluum: return voluum(request, path)
        }
    }

    private func book(_ call: PostbackBooks.Call) -> PostbackBooks.Outcome {
        books.withLock { $0.book(call, rules) }
    }

    private func everflow(_ request: ServerRequest, _ path: String) -> ServerResponse {
        guard path == "/" || path == "/sdk/conversion", request.query("nid") != nil else {
            return .text("not found", status: 404)
        }
        if let token = rules.token, request.query("verification_token") != token.revealedText {
            return .text("Invalid verification token", status: 401)
        }
        let call = PostbackBooks.Call(
            click: request.query("transaction_id"),
            amount: request.query("amount"),
            key: request.query("order_id"),
            event: request.query("event_id")
        )
        switch book(call) {
        case .booked: return .text("")
        case .duplicate: return rules.duplicate == .silent ? .text("") : .text("Duplicate transaction")
        case .unknownClick: return rules.unknownClick == .silent ? .text("") : .text("Invalid transaction", status: 400)
        case .invalid: return .text("Invalid amount", status: 422)
        }
    }

    private func tune(_ request: ServerRequest, _ path: String) -> ServerResponse {
        func no(_ message: String) -> ServerResponse { .text("success=false; err_msg=\(message);") }
        let isGoal = path == "/aff_goal" && request.query("a") == "lsr" && request.query("goal_id") != nil
        guard isGoal || path == "/aff_lsr" && request.query("offer_id") != nil else { return no("Invalid offer") }
        if let token = rules.token, request.query("security_token") != token.revealedText {
            return no("Invalid security token")
        }
        let call = PostbackBooks.Call(
            click: request.query("transaction_id"),
            amount: request.query("amount"),
            key: request.query("adv_sub"),
            event: request.query("goal_id")
        )
        switch book(call) {
        case .booked: return .text("success=true;")
        case .duplicate: return rules.duplicate == .silent ? .text("success=true;") : no("Duplicate conversion")
        case .unknownClick: return no("Invalid transaction ID")
        case .invalid: return no("Invalid amount")
        }
    }

    private func voluum(_ request: ServerRequest, _ path: String) -> ServerResponse {
        // There is no token: the platform knows its callers by their addresses.
        guard path == "/postback" else { return .text("", status: 403) }
        let call = PostbackBooks.Call(
            click: request.query("cid"),
            amount: request.query("payout"),
            currency: request.query("currency"),
            key: request.query("txid"),
            event: request.query("et")
        )
        switch book(call) {
        case .booked, .duplicate: return .text("")
        case .unknownClick: return rules.unknownClick == .silent ? .text("") : .text("", status: 404)
        case .invalid: return .text("", status: 400)
        }
    }

    /// An error without words.
    public func failure(status: Int) -> ServerResponse { .text("", status: status) }

    /// Clicks, conversions and events.
    public var records: JSONValue { books.withLock { $0.records } }

    /// The conversions with an amount.
    public var bookings: [Booking] { books.withLock { $0.bookings } }

    /// Makes partners and clicks known.
    public func seed(_ seed: DoubleSeed) { books.withLock { $0.seed.add(seed) } }

    /// Forgets everything.
    public func reset() { books.withLock { $0 = PostbackBooks() } }
}
