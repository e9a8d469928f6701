// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// How an amount is divided between commission types, by the products of an order.
///
/// Source: `reference/platforms.md` section 5.4, `commissions`.
struct TapfiliateShares: Sendable {
    /// One commission of a divided order.
    struct Share: Sendable, Hashable {
        var type: String?
        var amount: Money

        var json: JSONValue {
            var members = [JSONValue.Member("sub_amount", .number(amount.majorText))]
            if let type { members.append(.init("commission_type", .string(type))) }
            return .object(members)
        }
    }

    /// The shares, which add up to the amount; `nil` where the order has one type.
    let split: [Share]?

    /// The type of the whole order; `nil` for the program's default.
    let type: String?

    /// Divides an amount over the lines of an event.
    ///
    /// Lines state prices before tax and discount, so they say only in which proportion the amount is divided.
    init(of event: Event, _ amount: Money, settings: TapfiliateSettings) {
        guard !settings.commissionTypes.isEmpty, !event.lines.isEmpty else {
            (split, type) = (nil, settings.commissionType)
            return
        }
        var parts: [(type: String?, weight: Int64)] = []
        var isStated = true
        for line in event.lines {
            let type = line.product.flatMap { settings.commissionTypes[$0] } ?? settings.commissionType
            // What says nothing of its price cannot be weighed against the others; huge sums are nobody's.
            let weight = line.total.map(\.minor)
            if weight == nil || weight.map({ abs($0) > .max >> 16 }) == true { isStated = false }
            if let known = parts.firstIndex(where: { $0.type == type }) {
                parts[known].weight &+= weight ?? 0
            } else {
                parts.append((type, weight ?? 0))
            }
        }
        let whole = parts.reduce(0) { $0 &+ $1.weight }
        guard parts.count > 1, isStated, parts.count <= Self.partsMax, parts.allSatisfy({ $0.weight > 0 }), whole > 0
        else {
            (split, type) = (nil, parts.count == 1 ? parts[0].type : settings.commissionType)
            return
        }
        let amounts = Self.divided(amount, by: parts.map(\.weight))
        // An amount too small to divide has no part for everybody.
        guard let amounts, amounts.allSatisfy({ $0.minor > 0 }) else {
            (split, type) = (nil, settings.commissionType)
            return
        }
        (split, type) = (zip(parts, amounts).map { Share(type: $0.0.type, amount: $0.1) }, nil)
    }

    private static let partsMax = 16

    /// Divides an amount by weights; the parts add up to it exactly.
    static func divided(_ amount: Money, by weights: [Int64]) -> [Money]? {
        let whole = Money(minor: weights.reduce(0, &+), amount.currency)
        var parts: [Money] = []
        var weight: Int64 = 0
        var given: Int64 = 0
        for next in weights {
            weight &+= next
            guard let sum = amount.share(Money(minor: weight, amount.currency), of: whole) else { return nil }
            parts.append(Money(minor: sum.minor - given, amount.currency))
            given = sum.minor
        }
        return parts
    }

    // MARK: What is kept of them

    private static let name = "share"

    /// What a receipt keeps: which commission was counted from how much; nothing where the order was not divided, or
    /// Tapfiliate made other commissions than it was told.
    func told(_ commissions: [JSONValue]) -> [Attribution.Parameter] {
        let regular = commissions.filter { ($0["kind"]?.string ?? "regular") == "regular" }.compactMap {
            $0["id"]?.idText
        }
        guard let split, regular.count == split.count else { return [] }
        return zip(regular, split).map { .init(Self.name, "\($0) \($1.amount.minor)") }
    }

    /// The commissions of a divided order and what each is counted from after a correction; `nil` where it was not.
    static func remaining(_ remaining: Money, of receipt: Receipt) -> [(commission: String, amount: Money)]? {
        var ids: [String] = []
        var weights: [Int64] = []
        for text in receipt.all(name) {
            let words = text.split(separator: " ")
            guard words.count == 2, let weight = Int64(words[1]), weight > 0 else { return nil }
            ids.append(String(words[0]))
            weights.append(weight)
        }
        guard ids.count > 1, let amounts = divided(remaining, by: weights) else { return nil }
        return Array(zip(ids, amounts)).map { (commission: $0, amount: $1) }
    }
}
