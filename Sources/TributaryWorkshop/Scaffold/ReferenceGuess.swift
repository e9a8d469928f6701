// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// What an object is, and the ids that tie it to others.
struct ReferenceGuess: Sendable {
    /// What it is: `payment`, `invoice`, `order`, `checkout`, `refund`, `dispute`, `subscription`, `customer`.
    private(set) var role: String?

    /// Its own id.
    private(set) var id: Field?

    /// Ids of others, by what they are; the best of each first.
    private(set) var others: [(role: String, type: String, field: Field)] = []

    /// The samples whose ids others are, by the place of the other.
    private(set) var linked: [Place: String] = [:]

    /// The type of the reference that its own id is.
    private(set) var ownType: String?

    /// What its own id is the id of: without any other sign, of a payment.
    var ownRole: String? { role }

    static let roles = ["payment", "invoice", "order", "checkout", "refund", "dispute", "subscription", "customer"]

    private static let words: [String: String] = [
        "payment": "payment", "charge": "payment", "transaction": "payment", "capture": "payment", "txn": "payment",
        "sale": "payment", "intent": "payment", "invoice": "invoice", "invoices": "invoice", "order": "order",
        "orders": "order", "checkout": "checkout", "session": "checkout", "refund": "refund", "refunds": "refund",
        "adjustment": "refund", "dispute": "dispute", "chargeback": "dispute", "subscription": "subscription",
        "subscriptions": "subscription", "membership": "subscription", "plan": "subscription", "customer": "customer",
        "purchase": "payment", "donation": "payment", "fee": "payment", "installment": "payment", "bill": "invoice",
        "receipt": "payment", "agreement": "subscription", "reimbursement": "refund", "basket": "checkout",
        "cart": "checkout",
    ]
    private static let prefixes: [String: String] = [
        "pi": "payment", "pay": "payment", "py": "payment", "ch": "payment", "txn": "payment", "tran": "payment",
        "ddpy": "payment", "chg": "payment", "in": "invoice", "inv": "invoice", "ord": "order", "order": "order",
        "cs": "checkout", "re": "refund", "rfnd": "refund", "rfd": "refund", "ref": "refund", "refund": "refund",
        "dp": "dispute", "du": "dispute", "disp": "dispute", "sub": "subscription", "adj": "refund", "recy": "payment",
    ]
    private static let names: [(role: String, names: [String])] = [
        (
            "payment",
            [
                "payment_intent", "payment_id", "transaction_id", "charge", "charge_id", "capture_id", "sale_id",
                "last_transaction_id", "refunded_txn_id", "parent_payment", "payment", "transaction",
            ]
        ),
        ("invoice", ["invoice", "invoice_id", "reference_invoice_id"]),
        ("order", ["order_id", "order", "order_number"]),
        ("checkout", ["checkout_id", "checkout_session", "checkout_session_id", "checkout"]),
        ("subscription", ["subscription_id", "subscription", "billing_agreement_id"]),
        ("refund", ["refund_id", "refund"]), ("dispute", ["dispute_id", "dispute"]),
    ]

    init(
        _ inventory: Inventory,
        at: Place,
        type: [String],
        taken: Set<Place>,
        kind: EventKind? = nil,
        links: SampleLinks? = nil
    ) {
        let byKind = kind.flatMap { Self.role(of: $0) }
        // An object of its own that no word knows, in a type that says refund, is the refund and not what it refunds.
        let isOwn = at != .root && !ObjectGuess.wrappers.contains(Words.plain(at.name))
        let isUnknown = isOwn && !Words.of(at.name).contains { Self.words[$0] != nil } && at.name != "attributes"
        let ownRole = isUnknown && (byKind == "refund" || byKind == "dispute") && at.name != "entity" ? byKind : nil
        role = ownRole ?? Self.role(inventory, at, type) ?? byKind
        id = Self.ownID(inventory, at, role, taken)
        let isCharge =
            inventory[at.member("object")]?.values.first?.string == "charge" || Words.plain(at.name) == "charge"
        ownType = role == "payment" && isCharge ? "charge" : role
        findOthers(inventory, at, taken, links)
    }

    /// What an object is that nothing says but what became of it.
    private static func role(of kind: EventKind) -> String? {
        switch kind.movement {
        case .payment: "payment"
        case .correction: kind == .refundSucceeded || kind == .refundReversed ? "refund" : "dispute"
        case .none: nil
        }
    }

    private static func role(_ inventory: Inventory, _ at: Place, _ type: [String]) -> String? {
        for name in ["action", "type"] where inventory[at.member(name)]?.values.first?.string == "refund" && at != .root
        {
            return "refund"
        }
        let places = [
            at.member("object"), at.member("entity"), at.member("payload_type"), at.parent.member("type"),
            Place("resource_type"),
        ]
        for place in places where place != Place("type") && place != Place("object") || at == Place("object") {
            guard let text = inventory[place]?.values.first?.string else { continue }
            // The last word says it: `payment_intent`, `checkout.session`, `subscription-invoices`.
            for word in Words.of(text).reversed() {
                if let role = words[word] { return role }
            }
        }
        // The last word says it here, too: a `membership_fee` is a fee. But a refund is one whatever follows.
        let own = Words.of(at.name == "entity" ? at.parent.name : at.name)
        if own.has("refund", "dispute", "chargeback"), let role = own.lazy.compactMap({ words[$0] }).first {
            return role
        }
        for word in own.reversed() {
            if let role = words[word] { return role }
        }
        if let prefix = inventory[at.member("id")]?.texts.first?.prefix(while: { $0.isLetter }),
            let role = prefixes[String(prefix)]
        {
            return role
        }
        if type.has("refund"), type.first == "refund" || type.last == "refund" { return "refund" }
        for word in type {
            if let role = words[word], role != "refund" || type.first == "refund" { return role }
        }
        return nil
    }

    private static func ownID(_ inventory: Inventory, _ at: Place, _ role: String?, _ taken: Set<Place>) -> Field? {
        func usable(_ place: Place) -> Field? {
            guard let field = inventory[place], field.isText, !taken.contains(place) else { return nil }
            return field
        }
        if let field = usable(at.member("id")) { return field }
        if Words.plain(at.name) == "attributes", let field = usable(at.parent.member("id")) { return field }
        let names = Self.names.first { $0.role == role }?.names.filter { $0 != role } ?? []
        let children = inventory.fields.filter {
            $0.place.parent == at && $0.place.depth == at.depth + 1 && $0.isText && !taken.contains($0.place)
        }
        for name in names + (role.map { [$0 + "_id"] } ?? []) {
            if let field = children.first(where: { $0.plainName == name }) { return field }
        }
        // `purchase-id` in a purchase, `no` in a sale: an id of nothing else.
        let own = Words.of(at.name)
        let named = children.first { field in
            guard let subject = Vocabulary.idSubject(field.place.name), !subject.isEmpty else { return false }
            return subject.allSatisfy { own.contains($0) || role != nil && words[$0] == role }
        }
        if let named { return named }
        for word in Vocabulary.ids {
            let plain = children.first { Words.of($0.place.name) == [word] && Vocabulary.looksLikeID($0) }
            if let plain { return plain }
        }
        return nil
    }

    /// What a name that no list has refers to: `sale_no` to a payment, `originalInvoice` to an invoice.
    private static func roleByWords(_ field: Field) -> String? {
        let isNested = Words.of(field.place.name).allSatisfy(Vocabulary.ids.contains)
        let name = isNested ? field.place.parent.name : field.place.name
        let adjectives = [
            "original", "parent", "source", "related", "linked", "refunded", "disputed", "initial", "for",
        ]
        var subject = Vocabulary.idSubject(name) ?? Words.of(name)
        subject.removeAll(where: adjectives.contains)
        guard !subject.isEmpty, subject != ["plan"], Vocabulary.looksLikeID(field), !AmountName.isAmount(field) else {
            return nil
        }
        let roles = subject.map { words[$0] }
        guard let last = roles.last, let role = last, role != "customer", roles.allSatisfy({ $0 != nil }) else {
            return nil
        }
        return role
    }

    private mutating func findOthers(_ inventory: Inventory, _ at: Place, _ taken: Set<Place>, _ links: SampleLinks?) {
        let foreign = [
            "customer", "product", "items", "item", "card", "plan", "price", "previous", "evidence", "line", "lines",
            "method",
        ]
        let fields = inventory.fields.filter { field in
            guard field.isText, !field.place.isInArray, !taken.contains(field.place), field.place != id?.place else {
                return false
            }
            guard field.place.isBelow(at) || field.place.depth <= 4 && !at.isBelow(field.place) else { return false }
            return Words.of(field.place.name).has("subscription")
                || !field.place.names(below: .root).contains { Words.of($0).contains(where: foreign.contains) }
        }
        let nearFirst = fields.filter { $0.place.isBelow(at) } + fields.filter { !$0.place.isBelow(at) }
        for field in nearFirst where field.texts != id?.texts {
            guard let owner = links?.owner(of: field), !others.contains(where: { $0.field.texts == field.texts }) else {
                continue
            }
            others.append((owner.role, owner.type, field))
            linked[field.place] = owner.sample
        }
        for (role, names) in Self.names {
            var found: [(rank: Int, field: Field)] = []
            for field in fields {
                let isNested = field.plainName == "id"
                let name =
                    isNested
                    ? Words.plain(
                        field.place.parent.name == "entity" ? field.place.parent.parent.name : field.place.parent.name
                    ) : field.plainName
                guard let rank = names.firstIndex(of: name) ?? (Self.roleByWords(field) == role ? 12 : nil),
                    field.place.parent != at || !isNested
                else { continue }
                let isInside = field.place.isBelow(at)
                found.append((rank + (isInside ? (field.place.depth - at.depth) * 3 : 40 + field.place.depth), field))
            }
            let ordered = found.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(
                \.element.field
            )
            var seen = Set(others.filter { $0.role == role }.map { $0.field.texts.joined(separator: " ") })
            for field in ordered.prefix(6) {
                let type = Self.type(role, field)
                // The same id under a second name says nothing more.
                guard seen.insert(field.texts.joined(separator: " ")).inserted, field.texts != id?.texts else {
                    continue
                }
                others.append((role, type, field))
            }
        }
    }

    /// The type of a reference: the role, or a narrower name where a provider has two ids of one role.
    static func type(_ role: String, _ field: Field) -> String {
        let name = field.plainName == "id" ? Words.plain(field.place.parent.name) : field.plainName
        if role == "payment", ["charge", "charge_id"].contains(name) { return "charge" }
        if role == "order", name == "order_number" { return "order_number" }
        return role
    }
}
