// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Fills a rule from the bodies that it is for.
struct RuleFiller {
    private(set) var draft: RuleDraft

    /// Why the rule would be worthless; `nil` where it is not.
    private(set) var problem: String?

    private let inventory: Inventory
    private let references: ReferenceGuess
    private let bags: [BagGuess]
    private let envelope: EnvelopeGuess
    private let units: AmountUnits
    private let type: [String]
    private let sampleCount: Int

    init(
        draft: RuleDraft,
        samples: [JSONValue],
        envelope: EnvelopeGuess,
        units: AmountUnits,
        links: SampleLinks,
        type: [String]
    ) {
        self.draft = draft
        self.envelope = envelope
        self.units = units
        self.type = type
        sampleCount = samples.count
        let inventory = Inventory(samples)
        let bags = BagGuess.find(inventory, at: draft.at, taken: envelope.places)
        // What stands in a merchant's own bag is none of the provider's ids.
        let inBags = bags.flatMap { inventory.below($0.field.place) }.map(\.place)
        references = ReferenceGuess(
            inventory,
            at: draft.at,
            type: type,
            taken: envelope.places.union(inBags),
            kind: draft.kind,
            links: links
        )
        self.inventory = inventory
        self.bags = bags
    }

    /// The field that says in which state the object is.
    static func status(_ inventory: Inventory, _ at: Place) -> Field? {
        let listed = ["payment_status", "status", "state", "dispute_status"].lazy
            .compactMap { inventory[at.member($0)] }.first { $0.isText }
        return listed
            ?? inventory.fields.first { field in
                field.place.parent == at && field.place.depth == at.depth + 1 && field.isText && !field.isNumeric
                    && Words.of(field.place.name).last.map(Vocabulary.states.contains) ?? false
            }
    }

    /// Lets the rule take only the states in which the samples were.
    mutating func askState(_ at: Place) {
        guard let status = Self.status(inventory, at) else { return }
        // A sale that was given back in part and one given back whole differ in their status and both count.
        guard draft.kind != .refundSucceeded || references.role == "refund" else { return }
        let seen = Set(status.texts).sorted()
        let selector = at == .root ? "@" + status.place.selector.dropFirst() : draft.selector(status.place)
        let clauses = seen.map { "\(selector) == \(RuleDraft.literal($0))" }
        draft.clauses.append(clauses.count > 1 ? "(" + clauses.joined(separator: " || ") + ")" : clauses[0])
        draft.used.insert(status.place)
        draft.guesses.append(
            Guess(
                "where",
                draft.clauses.last ?? "",
                .likely,
                "the status of every sample that means this; another one is filtered",
                rule: draft.id
            )
        )
    }

    mutating func fill() {
        fillPhase()
        fillCustomer()
        fillBag()
        var money = MoneyFiller(draft: draft, inventory: inventory, units: units, references: references)
        money.fill()
        draft = money.draft
        problem = money.problem
        fillSubscription()
        fillReferences()
        fillKey(cumulative: money.cumulative)
    }

    private var at: Place { draft.at }

    /// Members of the object itself and of objects in it, no lists.
    private func inside(_ depth: Int) -> [Field] {
        inventory.below(at).filter { $0.place.depth - at.depth <= depth && !$0.place.isInArray }
    }

    // MARK: Customer

    private mutating func fillCustomer() {
        let names = [
            "customer", "customer_id", "customer.id", "customer.customer_id", "payer_id", "buyer_id", "purchaser_id",
            "user_id",
        ]
        func name(_ field: Field) -> String {
            let own = field.plainName
            guard ["id", "customer_id"].contains(own), field.place.parent != at else { return own }
            return Words.plain(field.place.parent.name) + "." + own
        }
        func best(_ fields: [Field]) -> Field? {
            fields.filter { field in
                field.isText && (names.contains(name(field)) || isPersonID(field))
                    && !envelope.places.contains(field.place)
                    && !bags.contains { field.place.isBelow($0.field.place) }
            }.enumerated()
                .min { first, second in
                    func rank(_ field: Field) -> Int {
                        let isPerson = Words.of(field.place.parent.name).contains(where: Vocabulary.persons.contains)
                        let isElsewhere = field.place.parent != at && !isPerson
                        let place = field.place.depth * 4 + (isElsewhere ? 6 : 0)
                        return (names.firstIndex(of: name(field)) ?? 9) + place
                    }
                    return (rank(first.element), first.offset) < (rank(second.element), second.offset)
                }?.element
        }
        let beside = inventory.fields.filter { !$0.place.isInArray && $0.place.depth <= 4 }
        if draft.kind == .customerCreated, let id = references.id {
            draft.fill("customer.ref", id, .shown, "the customer's own id")
        } else if let field = best(inside(3)) ?? best(beside) {
            draft.fill("customer.ref", field, .likely, "named after the customer")
        }
        fillEmail(beside)
        if let user = inside(3).first(where: {
            $0.isText && ["external_id", "external_customer_id"].contains($0.plainName)
                && Words.of($0.place.parent.name).has("customer")
        }) {
            draft.fill("customer.user", user, .likely, "the merchant's own id of the customer")
        }
    }

    /// Whether a member of the object that no list names holds the id of a person: `BuyerId`, `shopper.shopperId`, `client.ref`.
    private func isPersonID(_ field: Field) -> Bool {
        guard field.place.isBelow(at), Vocabulary.looksLikeID(field),
            let subject = Vocabulary.idSubject(field.place.name)
        else { return false }
        let isNested = subject.isEmpty
        let words = isNested ? Words.of(field.place.parent.name) : subject
        guard field.place.parent != at || !isNested, let last = words.last, Vocabulary.persons.contains(last),
            !words.has("merchant", "seller", "store", "business", "vendor")
        else { return false }
        // An account is as often the merchant's; a person's has an e-mail address.
        guard last == "account" else { return true }
        return inventory.below(field.place.parent).contains { $0.texts.contains(where: Self.isEmail) } && isNested
    }

    private mutating func fillEmail(_ fields: [Field]) {
        let strangers = [
            "payee", "merchant", "seller", "store", "support", "business", "account", "owner", "from", "organization",
            "vendor",
        ]
        let found = fields.filter { field in
            guard Words.of(field.place.name).has("email", "mail"), field.isText, field.texts.allSatisfy(Self.isEmail)
            else {
                return false
            }
            return !field.place.steps.contains { step in
                guard case .member(let name) = step else { return false }
                let words = Words.of(name)
                return words.contains(where: strangers.contains)
                    && !(words == ["account"] && at != .root && field.place.isBelow(at))
            }
        }
        let ordered = found.enumerated().sorted { first, second in
            func rank(_ field: Field) -> Int {
                (field.place.isBelow(at) ? 0 : 20) + field.place.depth - field.values.count
            }
            return (rank(first.element), first.offset) < (rank(second.element), second.offset)
        }.prefix(3).map(\.element)
        guard let first = ordered.first else { return }
        if ordered.count == 1 {
            draft.fill("customer.email", first, .shown, "e-mail addresses stand there")
        } else {
            let value: JSONValue = ["first": .array(ordered.map { .string(draft.selector($0.place)) })]
            draft.fill(
                "customer.email",
                value,
                ordered.map(\.place),
                .likely,
                "e-mail addresses stand there, the nearest first"
            )
        }
    }

    private static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && !text.contains(" ")
    }

    // MARK: Bag

    private mutating func fillBag() {
        guard let first = bags.first else {
            draft.guesses.append(
                Guess("attribution.params", "nothing", .weak, "no metadata bag is in the samples", rule: draft.id)
            )
            return
        }
        let expressions = bags.map { $0.expression(draft.selector($0.field.place)) }
        let isPlain = bags.count == 1 && !first.needsCare
        let value = isPlain ? expressions[0] : ["first": .array(expressions)]
        draft.fill(
            "attribution.params",
            value,
            bags.map(\.field.place),
            first.isEmpty ? .likely : .shown,
            bags.map(\.reason).joined(separator: "; ")
        )
        for bag in bags { draft.used.formUnion(inventory.below(bag.field.place).map(\.place)) }
    }

    // MARK: Phase and subscription

    private static let phases: [(words: [String], phase: Phase)] = [
        (["create", "initial", "first", "new"], .first),
        (["cycle", "renewal", "recurring", "renew", "scheduled"], .renewal),
        (["update", "change", "upgrade", "proration"], .change),
        (["purchase", "onetime", "one", "single", "web"], .oneTime),
    ]

    private mutating func fillPhase() {
        guard draft.kind == .paymentSucceeded else { return }
        let listed = inside(2).first { field in
            field.isText
                && ["billing_reason", "charge_reason", "recurring_type", "payment_reason"].contains(field.plainName)
        }
        let reason =
            listed
            ?? inside(3).first { field in
                Words.of(field.place.name).contains(where: Vocabulary.phases.contains) && field.isText
                    && !bags.contains { field.place.isBelow($0.field.place) }
                    && field.texts.allSatisfy { text in
                        Words.of(text).count <= 3
                            && Self.phases.contains { $0.words.contains(where: Words.of(text).contains) }
                    }
            }
        if let reason {
            var table: [JSONValue.Member] = []
            for text in Set(reason.texts).sorted() {
                let words = Words.of(text)
                if let row = Self.phases.first(where: { $0.words.contains(where: words.contains) }) {
                    table.append(.init(text, .string(row.phase.rawValue)))
                }
            }
            if !table.isEmpty {
                let value = JSONValue.object([
                    .init("map", .string(draft.selector(reason.place))), .init("to", .object(table)),
                    .init("else", "other"),
                ])
                draft.fill(
                    "phase",
                    value,
                    [reason.place],
                    .likely,
                    "holds \"\(reason.texts[0])\"; values that no sample has become \"other\""
                )
                return
            }
        }
        let hasSubscription =
            references.role == "subscription" || references.others.contains { $0.role == "subscription" }
            || type.has("subscription", "recurring")
            || inventory.fields.contains { Words.of($0.place.name).has("recurring", "recurrence") }
        if !hasSubscription {
            draft.fill("phase", ["const": .string(Phase.oneTime.rawValue)], [], .weak, "no sample names a subscription")
        } else {
            draft.guesses.append(
                Guess(
                    "phase",
                    "nothing",
                    .weak,
                    "a subscription is named, and nothing tells its first payment from a renewal",
                    rule: draft.id
                )
            )
        }
    }

    private mutating func fillSubscription() {
        if references.role == "subscription", let id = references.id {
            draft.fill("subscription.ref", id, .shown, "the subscription's own id")
        } else if let other = references.others.first(where: { $0.role == "subscription" }) {
            let sample = references.linked[other.field.place]
            draft.fill(
                "subscription.ref",
                other.field,
                sample == nil ? .likely : .shown,
                sample.map { "it is the id of the subscription that \($0) is about" } ?? "named after the subscription"
            )
        }
        let near = inventory.below(at).filter { $0.place.depth - at.depth <= 5 }
        let names = [
            "interval", "recurring_interval", "billing_interval", "recurrence", "billing_period_unit", "period_unit",
            "payment_frequency_interval", "frequency_interval",
        ]
        let interval = near.first { field in
            (names.contains(field.plainName)
                || Words.of(field.place.name).contains(where: Vocabulary.intervals.contains))
                && !field.place.isInArray && field.isText
                && field.texts.allSatisfy { Self.interval($0) != nil }
        }
        if let interval {
            let isExact = interval.texts.allSatisfy { Subscription.Interval(rawValue: $0) != nil }
            let table = Set(interval.texts).sorted().map { text in
                JSONValue.Member(text, .string(Self.interval(text)?.rawValue ?? text))
            }
            let selector = JSONValue.string(draft.selector(interval.place))
            let value = isExact ? selector : ["map": selector, "to": .object(table)]
            draft.fill("subscription.interval", value, [interval.place], .shown, "holds \"\(interval.texts[0])\"")
            let counts = [
                "interval_count", "frequency", "payment_frequency_count", "recurring_interval_count", "billing_period",
            ]
            let count = near.first {
                (counts.contains($0.plainName) || Words.of($0.place.name).has("count", "every"))
                    && $0.place.parent == interval.place.parent
                    && $0.values.allSatisfy { $0.int64 != nil }
            }
            if let count, count.isText {
                draft.fill("subscription.interval_count", count, .likely, "a whole number beside the interval")
            }
        }
        let ends = ["trial_end", "trial_ends_at", "free_trial_ends_at", "trial_end_at"]
        func isTrialEnd(_ field: Field) -> Bool {
            let words = Words.of(field.place.name)
            return ends.contains(field.plainName)
                || words.has("trial") && words.has("end", "ends", "until", "expires", "ending")
        }
        if let end = inside(2).first(where: isTrialEnd), let form = EnvelopeGuess.timeForm(end),
            !end.values.isEmpty
        {
            draft.fill(
                "subscription.trial_end",
                .object([.init(form, .string(draft.selector(end.place)))]),
                [end.place],
                .shown,
                "an instant of that name"
            )
        }
    }

    private static func interval(_ text: String) -> Subscription.Interval? {
        switch text.lowercased() {
        case "day", "days", "daily": .day
        case "week", "weeks", "weekly": .week
        case "month", "months", "monthly", "every-month", "p1m", "1 month", "per_month": .month
        case "year", "years", "yearly", "annual", "annually", "p1y", "1 year", "per_year": .year
        default: nil
        }
    }

    // MARK: References and key

    private static let money = ["payment", "invoice", "order", "checkout"]

    private mutating func fillReferences() {
        var named: Set<String> = []
        let own = references.role.flatMap { role in references.id.map { (role, $0) } }
        if let (role, id) = own, role != "subscription", role != "customer" {
            named.insert(role)
            draft.fill(role + ".ref", id, .likely, "the \(role)'s own id")
        }
        for other in references.others where other.role != "subscription" && named.insert(other.role).inserted {
            draft.fill(other.role + ".ref", other.field, .likely, "named after the \(other.role)")
        }
    }

    private mutating func fillKey(cumulative: Field?) {
        let movesMoney = draft.kind == .paymentSucceeded || draft.kind.movement == .correction
        var candidates: [(type: String, field: Field)] = []
        if let id = references.id, let role = references.role {
            candidates.append((references.ownType == "charge" ? "charge" : ReferenceGuess.type(role, id), id))
        }
        candidates += references.others.map { ($0.type, $0.field) }
        func first(_ roles: [String]) -> (type: String, field: Field)? {
            if let id = references.id, let role = references.role, roles.contains(role) {
                return (references.ownType ?? role, id)
            }
            for role in roles {
                if let other = references.others.first(where: { $0.role == role }) { return (other.type, other.field) }
            }
            return nil
        }
        var chosen: (type: String, field: Field)?
        switch draft.kind {
        case .paymentSucceeded:
            chosen = first(Self.money)
            if chosen == nil, references.role == nil { chosen = references.id.map { ("payment", $0) } }
        case .refundSucceeded, .refundReversed:
            chosen = references.role == "refund" || cumulative == nil ? first(["refund"]) : nil
            if let found = chosen, draft.kind == .refundReversed { chosen = ("refund_reversal", found.field) }
        case .disputeOpened: chosen = first(["dispute"])
        case .disputeWon, .disputeLost: chosen = first(["dispute"]).map { (Words.plain(draft.kind.rawValue), $0.field) }
        case .subscriptionCreated, .subscriptionTrialStarted, .subscriptionActivated, .subscriptionEnded:
            chosen = first(["subscription"]).map { (Words.plain(draft.kind.rawValue), $0.field) }
        case .customerCreated: chosen = references.id.map { ("customer", $0) }
        case .checkoutCompleted: chosen = first(["checkout", "order"])
        case .orderCanceled: chosen = first(["order"]).map { ("order_canceled", $0.field) }
        case .clickRecorded, .paymentFailed, .paymentLinked, .subscriptionRenewed, .subscriptionChanged,
            .subscriptionCancelScheduled,
            .subscriptionUncanceled, .subscriptionPaused, .subscriptionResumed, .milestoneReached, .endpointTest:
            chosen = nil
        }
        if let chosen {
            draft.key = (chosen.type, .string(draft.selector(chosen.field.place)))
            draft.used.insert(chosen.field.place)
            note(
                "key",
                "\(chosen.type) \(draft.selector(chosen.field.place))",
                .likely,
                "the id under which this is counted once"
            )
        } else {
            chooseOtherKey(cumulative)
        }
        guard movesMoney else { return }
        var proofs: [String] = []
        for (type, field) in candidates where field.place != chosen?.field.place {
            let role = type == "charge" ? "payment" : type == "order_number" ? "order" : type
            guard Self.money.contains(role), !draft.aliases.contains(where: { $0.type == type }) else { continue }
            draft.aliases.append((type, draft.selector(field.place)))
            draft.used.insert(field.place)
            if let sample = references.linked[field.place] {
                proofs.append("\(draft.selector(field.place)) is the id of what \(sample) is about")
            }
        }
        if !draft.aliases.isEmpty {
            note(
                "aliases",
                draft.aliases.map { "\($0.type) \($0.selector)" }.joined(separator: ", "),
                proofs.count == draft.aliases.count ? .shown : .likely,
                (draft.kind == .paymentSucceeded ? "other ids of the same money" : "ids of the money that is corrected")
                    + proofs.map { "; " + $0 }.joined()
            )
        }
    }

    private mutating func note(_ subject: String, _ choice: String, _ confidence: Guess.Confidence, _ reason: String) {
        draft.guesses.append(Guess(subject, choice, confidence, reason, rule: draft.id))
    }

    /// A key for what has no id of its own.
    private mutating func chooseOtherKey(_ cumulative: Field?) {
        let type = Words.plain(draft.kind.rawValue)
        if let cumulative, let id = references.id {
            let text = "{\(draft.selector(id.place))}:{\(draft.selector(cumulative.place))}"
            draft.key = ("refunded_total", ["text": .string(text)])
            note("key", text, .likely, "a running total: each height of it is one fact")
        } else if let id = envelope.id, envelope.idPlace.map({ inventory[$0]?.values.count == sampleCount }) ?? true {
            draft.key = (type, id)
            note(
                "key",
                id.string ?? id.text,
                .weak,
                "nothing better than the webhook's own id, so a second webhook of the same fact counts again"
            )
        } else if let id = references.id ?? references.others.first?.field {
            let time = envelope.places.sorted { $0.selector < $1.selector }.first { place in
                inventory[place].flatMap { EnvelopeGuess.timeForm($0) } != nil
            }
            let text = "{\(draft.selector(id.place))}" + (time.map { ":{\(draft.selector($0))}" } ?? "")
            draft.key = (type, ["text": .string(text)])
            draft.used.insert(id.place)
            note("key", text, .weak, "no id of its own: the object's id and a time stand in")
        } else {
            problem = problem ?? "no id was found that could be its key"
        }
    }
}
