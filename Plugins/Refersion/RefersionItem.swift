// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// One item of an order, as Refersion counts commissions.
struct RefersionItem: Sendable, Hashable {
    var sku: String
    var name: String?
    /// Of one piece.
    var price: Money
    var quantity: Int64

    var total: Int64 { price.minor * quantity }

    var json: JSONValue {
        var members = [JSONValue.Member("sku", .string(sku))]
        if let name { members.append(.init("name", .string(name))) }
        members.append(.init("price", .number(price.majorText)))
        members.append(.init("quantity", .integer(quantity)))
        return .object(members)
    }

    /// The items that lines make, where they add up to an amount; `nil` where they do not, or lack an id.
    static func items(of lines: [Line], addingUpTo amount: Money, _ sku: RefersionSettings.SKU) -> [Self]? {
        var items: [Self] = []
        var rest = amount.minor
        for line in lines {
            guard let sku = id(of: line, sku), let total = line.total, total.currency == amount.currency,
                total.minor > 0, total.minor <= rest
            else { return nil }
            rest -= total.minor
            let quantity = max(1, line.quantity ?? 1)
            let isEven = total.minor % quantity == 0
            items.append(
                Self(
                    sku: sku,
                    name: line.name,
                    price: isEven ? Money(minor: total.minor / quantity, total.currency) : total,
                    quantity: isEven ? quantity : 1
                )
            )
        }
        return rest == 0 && !items.isEmpty ? items : nil
    }

    private static func id(of line: Line, _ sku: RefersionSettings.SKU) -> String? {
        switch sku {
        case .product: line.product
        case .price: line.price
        }
    }

    /// The items of a sale: its lines, or one item of the whole amount where they state another basis.
    static func items(of sale: Event, _ amount: Money, _ settings: RefersionSettings) -> [Self] {
        if let items = items(of: sale.lines, addingUpTo: amount, settings.sku) { return items }
        let known = Set(sale.lines.compactMap { id(of: $0, settings.sku) })
        let sku = known.count == 1 ? known.first : nil
        return [Self(sku: sku ?? settings.fallbackSKU, name: nil, price: amount, quantity: 1)]
    }
}
