// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

extension AffonsoBooks {
    mutating func read(_ request: ServerRequest, _ parts: [String], _ setting: Setting) -> ServerResponse {
        switch (parts.first, parts.count) {
        case ("commissions", 1): commissions(request)
        case ("referrals", 1): list(request, setting)
        case ("referrals", 2): referral(parts[1], setting)
        default: Self.error(404, "Not found")
        }
    }

    private func commissions(_ request: ServerRequest) -> ServerResponse {
        let from = request.query("dateFrom").flatMap { Timestamp(rfc3339: $0) }
        let to = request.query("dateTo").flatMap { Timestamp(rfc3339: $0) }
        let found = conversions.filter {
            $0.time >= from ?? $0.time && $0.time <= to ?? $0.time
                && request.query("sales_status") ?? salesStatus($0) == salesStatus($0)
                && request.query("referral_id") ?? referrals[$0.referral].id == referrals[$0.referral].id
        }
        let page = max(1, request.query("page").flatMap { Int($0) } ?? 1)
        let limit = min(100, max(1, request.query("limit").flatMap { Int($0) } ?? 50))
        let pages = (found.count + limit - 1) / limit
        let data = page > pages ? [] : found.dropFirst((page - 1) * limit).prefix(limit).map { json(of: $0) }
        let pagination: JSONValue = [
            "page": .integer(page), "limit": .integer(limit), "total": .integer(found.count),
            "total_pages": .integer(pages), "has_next_page": .bool(page < pages), "has_prev_page": .bool(page > 1),
        ]
        return .json(["success": true, "data": .array(data), "pagination": pagination])
    }

    func json(of referral: Referral, _ setting: Setting?) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("id", .string(referral.id)), .init("affiliate_id", .string(referral.partner)),
            .init("email", referral.email.map(JSONValue.string) ?? .null),
            .init("customer_id", referral.customers.last.map(JSONValue.string) ?? .null),
            .init("subscription_id", referral.subscription.map(JSONValue.string) ?? .null),
            .init("status", .string(referral.status)),
        ]
        if setting?.rules.showsUsers ?? true {
            members.append(.init("external_user_id", referral.users.last.map(JSONValue.string) ?? .null))
        }
        return .object(members)
    }

    private func salesStatus(_ conversion: Conversion) -> String {
        let isWhole = conversion.remaining == conversion.sale
        return isWhole ? "complete" : conversion.remaining.minor == 0 ? "refunded" : "partial_refunded"
    }

    func json(of conversion: Conversion, replayed: Bool = false) -> JSONValue {
        let referral = referrals[conversion.referral]
        // A fifth, in whole minor units; the rate does not matter to anybody here.
        let commission = Money(minor: conversion.remaining.minor / 5, conversion.sale.currency)
        return [
            "id": .string(conversion.id), "referral_id": .string(referral.id),
            "affiliate_id": .string(referral.partner), "sale_amount": .number(conversion.sale.majorText),
            "sale_amount_currency": .string(conversion.sale.currency.code),
            "remaining_amount": .number(conversion.remaining.majorText),
            "commission_amount": conversion.earns ? .number(commission.majorText) : .null,
            "status": .string(conversion.remaining.minor == 0 ? "refunded" : "pending"),
            "sales_status": .string(salesStatus(conversion)),
            "earning_id": conversion.earns ? .string("earn_\(conversion.id)") : .null,
            "external_event_id": .string(conversion.key), "calculation_mode": "auto", "replayed": .bool(replayed),
            "created_at": .string(conversion.time.description),
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
            "referrals": .array(referrals.map { json(of: $0, nil) }),
            "conversions": .array(conversions.map { json(of: $0) }), "events": .array(events),
        ]
    }
}
