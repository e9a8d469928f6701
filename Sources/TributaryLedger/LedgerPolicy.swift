// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// The settings that the ledger's rules depend on.
public struct LedgerPolicy: Sendable, Hashable {
    /// Whose click counts when a customer came through several partners.
    public enum Touch: String, Sendable, Hashable, CaseIterable {
        /// The first one, for ever.
        case first
        /// The last one before the sale.
        case last
    }

    /// The sinks, in the order of the configuration.
    public var sinks: [SinkPolicy]

    /// How long a payment waits for whoever brought its buyer to become known; then it is organic, or where it names
    /// the user, goes to platforms that may know the user from elsewhere.
    public var grace: Duration

    /// Whose click counts.
    public var touch: Touch

    /// After which time an attribution that led to no customer is forgotten.
    public var clickLifetime: Duration

    /// How long raw bodies are kept.
    public var bodyRetention: Duration

    /// Creates a policy.
    public init(
        sinks: [SinkPolicy],
        grace: Duration = .seconds(15 * 60),
        touch: Touch = .first,
        clickLifetime: Duration = .seconds(30 * 86_400),
        bodyRetention: Duration = .seconds(90 * 86_400)
    ) {
        self.sinks = sinks
        self.grace = grace
        self.touch = touch
        self.clickLifetime = clickLifetime
        self.bodyRetention = bodyRetention
    }
}

/// What the ledger needs to know about a sink in order to plan its deliveries.
public struct SinkPolicy: Sendable, Hashable {
    /// Which money a sink takes.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Real money only.
        case live
        /// Test money only.
        case test
        /// Both.
        case all
    }

    /// The sink's name in the configuration.
    public var name: String

    /// The kinds that are sent.
    public var kinds: Set<EventKind>

    /// Metadata keys in which this platform's identifiers stand; any of them with a text attributes an event to it.
    public var parameters: Set<String>

    /// Whether sales without attribution are sent too.
    public var sendsOrganic: Bool

    /// Whether lead, sale and refund of one customer go one after the other.
    public var needsOrder: Bool

    /// Metadata keys that name the user, for a platform that can be told of nobody without one; `nil` for others.
    public var userParameters: Set<String>?

    /// Which money is sent.
    public var mode: Mode

    /// How long a correction that gives back a part waits for others of its sale, to go out with them as one.
    public var correctionHold: Duration

    /// Creates a sink's policy.
    public init(
        name: String,
        kinds: Set<EventKind>,
        parameters: Set<String>,
        sendsOrganic: Bool = false,
        needsOrder: Bool = true,
        userParameters: Set<String>? = nil,
        mode: Mode = .live,
        correctionHold: Duration = .zero
    ) {
        self.name = name
        self.kinds = kinds
        self.parameters = parameters
        self.sendsOrganic = sendsOrganic
        self.needsOrder = needsOrder
        self.userParameters = userParameters
        self.mode = mode
        self.correctionHold = correctionHold
    }

    /// Whether an event names a partner for this sink, be it by a coupon.
    public func namesPartner(_ event: Event) -> Bool {
        let attribution = event.attribution
        return attribution.click != nil || attribution.referral != nil || attribution.code != nil
            || attribution.coupon != nil
            || attribution.params.contains { parameters.contains($0.name) && !$0.value.isEmpty }
    }

    /// Whether an event lacks the user without whom the platform can be told nothing; a click has none yet.
    public func lacksUser(_ event: Event) -> Bool {
        guard let userParameters, event.kind != .clickRecorded, event.customer.user == nil else { return false }
        return !event.attribution.params.contains { userParameters.contains($0.name) && !$0.value.isEmpty }
    }

    /// Whether this sink's platform can know by an event whom to credit.
    ///
    /// A user id counts too: it is how a platform that was told of the sign-up by others knows the customer.
    public func isAttributed(_ event: Event) -> Bool { namesPartner(event) || event.customer.user != nil }
}
