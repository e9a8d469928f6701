// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

extension FirstPromoterBooks {
    func list(_ request: ServerRequest, _ rules: FirstPromoterDouble.Rules) -> ServerResponse {
        let page = request.query("page").flatMap { Int($0) } ?? 1
        let size = request.query("per_page").flatMap { Int($0) } ?? 20
        guard page >= 1, (20...100).contains(size) else { return Self.invalid("per_page", "is out of range") }
        var rows: [(time: Timestamp, json: JSONValue)] = sales.flatMap { sale in
            sale.commissions.map { (sale.time, $0) }
        }
        rows += refunds.map { ($0.time, Self.json(of: $0)) }
        let from = request.query("filters[created_at][from]")
        let to = request.query("filters[created_at][to]")
        let days = rows.filter { row in
            let day = String(row.time.description.prefix(10))
            return from.map { $0 <= day } ?? true && to.map { day <= $0 } ?? true
        }
        let found = JSONValue.array(days.dropFirst((page - 1) * size).prefix(size).map(\.json))
        return .json(rules.wrapsLists ? ["data": found, "meta": ["total": .integer(days.count)]] : found)
    }

    private static func json(of refund: Refund) -> JSONValue {
        [
            "id": .integer(1_000_000 + refund.id), "status": "approved", "commission_type": "sale",
            "sale_amount": .integer(-refund.amount.minor), "original_sale_amount": .integer(-refund.amount.minor),
            "original_sale_currency": .string(refund.amount.currency.code), "event_id": .string(refund.key),
            "created_at": .string(refund.time.description), "is_paid": false,
        ]
    }

    func referral(_ name: String, by attribute: String?) -> ServerResponse {
        let found = referrals.first {
            guard let referral = $0 else { return false }
            return switch attribute {
            case "uid": referral.uid == name
            case "email": referral.email == name
            default: String(referral.id) == name
            }
        }
        guard case .some(.some(let referral)) = found else {
            return Self.error(404, "not_found", "Referral not found.")
        }
        return .json(Self.json(of: referral))
    }

    mutating func delete(_ body: JSONValue) -> ServerResponse {
        guard let ids = body["ids"]?.elements?.compactMap(\.int64), !ids.isEmpty else {
            return Self.invalid("ids", "can't be blank")
        }
        for id in ids where referrals.indices.contains(Int(id) - 1) { referrals[Int(id) - 1] = nil }
        let isDone = ids.count <= 5
        return .json(
            ["id": 1, "status": isDone ? "completed" : "in_progress", "selected_total": .integer(ids.count)],
            status: isDone ? 200 : 202
        )
    }

    var bookings: [Booking] { sales.map { Booking(key: $0.key, sale: $0.amount, remaining: $0.remaining) } }

    var records: JSONValue {
        [
            "visits": .object(seed.clicks.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
            "referrals": .array(
                referrals.compactMap { referral in
                    referral.map {
                        .object((Self.json(of: $0).members ?? []) + [.init("partner", .string($0.partner))])
                    }
                }
            ),
            "sales": .array(
                sales.map {
                    [
                        "event_id": .string($0.key), "amount": .integer($0.amount.minor),
                        "currency": .string($0.amount.currency.code), "remaining": .integer($0.remaining.minor),
                    ]
                }
            ),
            "refunds": .array(
                refunds.map { ["event_id": .string($0.key), "amount": .integer($0.amount.minor)] }
            ),
        ]
    }
}
