// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Which members hold money, and which money, as their names say.
enum MoneyNames {
    private static let moneyWords = [
        "amount", "total", "subtotal", "price", "tax", "fee", "discount", "shipping", "paid", "charged", "refunded",
        "gross",
        "net", "earnings", "cost", "due", "balance", "appfee", "merchantfee", "revenue", "value", "vat", "grand",
        "credit",
        "setup", "remaining", "cents",
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
        guard words.contains(where: moneyWords.contains), !words.contains(where: otherWords.contains) else {
            return false
        }
        if words == ["value"] || words == ["balance"] {
            return currency(of: field.place, in: inventory, near: true) != nil
        }
        return true
    }

    /// The name that says what an amount is: `total` for `total.value`, `gross_amount` for `gross_amount.value`.
    static func meaning(of place: Place, below at: Place, in inventory: Inventory) -> String {
        let name = Words.plain(place.name)
        guard ["value", "amount", "cents", "minor"].contains(name), place.parent != at, place.parent.isBelow(at),
            currency(of: place, in: inventory, near: true) != nil
        else { return name }
        let above = Words.plain(place.parent.name)
        return Words.of(above).contains(where: moneyWords.contains) ? above : name
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
        Words.of(field.place.name).has("currency") && field.isText && field.texts.allSatisfy { Currency($0) != nil }
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
        guard let rank = (isRefund ? refunds : totals)[name] else { return nil }
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
        return rank + above.count + (unlikely ? 8 : 0)
    }

    /// The part of a total that an amount is; `nil` where its name says nothing of the kind.
    static func part(_ field: Field, below at: Place, in inventory: Inventory) -> String? {
        guard field.place.isBelow(at), !field.place.isInArray, field.place.depth - at.depth <= 3 else { return nil }
        let above = field.place.names(below: at).flatMap { Words.of($0) }
        guard !above.has("item", "items", "line", "product", "price", "plan", "settlement", "previous", "evidence")
        else { return nil }
        let name = meaning(of: field.place, below: at, in: inventory)
        return parts.keys.sorted().first { parts[$0]?.contains(name) ?? false }
    }
}
