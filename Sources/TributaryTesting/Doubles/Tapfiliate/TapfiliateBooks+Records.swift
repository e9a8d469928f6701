// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

extension TapfiliateBooks {
    var bookings: [Booking] {
        conversions.compactMap(\.self).filter { $0.partner != nil && $0.sale.minor > 0 }.map {
            Booking(
                key: $0.key,
                sale: $0.sale,
                remaining: $0.remaining,
                partner: $0.partner,
                customer: $0.customerID
            )
        }
    }

    func json(of customer: Buyer) -> JSONValue {
        [
            "id": .string(customer.id), "customer_id": .string(customer.customerID),
            "status": .string(customer.status), "affiliate": Self.affiliate(customer.partner), "warnings": .null,
        ]
    }

    static func affiliate(_ partner: String?) -> JSONValue { partner.map { ["id": .string($0)] } ?? .null }

    func json(of conversion: Conversion, _ rules: TapfiliateDouble.Rules) -> JSONValue {
        let program: JSONValue = [
            "id": "program", "title": "Program",
            "currency": .string((rules.programCurrency ?? conversion.sale.currency).code),
        ]
        let commissions = conversion.commissions.map { json(of: $0, in: conversion, rules) }
        return [
            "id": .integer(conversion.id), "external_id": .string(conversion.key),
            "amount": .number(conversion.amount.majorText), "commissions": .array(commissions), "program": program,
            "affiliate": Self.affiliate(conversion.partner),
            "customer": conversion.customerID.map { ["customer_id": .string($0)] } ?? .null, "warnings": .null,
            // The offset without its colon, as the API writes it.
            "created_at": .string(conversion.time.description.prefix(19) + "+0000"),
            "meta_data": conversion.metaData,
        ]
    }

    func json(of commission: Commission, in conversion: Conversion, _ rules: TapfiliateDouble.Rules) -> JSONValue {
        [
            "id": .integer(commission.id), "conversion_sub_amount": .number(commission.share.majorText),
            // A fifth, in whole minor units; the rate does not matter to anybody here.
            "amount": .number(Money(minor: commission.share.minor / 5, commission.share.currency).majorText),
            "commission_type": commission.type.map(JSONValue.string) ?? .null,
            "approved": commission.isApproved.map(JSONValue.bool) ?? .null, "kind": .string(commission.kind),
            "affiliate": Self.affiliate(conversion.partner), "payout": rules.paysOutAtOnce ? ["id": 1] : .null,
        ]
    }

    var records: JSONValue {
        [
            "clicks": .object(seed.clicks.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
            "customers": .array(customers.sorted { $0.key < $1.key }.map { json(of: $0.value) }),
            "conversions": .array(conversions.compactMap(\.self).map { json(of: $0, TapfiliateDouble.Rules()) }),
        ]
    }
}
