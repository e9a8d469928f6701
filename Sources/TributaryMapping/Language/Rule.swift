// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// One rule of a mapping file, compiled.
final class Rule: Sendable {
    let id: String
    let types: [TypeName]
    let profiles: [String]?
    let at: Selector?
    let condition: Predicate?
    let kind: EventKind

    /// What the business key may be; the first that is there is it.
    let keys: [Identifier]
    let aliases: [Identifier]
    let assignments: [Assignment]
    let why: String?

    /// The value of `id` in the file.
    let range: Range<Int>

    /// How many selectors begin at the root, and so walk through the whole body's siblings for each node of `at`.
    let rootSelectorCount: Int

    init(
        id: String,
        types: [TypeName],
        profiles: [String]?,
        at: Selector?,
        condition: Predicate?,
        kind: EventKind,
        keys: [Identifier],
        aliases: [Identifier],
        assignments: [Assignment],
        why: String?,
        range: Range<Int>
    ) {
        self.id = id
        self.types = types
        self.profiles = profiles
        self.at = at
        self.condition = condition
        self.kind = kind
        self.keys = keys
        self.aliases = aliases
        self.assignments = assignments
        self.why = why
        self.range = range
        let expressions = keys.map(\.expression) + aliases.map(\.expression) + assignments.map(\.expression)
        rootSelectorCount = expressions.flatMap(\.selectors).count { $0.startsAtRoot }
    }

    /// The target that the kind cannot be without; of two, the first is named.
    static func required(_ kind: EventKind) -> [Target] {
        switch kind {
        case .paymentSucceeded, .paymentFailed, .disputeOpened, .disputeWon, .disputeLost: [.amount(.total)]
        case .refundSucceeded, .refundReversed: [.amount(.total), .amount(.refundedTotal)]
        case .milestoneReached: [.milestone]
        case .clickRecorded, .customerCreated, .checkoutCompleted, .paymentLinked, .subscriptionCreated,
            .subscriptionTrialStarted,
            .subscriptionActivated, .subscriptionRenewed, .subscriptionChanged, .subscriptionCancelScheduled,
            .subscriptionUncanceled, .subscriptionPaused, .subscriptionResumed, .subscriptionEnded, .orderCanceled,
            .endpointTest:
            []
        }
    }
}

/// A type of a provider's event and where it stands in the file.
struct TypeName: Sendable {
    let name: String
    let range: Range<Int>
}

/// A business key or alias: what it is an id of, and where the id is.
final class Identifier: Sendable {
    let type: String
    let expression: Expression

    init(type: String, expression: Expression) {
        self.type = type
        self.expression = expression
    }
}

/// A target and what fills it.
final class Assignment: Sendable {
    let name: String
    let target: Target
    let expression: Expression

    init(name: String, target: Target, expression: Expression) {
        self.name = name
        self.target = target
        self.expression = expression
    }
}

/// Types that a mapping leaves out on purpose.
final class IgnoreEntry: Sendable {
    let types: [TypeName]
    let why: String
    let profiles: [String]?
    let at: Selector?
    let condition: Predicate?

    init(types: [TypeName], why: String, profiles: [String]?, at: Selector?, condition: Predicate?) {
        self.types = types
        self.why = why
        self.profiles = profiles
        self.at = at
        self.condition = condition
    }
}

/// Where a webhook says what it is.
struct Envelope: Sendable {
    var id: Expression?
    var type: Expression
    var time: Expression?
    var live: Expression?
    var api: Expression?
}

/// How a body becomes a document.
enum BodyForm: Sendable {
    /// JSON.
    case json
    /// `application/x-www-form-urlencoded` with bracket nesting.
    case form
    /// JSON or a form, as the request's `Content-Type` says.
    case byContentType
    /// JSON that holds several webhooks' events.
    case batch(Selector)
}
