// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

extension AffonsoBooks {
    mutating func conversion(_ body: JSONValue, _ setting: Setting) -> ServerResponse {
        let rules = setting.rules
        guard let key = body["external_event_id"]?.filledString else {
            return Self.error(400, "Required", field: "external_event_id")
        }
        guard let code = body["sale_amount_currency"]?.filledString, let currency = Currency(code) else {
            return Self.error(400, "Unknown currency", field: "sale_amount_currency")
        }
        guard let sale = body["sale_amount"]?.money(currency), sale.minor > 0 else {
            return Self.error(400, "Expected a number above zero", field: "sale_amount")
        }
        if let field = Self.misshapen(body) { return Self.error(400, "Invalid value", field: field) }
        if let known = conversionsByKey[key] {
            guard !rules.refusesOtherAmount || conversions[known].sale == sale else {
                return Self.error(409, "This external_event_id has another amount")
            }
            return Self.success(json(of: conversions[known], replayed: true), status: rules.replayStatus)
        }
        let referral: Int
        switch identify(body, rules) {
        case .success(let found): referral = found
        case .failure(let refused): return refused.response
        }
        referrals[referral].status = "customer"
        let time = (body["created_at"] ?? body["occurred_at"])?.string.flatMap { Timestamp(rfc3339: $0) }
        let conversion = Conversion(
            id: "com_\(conversions.count + 1)",
            key: key,
            referral: referral,
            sale: sale,
            remaining: sale,
            time: time ?? setting.now,
            earns: rules.hasIncentive
        )
        conversionsByKey[key] = conversions.count
        conversionsByID[conversion.id] = conversions.count
        conversions.append(conversion)
        return Self.success(json(of: conversion, replayed: false), status: 201)
    }

    /// The first optional member that is there and not of its form.
    private static func misshapen(_ body: JSONValue) -> String? {
        func isText(_ value: JSONValue) -> Bool { value.string != nil }
        let forms: [(String, (JSONValue) -> Bool)] = [
            ("product_ids", { $0.elements?.allSatisfy(isText) == true }),
            ("price_ids", { $0.elements?.allSatisfy(isText) == true }),
            ("is_subscription", { $0.bool != nil }), ("metadata", { $0.members != nil }),
            ("interval", { ["monthly", "yearly"].contains($0.string) }),
            ("created_at", { $0.string.flatMap { Timestamp(rfc3339: $0) } != nil }),
            ("occurred_at", { $0.string.flatMap { Timestamp(rfc3339: $0) } != nil }),
        ]
        return forms.first { name, isFine in body[name].map { !isFine($0) } ?? false }?.0
    }

    mutating func refund(_ id: String, _ body: JSONValue, _ setting: Setting) -> ServerResponse {
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
            guard let money = given.money(balance.currency), money.minor > 0 else {
                return Self.error(400, "Expected a number above zero", field: "amount")
            }
            guard money.minor <= balance.minor else {
                let status = setting.rules.overRefundStatus
                return Self.error(status, "More than the remaining balance", field: status == 400 ? "amount" : nil)
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

    mutating func event(_ body: JSONValue, _ setting: Setting) -> ServerResponse {
        guard let name = body["event_name"]?.filledString else {
            return Self.error(400, "Required", field: "event_name")
        }
        let type = body["event_type"]?.string ?? "milestone"
        guard ["conversion", "lead", "trial", "milestone"].contains(type) else {
            return Self.error(400, "Unknown event type", field: "event_type")
        }
        guard type != "conversion" else { return conversion(body, setting) }
        if let field = Self.misshapen(body) { return Self.error(400, "Invalid value", field: field) }
        let key = body["external_event_id"]?.filledString
        if let key, let known = eventsByKey[key] {
            return Self.success(events[known].adding("replayed", true), status: setting.rules.replayStatus)
        }
        let referral: Int
        switch identify(body, setting.rules) {
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
    mutating func source(_ body: JSONValue, _ setting: Setting) -> ServerResponse {
        guard body["type"]?.string ?? "track" == "track" else {
            return Self.error(400, "Only Segment track payloads are supported", field: "type")
        }
        guard let name = body["event"]?.filledString, let id = body["messageId"]?.filledString else {
            return Self.error(400, "Required", field: body["event"] == nil ? "event" : "messageId")
        }
        let properties = body["properties"]
        let traits = body["context"]?["traits"]
        var event: [JSONValue.Member] = [.init("event_name", .string(name)), .init("external_event_id", .string(id))]
        if let user = body["userId"]?.filledString { event.append(.init("customer_id", .string(user))) }
        // The merchant's own id is read from here and from nowhere else.
        let own = [properties, traits].lazy.compactMap { $0?["external_user_id"] ?? $0?["externalUserId"] }.first
        if let own { event.append(.init("external_user_id", own)) }
        if let time = body["timestamp"] { event.append(.init("occurred_at", time)) }
        let type = Self.type(of: name, heedsCase: setting.rules.heedsCase)
        event.append(.init("event_type", .string(type)))
        if type == "conversion" {
            let amount = ["revenue", "amount", "value", "total"].lazy.compactMap { properties?[$0] }.first
            event.append(.init("sale_amount", amount ?? .null))
            event.append(.init("sale_amount_currency", properties?["currency"] ?? "USD"))
        }
        let response = self.event(.object(event), setting)
        guard setting.rules.sourceIsSilent, response.status < 300 else { return response }
        return .json(["success": true], status: response.status)
    }

    private static func type(of name: String, heedsCase: Bool) -> String {
        let types = [
            "Order Completed": "conversion", "Completed Order": "conversion", "purchase": "conversion",
            "qualified_lead": "lead", "demo_booked": "lead", "trial_started": "trial",
        ]
        let found = types.first { heedsCase ? $0.key == name : $0.key.lowercased() == name.lowercased() }
        return found?.value ?? "milestone"
    }
}

extension JSONValue {
    /// The object with one more member behind the others.
    func adding(_ name: String, _ value: JSONValue) -> JSONValue {
        .object((members ?? []) + [Member(name, value)])
    }
}
