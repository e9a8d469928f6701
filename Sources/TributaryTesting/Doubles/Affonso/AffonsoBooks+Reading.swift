// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

extension AffonsoBooks {
    mutating func read(_ request: ServerRequest, _ parts: [String]) -> ServerResponse {
        switch (request.method, parts.first, parts.count) {
        case ("GET", "commissions", 1):
            let page = max(1, request.query("page").flatMap { Int($0) } ?? 1)
            let limit = min(100, max(1, request.query("limit").flatMap { Int($0) } ?? 50))
            let pages = (conversions.count + limit - 1) / limit
            let data = page > pages ? [] : conversions.dropFirst((page - 1) * limit).prefix(limit).map { json(of: $0) }
            let pagination: JSONValue = [
                "page": .integer(page), "limit": .integer(limit), "total": .integer(conversions.count),
                "total_pages": .integer(pages), "has_next_page": .bool(page < pages), "has_prev_page": .bool(page > 1),
            ]
            return .json(["success": true, "data": .array(data), "pagination": pagination])
        case ("GET", "referrals", 1):
            let user = request.query("external_user_id")
            let data = referrals.filter { user == nil || $0.users.contains(user ?? "") }.map { json(of: $0) }
            return .json(["success": true, "data": .array(data), "has_more": false])
        case ("DELETE", "referrals", 2):
            guard let index = leads[.referral(parts[1])] else { return Self.error(404, "Referral not found") }
            leads = leads.filter { $0.value != index }
            referrals[index].users = []
            referrals[index].customers = []
            referrals[index].status = "deleted"
            return .json(["success": true, "message": "Referral deleted"])
        default: return Self.error(404, "Not found")
        }
    }

    func json(of referral: Referral) -> JSONValue {
        [
            "id": .string(referral.id), "affiliate_id": .string(referral.partner), "status": .string(referral.status),
            "external_user_id": referral.users.last.map(JSONValue.string) ?? .null,
            "customer_id": referral.customers.last.map(JSONValue.string) ?? .null,
        ]
    }

    func json(of conversion: Conversion, replayed: Bool = false) -> JSONValue {
        let referral = referrals[conversion.referral]
        let isWhole = conversion.remaining == conversion.sale
        let salesStatus = isWhole ? "complete" : conversion.remaining.minor == 0 ? "refunded" : "partial_refunded"
        // A fifth, in whole minor units; the rate does not matter to anybody here.
        let commission = Money(minor: conversion.remaining.minor / 5, conversion.sale.currency)
        return [
            "id": .string(conversion.id), "referral_id": .string(referral.id),
            "affiliate_id": .string(referral.partner), "sale_amount": .number(conversion.sale.majorText),
            "sale_amount_currency": .string(conversion.sale.currency.code),
            "remaining_amount": .number(conversion.remaining.majorText),
            "commission_amount": .number(commission.majorText),
            "status": .string(conversion.remaining.minor == 0 ? "refunded" : "pending"),
            "sales_status": .string(salesStatus), "earning_id": .string("earn_\(conversion.id)"),
            "external_event_id": .string(conversion.key), "calculation_mode": "auto", "replayed": .bool(replayed),
        ]
    }

    var bookings: [Booking] {
        conversions.map { conversion in
            let referral = referrals[conversion.referral]
            return Booking(
                key: conversion.key,
                sale: conversion.sale,
                remaining: conversion.remaining,
                partner: referral.partner,
                customer: referral.users.last
            )
        }
    }

    var records: JSONValue {
        [
            "clicks": .object(seed.clicks.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
            "referrals": .array(referrals.map { json(of: $0) }),
            "conversions": .array(conversions.map { json(of: $0) }), "events": .array(events),
        ]
    }
}
