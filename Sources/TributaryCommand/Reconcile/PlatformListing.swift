// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

/// What a platform lists of a time, by key and by its own ids.
struct PlatformListing: Sendable {
    let sink: String
    let sales: [ListedSale]
    private var byKey: [String: Int] = [:]
    private var byID: [String: Int] = [:]

    init(sink: String, _ sales: [ListedSale]) {
        self.sink = sink
        self.sales = sales
        for (index, sale) in sales.enumerated() {
            if let key = sale.key, byKey[key] == nil { byKey[key] = index }
            if byID[sale.id] == nil { byID[sale.id] = index }
        }
    }

    /// The listed sale that a delivery became.
    func sale(of record: DeliveryRecord) -> ListedSale? {
        guard record.sink == sink else { return nil }
        let isLive = record.event.live != false
        let index =
            byKey[record.event.idempotencyKey(isLive: isLive)]
            ?? record.receipt.ids.lazy.compactMap { byID[$0.value] }.first
        return index.map { sales[$0] }
    }
}

/// A sale that a platform lists and the orders do not have.
struct StraySale: Sendable, Hashable {
    var sale: ListedSale
    /// The sale in the books; `nil` where somebody else told the platform.
    var known: Reference?
    /// When it was made, by the books where they have it.
    var time: Timestamp?

    /// The name in tables and JSON.
    static let name = "only at the platform"

    var why: String {
        known.map { "told from here as \($0), and the file has no such order" }
            ?? "not told from here, and the file has no such order"
    }

    var remedy: String {
        known == nil
            ? "find out who tells the platform: its native integration, a pixel, or somebody by hand; two tellers pay twice"
            : "see whether the export leaves such orders out; if the order does not exist, correct the sale at the platform"
    }

    var json: JSONValue {
        .object([
            .init("order", .null), .init("state", .string(Self.name)), .init("missing", true),
            .init("listed_id", .string(sale.id)), .init("key", sale.key.map { .string($0) } ?? .null),
            .init("amount", sale.amount.map { .string("\($0)") } ?? .null),
            .init("time", time.map { .string($0.description) } ?? .null),
            .init("listed_state", .string(sale.state)),
            .init("known_as", known.map { .string("\($0)") } ?? .null), .init("why", .string(why)),
            .init("remedy", .string(remedy)),
        ])
    }
}
