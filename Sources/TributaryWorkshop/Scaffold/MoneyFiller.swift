// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Fills the amounts of a rule.
struct MoneyFiller {
    private(set) var draft: RuleDraft

    /// Why the rule would be worthless; `nil` where it is not.
    private(set) var problem: String?

    /// The running total of refunds, where the rule reads one.
    private(set) var cumulative: Field?

    private let inventory: Inventory
    private let units: AmountUnits
    private let references: ReferenceGuess

    init(draft: RuleDraft, inventory: Inventory, units: AmountUnits, references: ReferenceGuess) {
        self.draft = draft
        self.inventory = inventory
        self.units = units
        self.references = references
    }

    private var isRefund: Bool { draft.kind == .refundSucceeded || draft.kind == .refundReversed }

    mutating func fill() {
        let amounts = inventory.below(draft.at).filter {
            !$0.place.isInArray && MoneyNames.isMoneyLike($0, in: inventory)
        }
        let needsTotal = draft.kind == .paymentSucceeded || draft.kind.movement == .correction
        guard needsTotal || draft.kind == .paymentFailed else { return }
        if isRefund, references.role != "refund", let running = runningTotal(amounts) {
            cumulative = running
            fill(
                "refunded_total",
                running,
                "a running total of refunds beside the whole amount: it grows with each refund"
            )
            return
        }
        let ranked = amounts.enumerated().compactMap { offset, field in
            MoneyNames.rank(field, below: draft.at, isRefund: draft.kind.movement == .correction, in: inventory).map {
                (rank: $0, offset: offset, field: field)
            }
        }.sorted { ($0.rank, $0.offset) < ($1.rank, $1.offset) }
        guard let total = ranked.first?.field else {
            if needsTotal { problem = "no amount was found in it; nobody decided yet" }
            return
        }
        let others = ranked.dropFirst().prefix(2).map { draft.selector($0.field.place) }
        fill(
            "total",
            total,
            others.isEmpty ? "the one amount that can be it" : "fits better than \(others.joined(separator: " and "))"
        )
        if !draft.set.contains(where: { $0.target == "total" }) {
            if needsTotal { problem = "its amount has no currency; nobody decided yet" }
            return
        }
        if draft.kind == .paymentSucceeded { askMoney(total) }
        guard draft.kind == .paymentSucceeded else { return }
        fillParts(amounts, total)
    }

    /// A field that counts refunds up, where another amount says what was paid.
    private func runningTotal(_ amounts: [Field]) -> Field? {
        guard
            let running = amounts.first(where: {
                MoneyNames.cumulative.contains($0.plainName) && !$0.place.isInArray && $0.place.parent == draft.at
            })
        else {
            return nil
        }
        let whole = amounts.contains { field in
            field.place != running.place
                && ["total", "amount", "total_amount", "amount_paid", "net_amount"].contains(field.plainName)
        }
        return whole ? running : nil
    }

    /// Leaves out what costs nothing.
    private mutating func askMoney(_ total: Field) {
        guard total.values.allSatisfy({ $0.numberText != nil }) else { return }
        let selector = draft.at == .root ? "@" + total.place.selector.dropFirst() : draft.selector(total.place)
        draft.clauses.append("\(selector) > 0")
        draft.guesses.append(
            Guess(
                "where",
                "\(selector) > 0",
                .likely,
                "nothing was paid where it is 0: trials and full discounts",
                rule: draft.id
            )
        )
    }

    private mutating func fillParts(_ amounts: [Field], _ total: Field) {
        var chosen: [(target: String, field: Field)] = []
        for target in ["subtotal", "tax", "discount", "shipping", "fee"] {
            let fields = amounts.filter {
                MoneyNames.part($0, below: draft.at, in: inventory) == target && $0.place != total.place
            }
            let beside = fields.min { first, second in
                func rank(_ field: Field) -> Int {
                    (field.place.parent == total.place.parent ? 0 : 10) + field.place.depth
                }
                return rank(first) < rank(second)
            }
            if let beside { chosen.append((target, beside)) }
        }
        let sum = arithmetic(total, chosen)
        for (target, field) in chosen {
            if target == "tax", sum == nil, chosen.contains(where: { $0.target == "fee" }),
                !chosen.contains(where: { $0.target == "subtotal" })
            {
                draft.guesses.append(
                    Guess(
                        "tax",
                        "left out",
                        .weak,
                        "\(draft.selector(field.place)) stands beside a fee and no subtotal: it may be the tax on the fee",
                        rule: draft.id
                    )
                )
                continue
            }
            let reason = ["subtotal", "tax", "discount", "shipping"].contains(target) ? sum : nil
            fill(target, field, reason ?? "by its name")
        }
    }

    /// The sum that the parts and the total make in every sample; `nil` where they make none.
    private func arithmetic(_ total: Field, _ parts: [(target: String, field: Field)]) -> String? {
        func values(_ target: String) -> [Int64]? {
            guard let field = parts.first(where: { $0.target == target })?.field else { return nil }
            let numbers = field.texts.compactMap { Micro($0)?.value }
            return numbers.count == total.texts.count ? numbers : nil
        }
        let totals = total.texts.compactMap { Micro($0)?.value }
        guard let subtotals = values("subtotal"), totals.count == subtotals.count, !totals.isEmpty else { return nil }
        let zeros = Array(repeating: Int64(0), count: totals.count)
        let (taxes, discounts, shipping) = (
            values("tax") ?? zeros, values("discount") ?? zeros, values("shipping") ?? zeros
        )
        func holds(_ taxSign: Int64, _ discountSign: Int64) -> Bool {
            totals.indices.allSatisfy { index in
                totals[index] == subtotals[index] &+ taxSign &* taxes[index] &+ discountSign &* discounts[index]
                    &+ shipping[index]
            }
        }
        if holds(1, -1) { return "the samples add up: subtotal - discount + tax + shipping = total" }
        if holds(1, 0) { return "the samples add up: subtotal + tax + shipping = total" }
        if holds(0, -1) { return "the samples add up with the tax inside: subtotal - discount + shipping = total" }
        return nil
    }

    /// Fills a target with an amount, its unit and its currency.
    private mutating func fill(_ target: String, _ field: Field, _ reason: String) {
        let unit = units.verdict(for: field)
        let selector = draft.selector(field.place)
        var currency: JSONValue
        var places = [field.place]
        var confidence = unit.confidence
        var words = "; \(unit.unit.rawValue) units: \(unit.reason)"
        if let stated = AmountName(field.place.name).currency {
            currency = ["const": .string(stated.code)]
            words += "; its name says \(stated.code)"
        } else if let place = MoneyNames.currency(of: field.place, in: inventory) {
            currency = .string(draft.selector(place))
            places.append(place)
            words += "; currency at \(draft.selector(place))"
            let codes = Set(inventory[place]?.texts ?? [])
            if codes.contains(where: { $0 != $0.uppercased() }) { words += " (lower case is read too)" }
        } else {
            currency = ["const": .string(shownCurrency ?? "USD")]
            confidence = .weak
            words +=
                "; no currency is stated: \(shownCurrency ?? "USD") is "
                + (shownCurrency == nil ? "invented, look it up" : "what a text of the samples shows")
        }
        let value = JSONValue.object([.init(unit.unit.rawValue, .string(selector)), .init("currency", currency)])
        draft.fill(target, value, places, confidence, reason + words, choice: "\(unit.unit.rawValue) \(selector)")
    }

    /// The currency whose sign or code a text of the samples shows.
    private var shownCurrency: String? {
        let signs = [("€", "EUR"), ("£", "GBP"), ("₹", "INR"), ("₦", "NGN"), ("$", "USD")]
        for field in inventory.fields where field.isText && !field.isNumeric {
            for text in field.texts where text.utf8.count < 200 {
                if let sign = signs.first(where: { text.contains($0.0) }) { return sign.1 }
            }
        }
        return nil
    }
}
