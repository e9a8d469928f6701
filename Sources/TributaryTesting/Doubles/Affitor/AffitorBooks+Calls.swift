// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

extension AffitorBooks {
    mutating func click(_ body: JSONValue, _ rules: AffitorDouble.Rules) -> ServerResponse {
        guard let address = body["affiliate_url"]?.filledString else {
            return Self.error(400, "affiliate_url is required")
        }
        guard let question = address.firstIndex(of: "?"), address.contains("://") else {
            let isURL = address.contains("://")
            return Self.error(400, isURL ? "No aff parameter found in affiliate_url" : "Invalid affiliate_url")
        }
        let pairs = address[address.index(after: question)...].split { $0 == "&" || $0 == "#" }
        guard let code = pairs.first(where: { $0.hasPrefix("aff=") })?.dropFirst(4), !code.isEmpty else {
            return Self.error(400, "No aff parameter found in affiliate_url")
        }
        guard seed.partners.contains(String(code)) else { return Self.error(400, "Referral link not found") }
        guard !rules.inactivePartners.contains(String(code)) else {
            return .json(["success": false, "message": "Referral link is inactive"])
        }
        clickCount += 1
        let id = body["existing_click_id"]?.filledString ?? "cust_42_\(clickCount)"
        seed.clicks[id] = String(code)
        if let buyer = byClick[id] { buyers[buyer].partner = String(code) }
        return .json([
            "success": true, "click_id": .string(id), "partner_code": .string(String(code)), "cookie_window_days": 60,
        ])
    }

    /// The buyer of a call: by the key first, by the click where the key finds nobody.
    mutating func find(_ body: JSONValue) -> Int? {
        if let key = body["customer_key"]?.filledString, let buyer = byKey[key] { return buyer }
        guard let click = body["click_id"]?.filledString else { return nil }
        if let buyer = byClick[click] { return buyer }
        guard let partner = seed.partner(ofClick: click) else { return nil }
        byClick[click] = buyers.count
        buyers.append(Buyer(partner: partner, isExpired: seed.expiredClicks[click] != nil))
        return buyers.count - 1
    }

    mutating func lead(_ body: JSONValue) -> ServerResponse {
        let key = body["customer_key"]?.filledString
        guard key != nil || body["click_id"]?.filledString != nil else {
            return Self.error(400, "click_id or customer_key is required")
        }
        guard let buyer = find(body) else {
            return Self.error(400, "Customer not found. Provide a valid click_id or customer_key.")
        }
        guard !buyers[buyer].isLead else {
            return Self.error(400, "Customer status cannot be updated to lead. Current status: lead")
        }
        buyers[buyer].isLead = true
        if let key { byKey[key] = buyer }
        return .json(["success": true, "message": "Lead tracked successfully"])
    }

    mutating func sale(_ body: JSONValue, _ rules: AffitorDouble.Rules) -> ServerResponse {
        guard let key = body["transaction_id"]?.filledString else {
            return Self.error(400, "transaction_id is required and must be a string")
        }
        guard let currency = Currency(body["currency"]?.string ?? "USD"),
            rules.currencies?.contains(currency.code) ?? true
        else { return Self.error(400, "currency is not supported") }
        guard let minor = body["amount_cents"]?.int64, minor > 0 else {
            return Self.error(400, "amount_cents is required and must be a positive integer")
        }
        guard salesByKey[key] == nil else { return Self.conflict(rules) }
        guard let buyer = find(body) else {
            return Self.error(400, rules.stranger.rawValue)
        }
        if let own = body["customer_key"]?.filledString, byKey[own] == nil { byKey[own] = buyer }
        let isExpired = buyers[buyer].isExpired
        if isExpired, rules.expiredClick == .unattributed { return Self.unattributed }
        let fails = rules.commissionFailsEvery > 0 && (sales.count + 1) % rules.commissionFailsEvery == 0
        let amount = Money(minor: minor, currency)
        salesByKey[key] = sales.count
        let hasCommission = !fails && !isExpired
        sales.append(Sale(key: key, buyer: buyer, amount: amount, remaining: amount, hasCommission: hasCommission))
        guard !fails else { return Self.error(500, "Failed to create commission") }
        return .json([
            "success": true, "sale_id": .integer(sales.count),
            "commission_id": isExpired ? .null : .integer(1000 + sales.count), "message": "Sale tracked successfully",
        ])
    }

    static let unattributed = ServerResponse.json([
        "success": true, "attributed": false, "reason": "attribution_window_expired", "click_age_days": 75,
        "window_days": 60, "sale_id": .null, "commission_id": .null,
    ])

    static func conflict(_ rules: AffitorDouble.Rules) -> ServerResponse {
        let text = "Duplicate transaction_id. This sale has already been recorded."
        return switch rules.conflictBody {
        case .text: error(409, text)
        case .object: .json(["error": "Conflict", "message": .string(text), "statusCode": 409], status: 409)
        }
    }

    mutating func refund(_ body: JSONValue, _ rules: AffitorDouble.Rules) -> ServerResponse {
        guard let key = body["transaction_id"]?.filledString else {
            return Self.error(400, "transaction_id is required")
        }
        guard let index = salesByKey[key] else { return Self.error(404, "Sale not found for transaction_id") }
        let sale = sales[index]
        guard sale.hasCommission else {
            return .json(["success": true, "status": "no_commission", "message": "Sale has no commission to reverse"])
        }
        guard !sale.isCorrected || rules.takesSeveralRefunds, sale.remaining.minor > 0 else {
            return .json(["success": true, "status": "skipped", "reason": "already reversed"])
        }
        let given = body["refund_amount_cents"]
        guard given == nil || (given?.int64 ?? -1) >= 0 else {
            return Self.error(400, "refund_amount_cents must be a positive integer")
        }
        let stated = given?.int64 ?? 0
        let amount = stated == 0 ? sale.remaining.minor : min(stated, sale.remaining.minor)
        sales[index].remaining.minor -= amount
        sales[index].isCorrected = true
        let isFull = sales[index].remaining.minor == 0
        return .json([
            "success": true, "status": isFull ? "reversed" : "refunded",
            // In dollars, while the request is in cents: so the references say.
            "deductionAmount": .number(Money(minor: amount / 5, sale.amount.currency).majorText),
            "commission_id": .integer(1001 + index),
        ])
    }
}
