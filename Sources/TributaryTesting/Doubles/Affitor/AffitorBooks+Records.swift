// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

extension AffitorBooks {
    var bookings: [Booking] {
        sales.filter(\.hasCommission).map { sale in
            Booking(
                key: sale.key,
                sale: sale.amount,
                remaining: sale.remaining,
                partner: buyers[sale.buyer].partner,
                customer: byKey.filter { $0.value == sale.buyer }.keys.min()
            )
        }
    }

    var records: JSONValue {
        [
            "clicks": .object(seed.clicks.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
            "customers": .object(
                byKey.sorted { $0.key < $1.key }.map {
                    .init(
                        $0.key,
                        ["partner": .string(buyers[$0.value].partner), "lead": .bool(buyers[$0.value].isLead)]
                    )
                }
            ),
            "sales": .array(
                sales.map { sale in
                    [
                        "transaction_id": .string(sale.key), "amount_cents": .integer(sale.amount.minor),
                        "currency": .string(sale.amount.currency.code),
                        "remaining_cents": .integer(sale.remaining.minor),
                        "commission": .bool(sale.hasCommission),
                    ]
                }
            ),
        ]
    }
}
