// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

/// What a double of Trackdesk holds, and the rules by which it changes.
struct TrackdeskBooks {
    struct Conversion {
        var type: String
        var external: String?
        var amount: Money?
        var partner: String?
    }

    var seed = DoubleSeed()
    var partners: [String: String] = [:]
    var conversions: [Conversion] = []

    mutating func add(_ other: DoubleSeed) {
        seed.add(other)
        partners.merge(other.users) { $1 }
    }

    static func error(_ status: Int, _ message: String) -> ServerResponse {
        .json(["message": .string(message)], status: status)
    }

    /// The body that a query stands for: `amount.value=1` is `{"amount": {"value": "1"}}`.
    static func body(of request: ServerRequest) -> JSONValue {
        var members: [JSONValue.Member] = []
        for parameter in request.query {
            let parts = parameter.name.split(separator: ".", maxSplits: 1).map(String.init)
            let value = JSONValue.string(parameter.value)
            guard parts.count == 2 else {
                members.append(.init(parameter.name, value))
                continue
            }
            members.append(.init(parts[0], .object([.init(parts[1], value)])))
        }
        return .object(members)
    }

    mutating func conversion(_ body: JSONValue, rules: TrackdeskDouble.Rules) -> ServerResponse {
        guard let type = body["conversionTypeCode"]?.filledString else {
            return Self.error(400, "conversionTypeCode is required")
        }
        var amount: Money?
        if let given = body["amount"]?["value"] {
            // A number without quotes is refused: the amount is a text.
            guard let text = given.filledString, let currency = rules.currency,
                let money = JSONValue.number(text).money(currency)
            else { return Self.error(400, "amount.value must be a string with a number") }
            amount = money
        }
        let external = body["externalId"]?.filledString
        if external != nil, conversions.contains(where: { $0.type == type && $0.external == external }) {
            return Self.error(rules.repeatedStatus, "A conversion with this externalId already exists")
        }
        let click = body["cid"]?.filledString
        let customer = body["customerId"]?.filledString
        let clicked = click.flatMap { seed.expiredClicks[$0] == nil ? seed.partner(ofClick: $0) : nil }
        let partner =
            clicked ?? body["externalCid"]?.filledString.flatMap { partners[$0] } ?? customer.flatMap { partners[$0] }
        guard partner != nil || rules.unknownClick == .stored else { return Self.error(404, "CID not found") }
        if let partner, let customer, partners[customer] == nil { partners[customer] = partner }
        conversions.append(Conversion(type: type, external: external, amount: amount, partner: partner))
        guard rules.conversionAnswer == .conversion else { return ServerResponse(status: 204) }
        return .json([
            "id": .string("conv_\(conversions.count)"), "status": body["status"] ?? "pending",
            "affiliateId": partner.map(JSONValue.string) ?? .null,
        ])
    }

    var bookings: [Booking] {
        conversions.filter { $0.partner != nil }.compactMap { conversion in
            conversion.amount.map { Booking(key: conversion.external ?? "", sale: $0, remaining: $0) }
        }
    }

    var records: JSONValue {
        .array(
            conversions.map { conversion in
                [
                    "conversionTypeCode": .string(conversion.type),
                    "externalId": conversion.external.map(JSONValue.string) ?? .null,
                    "amount": conversion.amount.map { .string($0.majorText) } ?? .null,
                    "affiliateId": conversion.partner.map(JSONValue.string) ?? .null,
                ]
            }
        )
    }
}
