// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Which members hold money, and which money, as their names say.
enum MoneyNames {
    private static let moneyWords = [
        "amount", "total", "subtotal", "price", "tax", "fee", "discount", "shipping", "paid", "charged", "refunded",
        "gross",
        "net", "earnings", "cost", "due", "balance", "appfee", "merchantfee", "revenue", "value", "vat", "grand",
        "credit",
        "setup", "remaining", "cents", "sum", "gst", "postage", "freight", "rebate", "payable",
    ]
    private static let otherWords = [
        "at", "count", "quantity", "rate", "percent", "percentage", "id", "number", "formatted", "currency", "code",
        "method",
        "type", "status", "name", "date", "time", "reason", "inclusive", "by", "attempt", "retry", "exempt", "url",
        "behavior",
        "on", "intent", "occurrence", "cycle", "month", "year", "last", "first", "ids", "version", "payments",
        "bearsfee",
    ]

    /// Whether a place holds numbers that are money by their name.
    static func isMoneyLike(_ field: Field, in inventory: Inventory) -> Bool {
        guard field.isNumeric else { return false }
        let words = Words.of(field.place.name)
        let isUnitAlone = AmountName(field.place.name).words.isEmpty && !words.isEmpty
        guard isUnitAlone || words.contains(where: moneyWords.contains), !words.contains(where: otherWords.contains)
        else { return false }
        if words == ["value"] || words == ["balance"] {
            return currency(of: field.place, in: inventory, near: true) != nil
        }
        return true
    }

    /// The name that says what an amount is: `total` for `total.value`, `gross_amount` for `gross_amount.value`.
    static func meaning(of place: Place, below at: Place, in inventory: Inventory) -> String {
        let own = AmountName(place.name).plain
        let name = own.isEmpty ? "amount" : own
        guard ["value", "amount"].contains(name), place.parent != at, place.parent.isBelow(at),
            currency(of: place, in: inventory, near: true) != nil
        else { return name }
        let above = AmountName(place.parent.name)
        return above.words.contains(where: moneyWords.contains) ? above.plain : name
    }

    /// Where the currency of an amount stands: beside it, else in an object above it, else wherever there is only one.
    static func currency(of place: Place, in inventory: Inventory, near: Bool = false) -> Place? {
        let prefix = Words.of(place.name).first ?? ""
        var above = place.parent
        while true {
            let names = inventory.currencies.filter {
                $0.place.depth == above.depth + 1 && $0.place.parent == above
            }
            let own = names.first { Words.of($0.place.name).first == prefix && $0.plainName != "currency" }
            let plain = names.first { ["currency", "currency_code"].contains($0.plainName) }
            let any = names.first {
                !["settlement", "base", "presentment", "merchant"].contains(Words.of($0.place.name).first ?? "")
            }
            if let found = own ?? plain ?? any { return found.place }
            guard !near, above != .root else { break }
            above = above.parent
        }
        guard !near else { return nil }
        return inventory.currencies.first { !$0.place.isInArray }?.place
    }

    /// Whether a place holds ISO 4217 codes.
    static func isCurrency(_ field: Field) -> Bool {
        Words.of(field.place.name).has("currency", "ccy", "curr") && holdsCodes(field)
    }

    /// Whether a place that is named otherwise holds ISO 4217 codes beside an amount, as in `{ "value": …, "unit": "EUR" }`.
    static func isCurrency(_ field: Field, besides others: [Field]) -> Bool {
        guard ["code", "unit", "iso", "iso_code", "denomination", "cur"].contains(field.plainName), holdsCodes(field)
        else { return false }
        return others.contains { other in
            other.place.parent == field.place.parent && other.isNumeric
                && (["value", "amount"].contains(AmountName(other.place.name).plain)
                    || AmountName(other.place.name).words.isEmpty)
        }
    }

    private static func holdsCodes(_ field: Field) -> Bool {
        field.isText && field.texts.allSatisfy { Currency($0) != nil }
    }

    // MARK: Roles

    /// Names of what was paid, with how well each fits; lower is better.
    private static let totals: [String: Int] = [
        "amount_paid": 0, "amount_total": 1, "total_amount": 1, "grand_total": 1, "total": 2, "paid_amount": 2,
        "amount_received": 2, "amount_captured": 3, "captured_amount": 3, "gross_amount": 3, "amount": 3,
        "total_price": 3,
        "order_amount": 3, "charged_amount": 4, "request_amount": 5, "price": 6, "value": 6, "gross": 4,
    ]
    private static let refunds: [String: Int] = [
        "refund_amount": 0, "dispute_amount": 0, "amount": 2, "total": 3, "total_amount": 3, "refunded_amount": 4,
        "amount_refunded": 4,
        "value": 5, "price": 7, "grand_total": 3,
    ]
    private static let parts: [String: [String]] = [
        "subtotal": ["subtotal", "amount_subtotal", "subtotal_amount", "sub_total"],
        "tax": ["tax", "tax_amount", "amount_tax", "tax_total", "total_tax", "grand_total_tax", "vat"],
        "discount": ["discount", "discount_amount", "amount_discount", "discount_total"],
        "shipping": ["shipping", "shipping_amount", "amount_shipping", "shipping_total"],
        "fee": [
            "fee", "app_fee", "appfee", "gumroad_fee", "platform_fee_amount", "platform_fee", "paypal_fee",
            "transaction_fee",
        ],
    ]

    /// Names of running totals of refunds.
    static let cumulative = ["refunded_amount", "amount_refunded", "total_refunded"]

    /// How well an amount fits as the total of a payment or refund; `nil` where it does not.
    static func rank(_ field: Field, below at: Place, isRefund: Bool, in inventory: Inventory) -> Int? {
        guard field.place.isBelow(at), !field.place.isInArray else { return nil }
        let name = meaning(of: field.place, below: at, in: inventory)
        guard let rank = (isRefund ? refunds : totals)[name] ?? Self.rank(ofWords: Words.of(name), isRefund: isRefund)
        else { return nil }
        let above = field.place.names(below: at).flatMap { Words.of($0) }
        if above.has("fee", "previous", "attributes", "conversion", "items", "evidence") { return nil }
        let unlikely = above.has(
            "item",
            "line",
            "product",
            "price",
            "plan",
            "unit",
            "settlement",
            "base",
            "addons",
            "method"
        )
        let hasCode = AmountName(field.place.name).currency != nil
        return rank + above.count + (unlikely ? 8 : 0) + (hasCode ? 1 : 0)
    }

    /// How well a name fits that no table has, by its words: all must speak of a whole amount.
    private static func rank(ofWords words: [String], isRefund: Bool) -> Int? {
        var whole = [
            "amount", "total", "paid", "charged", "gross", "price", "sum", "value", "grand", "payable", "revenue",
        ]
        var about = [
            "payment", "order", "sale", "invoice", "charge", "transaction", "captured", "received", "collected",
            "settled",
            "purchase", "checkout", "final", "billed", "customer", "to", "pay", "due",
        ]
        if isRefund {
            whole += ["refunded", "returned", "disputed"]
            about += ["refund", "return", "dispute", "chargeback", "credit", "credited"]
        }
        guard words.contains(where: whole.contains), words.allSatisfy({ whole.contains($0) || about.contains($0) })
        else { return nil }
        return 7 + words.count - (words.has("total", "gross") ? 1 : 0)
    }

    /// The part of a total that an amount is; `nil` where its name says nothing of the kind.
    static func part(_ field: Field, below at: Place, in inventory: Inventory) -> String? {
        guard field.place.isBelow(at), !field.place.isInArray, field.place.depth - at.depth <= 3 else { return nil }
        let above = field.place.names(below: at).flatMap { Words.of($0) }
        guard !above.has("item", "items", "line", "product", "price", "plan", "settlement", "previous", "evidence")
        else { return nil }
        let name = meaning(of: field.place, below: at, in: inventory)
        if AmountName(field.place.name).currency != nil,
            inventory[field.place.parent]?.values.contains(where: { value in
                value.members?.contains { Words.plain($0.name) == name } ?? false
            }) ?? false
        {
            return nil
        }
        return parts.keys.sorted().first { parts[$0]?.contains(name) ?? false } ?? part(ofWords: Words.of(name))
    }

    /// The part that a name means which no table has; `nil` where its words speak of two, or of a share.
    private static func part(ofWords words: [String]) -> String? {
        let neutral = [
            "amount", "total", "value", "sum", "sales", "order", "price", "cost", "charge", "platform", "processing",
        ]
        let meanings = [
            "tax": "tax", "vat": "tax", "gst": "tax", "discount": "discount", "rebate": "discount",
            "shipping": "shipping", "postage": "shipping", "freight": "shipping", "fee": "fee", "fees": "fee",
            "subtotal": "subtotal",
        ]
        let found = Set(words.compactMap { meanings[$0] })
        guard found.count == 1, words.allSatisfy({ meanings[$0] != nil || neutral.contains($0) }) else { return nil }
        return found.first
    }
}
