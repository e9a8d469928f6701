// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

/// What a double of Refersion holds, and the rules by which it changes.
struct RefersionBooks {
    struct Order {
        var id: String
        var conversion: Int
        var partner: String?
        var currency: Currency
        var items: JSONValue
        var total: Int64
        var canceled: Int64 = 0
        var cancellations: [JSONValue] = []
    }

    var seed = DoubleSeed()
    var orders: [Order] = []
    var conversionCount = 1000

    static func error(_ status: Int, _ text: String) -> ServerResponse {
        .json(["error": .string(text)], status: status)
    }

    mutating func answer(_ request: ServerRequest, _ path: String, rules: RefersionDouble.Rules) -> ServerResponse {
        guard request.method == "POST" else { return ServerResponse(status: 404) }
        guard let body = request.json, body.members != nil else { return Self.error(404, "Bad request, no body") }
        switch path {
        case "/tracker/orders/paid": return order(body, rules)
        case "/conversion/cancel": return cancel(body, rules)
        case "/conversion/totals": return .json(["total_conversions": .integer(orders.count)])
        default: return ServerResponse(status: 404)
        }
    }

    /// What items add up to; `nil` where one is not as it should be.
    private static func total(_ items: JSONValue?, _ currency: Currency) -> Int64? {
        guard let items = items?.elements, !items.isEmpty else { return nil }
        var total: Int64 = 0
        for item in items {
            guard item["sku"]?.filledString != nil, let price = item["price"]?.money(currency), price.minor >= 0,
                let quantity = item["quantity"]?.int64, quantity > 0
            else { return nil }
            let (product, isTooLarge) = price.minor.multipliedReportingOverflow(by: quantity)
            let (sum, overflows) = total.addingReportingOverflow(product)
            guard !isTooLarge, !overflows else { return nil }
            total = sum
        }
        return total
    }

    private mutating func order(_ body: JSONValue, _ rules: RefersionDouble.Rules) -> ServerResponse {
        guard let id = body["order_id"]?.filledString else { return Self.error(400, "Missing required field order_id") }
        guard let currency = body["currency_code"]?.string.flatMap({ Currency($0) }) else {
            return Self.error(422, "currency_code is not valid")
        }
        guard let items = body["items"], let total = Self.total(items, currency) else {
            return Self.error(422, "items is not valid")
        }
        if let known = orders.first(where: { $0.id == id }) {
            switch rules.repeatedOrder {
            case .first: return Self.taken(known, rules)
            case .refused: return Self.error(400, "An order with this order_id already exists")
            case .conflict: return Self.error(409, "Conflict")
            }
        }
        let cart = body["cart_id"]?.filledString
        let clicked = cart.flatMap { seed.expiredClicks[$0] == nil ? seed.partner(ofClick: $0) : nil }
        let partner = clicked ?? body["discount_code"]?.filledString.flatMap { seed.coupons[$0] }
        conversionCount += 1
        let order = Order(
            id: id,
            conversion: conversionCount,
            partner: partner,
            currency: currency,
            items: items,
            total: total
        )
        orders.append(order)
        return Self.taken(order, rules)
    }

    private static func taken(_ order: Order, _ rules: RefersionDouble.Rules) -> ServerResponse {
        switch rules.orderAnswer {
        case .conversion:
            .json(["conversion_id": order.partner == nil ? .null : .string(String(order.conversion))])
        case .silent: .json(["status": "received"])
        }
    }

    private mutating func cancel(_ body: JSONValue, _ rules: RefersionDouble.Rules) -> ServerResponse {
        guard let id = body["order_id"]?.filledString else { return Self.error(400, "Missing required field order_id") }
        guard let index = orders.firstIndex(where: { $0.id == id && $0.partner != nil }) else {
            return .json(["errors": ["Order not found"]], status: 422)
        }
        guard let items = body["items"], let total = Self.total(items, orders[index].currency) else {
            return Self.error(400, "Missing required field items")
        }
        let sold = orders[index].items.elements?.compactMap { $0["sku"]?.string } ?? []
        guard items.elements?.allSatisfy({ sold.contains($0["sku"]?.string ?? "") }) == true else {
            return .json(["errors": ["SKU not found in this order"]], status: 422)
        }
        let isRepeated = orders[index].cancellations.contains(items)
        guard !isRepeated || !rules.refusesRepeatedCancellation else {
            return .json(["errors": ["These items are canceled already"]], status: 422)
        }
        orders[index].cancellations.append(items)
        orders[index].canceled += total
        conversionCount += 1
        return .json(["conversion_id": .string(String(conversionCount))])
    }

    var bookings: [Booking] {
        orders.filter { $0.partner != nil }.map { order in
            let sale = Money(minor: order.total, order.currency)
            return Booking(
                key: order.id,
                sale: sale,
                remaining: Money(minor: order.total - order.canceled, order.currency)
            )
        }
    }

    var records: JSONValue {
        .array(
            orders.map { order in
                [
                    "order_id": .string(order.id), "partner": order.partner.map(JSONValue.string) ?? .null,
                    "currency": .string(order.currency.code), "items": order.items,
                    "cancellations": .array(order.cancellations),
                ]
            }
        )
    }
}
