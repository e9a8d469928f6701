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

    static let roles = ["payment", "invoice", "order", "checkout", "refund", "dispute", "subscription", "customer"]

    private static let words: [String: String] = [
        "payment": "payment", "charge": "payment", "transaction": "payment", "capture": "payment", "txn": "payment",
        "sale": "payment", "intent": "payment", "invoice": "invoice", "invoices": "invoice", "order": "order",
        "orders": "order", "checkout": "checkout", "session": "checkout", "refund": "refund", "refunds": "refund",
        "adjustment": "refund", "dispute": "dispute", "chargeback": "dispute", "subscription": "subscription",
        "subscriptions": "subscription", "membership": "subscription", "plan": "subscription", "customer": "customer",
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

    init(_ inventory: Inventory, at: Place, type: [String], taken: Set<Place>, kind: EventKind? = nil) {
        role = Self.role(inventory, at, type) ?? kind.flatMap { Self.role(of: $0) }
        id = Self.ownID(inventory, at, role, taken)
        findOthers(inventory, at, taken)
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
        for word in Words.of(at.parent == .root ? "" : at.name == "entity" ? at.parent.name : at.name) {
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
        return nil
    }

    private mutating func findOthers(_ inventory: Inventory, _ at: Place, _ taken: Set<Place>) {
        let foreign = [
            "customer", "product", "items", "item", "card", "plan", "price", "previous", "evidence", "line", "lines",
            "method",
        ]
        let fields = inventory.fields.filter { field in
            guard field.isText, !field.place.isInArray, !taken.contains(field.place), field.place != id?.place else {
                return false
            }
            guard field.place.isBelow(at) || field.place.depth <= 4 && !at.isBelow(field.place) else { return false }
            return !field.place.names(below: .root).contains { Words.of($0).contains(where: foreign.contains) }
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
                guard let rank = names.firstIndex(of: name), field.place.parent != at || !isNested else { continue }
                let isInside = field.place.isBelow(at)
                found.append((rank + (isInside ? (field.place.depth - at.depth) * 3 : 40 + field.place.depth), field))
            }
            let ordered = found.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(
                \.element.field
            )
            var seen: Set<String> = []
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
