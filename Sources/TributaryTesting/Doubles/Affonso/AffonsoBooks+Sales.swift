// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

extension AffonsoBooks {
    mutating func conversion(_ body: JSONValue, _ rules: AffonsoDouble.Rules) -> ServerResponse {
        guard let key = body["external_event_id"]?.filledString else {
            return Self.error(400, "Required", field: "external_event_id")
        }
        if let known = conversionsByKey[key] {
            return Self.success(json(of: conversions[known], replayed: true), status: rules.replayStatus)
        }
        guard let currency = Currency(body["sale_amount_currency"]?.string ?? "USD") else {
            return Self.error(400, "Unknown currency", field: "sale_amount_currency")
        }
        guard let sale = body["sale_amount"]?.money(currency), sale.minor > 0 else {
            return Self.error(400, "Expected a number above zero", field: "sale_amount")
        }
        let referral: Int
        switch identify(body, rules) {
        case .success(let found): referral = found
        case .failure(let refused): return refused.response
        }
        referrals[referral].status = "customer"
        let conversion = Conversion(
            id: "com_\(conversions.count + 1)",
            key: key,
            referral: referral,
            sale: sale,
            remaining: sale
        )
        conversionsByKey[key] = conversions.count
        conversionsByID[conversion.id] = conversions.count
        conversions.append(conversion)
        return Self.success(json(of: conversion, replayed: false), status: 201)
    }

    mutating func refund(_ id: String, _ body: JSONValue) -> ServerResponse {
        guard let index = conversionsByID[id] else {
            return Self.error(404, "Conversion not found")
        }
        let key = body["external_event_id"]?.filledString
        if let key, let known = refunds[key] { return Self.success(known, status: 200) }
        let balance = conversions[index].remaining
        if let code = body["currency"]?.string, code.uppercased() != balance.currency.code {
            return Self.error(400, "The currency is not that of the sale", field: "currency")
        }
        let amount: Money
        if let given = body["amount"] {
            guard let money = given.money(balance.currency), money.minor > 0, money.minor <= balance.minor else {
                return Self.error(400, "Expected a number above zero, within the balance", field: "amount")
            }
            amount = money
        } else {
            guard balance.minor > 0 else { return Self.error(400, "Nothing is left to refund", field: "amount") }
            amount = balance
        }
        conversions[index].remaining.minor -= amount.minor
        let result = json(of: conversions[index], replayed: false)
        if let key { refunds[key] = json(of: conversions[index], replayed: true) }
        return Self.success(result, status: 200)
    }

    mutating func event(_ body: JSONValue, _ rules: AffonsoDouble.Rules) -> ServerResponse {
        guard let name = body["event_name"]?.filledString else {
            return Self.error(400, "Required", field: "event_name")
        }
        let type = body["event_type"]?.string ?? "milestone"
        guard ["lead", "trial", "milestone"].contains(type) else {
            return Self.error(400, "Unknown event type", field: "event_type")
        }
        let key = body["external_event_id"]?.filledString
        if let key, let known = eventsByKey[key] {
            return Self.success(events[known].adding("replayed", true), status: rules.replayStatus)
        }
        let referral: Int
        switch identify(body, rules) {
        case .success(let found): referral = found
        case .failure(let refused): return refused.response
        }
        if type == "trial" { referrals[referral].status = "trialing" }
        let result: JSONValue = [
            "referral_id": .string(referrals[referral].id), "transaction_id": .null, "event_name": .string(name),
            "event_type": .string(type), "external_event_id": key.map(JSONValue.string) ?? .null,
            "action": "referral_updated", "referral_status": .string(referrals[referral].status),
        ]
        if let key { eventsByKey[key] = events.count }
        events.append(result)
        return Self.success(result.adding("replayed", false), status: 201)
    }

    /// A Segment `track` call, see section 3.7.
    mutating func segment(_ body: JSONValue, _ rules: AffonsoDouble.Rules) -> ServerResponse {
        guard body["type"]?.string ?? "track" == "track" else {
            return Self.error(400, "Only Segment track payloads are supported", field: "type")
        }
        guard let name = body["event"]?.filledString, let id = body["messageId"]?.filledString else {
            return Self.error(400, "Required", field: body["event"] == nil ? "event" : "messageId")
        }
        let properties = body["properties"]
        var event: [JSONValue.Member] = [.init("event_name", .string(name)), .init("external_event_id", .string(id))]
        if let user = body["userId"]?.filledString { event.append(.init("customer_id", .string(user))) }
        if let own = properties?["external_user_id"] ?? properties?["externalUserId"] {
            event.append(.init("external_user_id", own))
        }
        guard ["Order Completed", "Completed Order", "purchase"].contains(name) else {
            let leads = ["qualified_lead", "demo_booked"]
            let type = leads.contains(name) ? "lead" : name == "trial_started" ? "trial" : "milestone"
            return self.event(.object(event + [.init("event_type", .string(type))]), rules)
        }
        let amount = ["revenue", "amount", "value", "total"].lazy.compactMap { properties?[$0] }.first
        event.append(.init("sale_amount", amount ?? .null))
        event.append(.init("sale_amount_currency", properties?["currency"] ?? "USD"))
        return conversion(.object(event), rules)
    }
}

extension JSONValue {
    /// The object with one more member behind the others.
    func adding(_ name: String, _ value: JSONValue) -> JSONValue {
        .object((members ?? []) + [Member(name, value)])
    }
}
