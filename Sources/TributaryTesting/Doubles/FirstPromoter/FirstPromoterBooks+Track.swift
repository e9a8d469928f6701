// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

extension FirstPromoterBooks {
    /// The referral of a call: by its uid first, by its e-mail where that finds nobody.
    func find(_ body: JSONValue) -> Int? {
        let uid = body["uid"]?.filledString
        let email = body["email"]?.filledString
        return referrals.firstIndex { $0 != nil && uid != nil && $0?.uid == uid }
            ?? referrals.firstIndex { $0 != nil && email != nil && $0?.email == email }
    }

    /// The partner whom a visit, a code or a coupon credits.
    private func partner(of body: JSONValue) -> String? {
        if let visit = body["tid"]?.filledString, visit != "test", seed.expiredClicks[visit] == nil,
            let found = seed.partner(ofClick: visit)
        {
            return found
        }
        if let code = body["ref_id"]?.filledString, seed.partners.contains(code) { return code }
        return body["promo_code"]?.filledString.flatMap { seed.coupons[$0] }
    }

    private static func isBlank(_ body: JSONValue) -> Bool {
        body["uid"]?.filledString == nil && body["email"]?.filledString == nil
    }

    private static let blank = error(400, "bad_request", "Error. Email and uid can not be blank!")

    mutating func signup(_ body: JSONValue, _ rules: FirstPromoterDouble.Rules, _ now: Timestamp) -> ServerResponse {
        guard !Self.isBlank(body) else { return Self.blank }
        guard body["tid"]?.filledString != nil || body["ref_id"]?.filledString != nil else {
            return Self.error(400, "bad_request", "Error. Tid and ref_id can not be blank!")
        }
        guard let partner = partner(of: body) else {
            return Self.error(404, "not_found", "Visitor invalid, not found or a tracking test, which no call can use.")
        }
        guard find(body) == nil else {
            let text: JSONValue = ["transaction_id": "there is already a signup event registered on this lead"]
            return .json(text, status: rules.repeatedSignupStatus)
        }
        let index = add(uid: body["uid"]?.filledString, email: body["email"]?.filledString, partner: partner)
        return .json(event("signup", nil, index, now, []))
    }

    mutating func sale(_ body: JSONValue, _ rules: FirstPromoterDouble.Rules, _ now: Timestamp) -> ServerResponse {
        guard !Self.isBlank(body) else { return Self.blank }
        guard let key = body["event_id"]?.filledString else {
            return Self.error(400, "bad_request", "Error. Event id can not be blank!")
        }
        guard let minor = body["amount"]?.int64, minor > 0 else {
            return Self.error(400, "bad_request", "Error. Amount blank or invalid.")
        }
        guard let currency = Currency(body["currency"]?.string ?? rules.currency) else {
            return Self.invalid("currency", "is not included in the list")
        }
        guard !sales.contains(where: { $0.key == key }) else {
            return Self.error(409, "conflict", "The 'sale' event with the id '\(key)' already exists.")
        }
        var index = find(body)
        if index == nil, let partner = partner(of: body) {
            index = add(uid: body["uid"]?.filledString, email: body["email"]?.filledString, partner: partner)
        }
        guard let index, let partner = referrals[index]?.partner, !rules.banned.contains(partner) else {
            return Self.error(404, "not_found", "Referral not found or the promoter is banned.")
        }
        referrals[index]?.state = "active"
        let amount = Money(minor: minor, currency)
        let commissions = (0..<rules.commissionsPerSale).map { tier in
            commission(key, amount, tier: tier + 1, isDenied: rules.deniesCommissions, now)
        }
        let json = event("sale", key, index, now, commissions, amount)
        sales.append(
            Sale(
                id: eventCount,
                key: key,
                referral: index,
                amount: amount,
                remaining: rules.deniesCommissions ? Money(minor: 0, currency) : amount,
                commissions: commissions,
                time: now
            )
        )
        return .json(json)
    }

    private mutating func commission(
        _ key: String,
        _ amount: Money,
        tier: Int,
        isDenied: Bool,
        _ now: Timestamp
    ) -> JSONValue {
        commissionCount += 1
        return [
            "id": .integer(commissionCount), "status": isDenied ? "denied" : "approved", "commission_type": "sale",
            "sale_amount": .integer(amount.minor), "original_sale_amount": .integer(amount.minor),
            "original_sale_currency": .string(amount.currency.code), "event_id": .string(key), "tier": .integer(tier),
            // A fifth; the rate does not matter to anybody here.
            "amount": .integer(amount.minor / 5), "is_paid": false, "created_at": .string(now.description),
        ]
    }

    private mutating func event(
        _ kind: String,
        _ key: String?,
        _ index: Int,
        _ now: Timestamp,
        _ commissions: [JSONValue],
        _ amount: Money? = nil
    ) -> JSONValue {
        eventCount += 1
        return [
            "id": .integer(eventCount), "etype": .string(kind),
            "sale_amount": amount.map { .integer($0.minor) } ?? .null,
            "original_sale_currency": amount.map { .string($0.currency.code) } ?? .null,
            "event_id": key.map(JSONValue.string) ?? .null, "created_at": .string(now.description),
            "referral": referrals[index].map(Self.json) ?? .null, "commissions": .array(commissions),
        ]
    }

    mutating func refund(_ body: JSONValue, _ rules: FirstPromoterDouble.Rules, _ now: Timestamp) -> ServerResponse {
        guard !Self.isBlank(body) else { return Self.blank }
        guard let key = body["event_id"]?.filledString else {
            return Self.error(400, "bad_request", "Error. Event id can not be blank!")
        }
        guard let minor = body["amount"]?.int64, minor > 0 else {
            return Self.error(400, "bad_request", "Error. Amount blank or invalid.")
        }
        guard !refunds.contains(where: { $0.key == key }) else {
            return Self.error(409, "conflict", "The 'refund' event with the id '\(key)' already exists.")
        }
        let named = body["sale_event_id"]?.filledString
        let index = find(body).flatMap { referral in
            sales.lastIndex { $0.referral == referral && (named == nil || $0.key == named) }
        }
        guard let index else {
            return rules.strangerRefundStatus == 204
                ? ServerResponse(status: 204)
                : Self.error(rules.strangerRefundStatus, "not_found", "Sale not found.")
        }
        guard let currency = Currency(body["currency"]?.string ?? rules.currency) else {
            return Self.invalid("currency", "is not included in the list")
        }
        // Of another currency than the sale's: the books show it as nothing, so that a test sees the mistake.
        let counts = currency == sales[index].amount.currency
        let taken = counts ? min(minor, sales[index].remaining.minor) : 0
        sales[index].remaining.minor -= taken
        eventCount += 1
        commissionCount += 1
        refunds.append(
            Refund(id: eventCount, key: key, sale: index, amount: Money(minor: minor, currency), time: now)
        )
        return .json([
            "id": .integer(eventCount), "type": "refund", "amount_cents": .integer(-minor),
            "reward": [
                "id": .integer(commissionCount), "status": "approved", "amount": .integer(-minor / 5),
                "event_id": .string(key), "conversion_amount": .integer(-minor),
            ],
        ])
    }

    mutating func cancellation(_ body: JSONValue, _ now: Timestamp) -> ServerResponse {
        guard !Self.isBlank(body) else { return Self.blank }
        guard let index = find(body) else { return Self.error(404, "not_found", "Referral not found.") }
        referrals[index]?.state = "cancelled"
        eventCount += 1
        return .json([
            "id": .integer(eventCount), "type": "cancellation", "amount_cents": .null, "reward": .null,
            "lead": referrals[index].map(Self.json) ?? .null,
        ])
    }

    static func json(of referral: Referral) -> JSONValue {
        [
            "id": .integer(referral.id), "uid": referral.uid.map(JSONValue.string) ?? .null,
            "email": referral.email.map(JSONValue.string) ?? .null, "state": .string(referral.state),
        ]
    }
}
