// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What a sink wants next in one attempt.
public enum Step: Sendable, Hashable {
    /// Make this call and come back with the answer.
    case call(Call)
    /// The delivery is over.
    case end(End)
    /// This attempt failed; try the whole delivery again later.
    case retry(Retry)

    /// How a delivery ended.
    public struct End: Sendable, Hashable {
        /// The class of the end.
        public var end: DeliveryEnd
        /// Why, in words for a person; no secret, no e-mail, no body.
        public var reason: String
        /// What the platform gave us to remember, for later corrections.
        public var receipt: Receipt

        /// Creates an end.
        public init(_ end: DeliveryEnd, reason: String, receipt: Receipt = Receipt()) {
            self.end = end
            self.reason = reason
            self.receipt = receipt
        }
    }

    /// Why and when to try again.
    public struct Retry: Sendable, Hashable {
        /// What the failure says about the sink as a whole.
        public enum Scope: Sendable, Hashable {
            /// Only this delivery is concerned.
            case delivery
            /// The platform is unwell or limits us: its breaker counts this.
            case platform
            /// The credentials are refused: pause the sink until they are mended.
            case credentials
        }

        /// Why, in words for a person.
        public var reason: String
        /// The wait that the platform asked for, if it did.
        public var after: Duration?
        /// Whom the failure concerns.
        public var scope: Scope
        /// Whether the platform answered well and only what this builds on is not there yet; see ``Delivery/waits``.
        public var isWait: Bool

        /// Creates a retry.
        public init(reason: String, after: Duration? = nil, scope: Scope = .platform, isWait: Bool = false) {
            self.reason = reason
            self.after = after
            self.scope = scope
            self.isWait = isWait
        }
    }
}

/// What a platform gave us when it stored an event: its ids, by names that the sink chooses.
public struct Receipt: Sendable, Hashable {
    /// Names and ids in order, for example `conversion` and `com_8`.
    public var ids: [Attribution.Parameter]

    /// Creates a receipt.
    public init(_ ids: [Attribution.Parameter] = []) { self.ids = ids }

    /// The first id of that name.
    public subscript(name: String) -> String? { ids.first { $0.name == name }?.value }

    /// All ids of that name.
    public func all(_ name: String) -> [String] { ids.compactMap { $0.name == name ? $0.value : nil } }
}
