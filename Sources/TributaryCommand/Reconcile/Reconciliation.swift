// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel
import TributarySQLite

/// Compares orders with the books, some thousands at a time, so that memory stays bounded however many there are.
struct Reconciliation {
    /// What one day came to.
    struct Day: Sendable, Hashable {
        var orders = 0
        var received = 0
        var attributed = 0
        var delivered = 0
    }

    /// Everything together.
    struct Summary: Sendable, Hashable {
        /// By day in UTC, `2026-11-01`; orders without a time under an empty text.
        var days: [String: Day] = [:]
        /// How many stand at each verdict.
        var verdicts: [String: Int] = [:]
        var orders = 0
        var missing = 0
        /// What the platform's own list told, in one sentence; empty where it was not asked.
        var listing = ""

        mutating func add(_ fate: OrderFate) {
            orders += 1
            missing += fate.verdict.isMissing ? 1 : 0
            verdicts[fate.verdict.name, default: 0] += 1
            let day = fate.order.time.map { String($0.description.prefix(10)) } ?? ""
            // Ten years of days; an export of more than that is summed up.
            let key = days[day] != nil || days.count < 3660 ? day : ""
            days[key, default: Day()].orders += 1
            days[key]?.received += fate.isReceived ? 1 : 0
            days[key]?.attributed += fate.isAttributed ? 1 : 0
            days[key]?.delivered += fate.isDelivered ? 1 : 0
        }
    }

    /// Orders that are compared in one walk through the books.
    static let chunkMax = 20_000

    let reader: SQLiteReader
    let listing: PlatformListing?

    /// Compares some orders.
    ///
    /// - Parameters:
    ///   - orders: At most ``chunkMax``.
    ///   - progress: Told the number of the webhook that the walk has come to.
    /// - Returns: what became of each, in their order.
    /// - Throws: ``StoreError``.
    func fates(of orders: [Order], progress: (Int) -> Void) async throws(StoreError) -> [OrderFate] {
        var wanted: [String: [Int]] = [:]
        for (index, order) in orders.enumerated() {
            for id in Self.spellings(of: order.id) { wanted[id, default: []].append(index) }
        }
        var sales = [StoredEvent?](repeating: nil, count: orders.count)
        var last: Int64 = 0
        while true {
            let page = try await reader.events(after: last, limit: 500)
            guard let end = page.last else { break }
            for stored in page where stored.event.kind == .paymentSucceeded && stored.entry.siblingOf == nil {
                for id in Self.ids(of: stored.event) {
                    for index in wanted[id] ?? [] where sales[index] == nil { sales[index] = stored }
                }
            }
            last = end.entry.number
            progress(Int(last >> EventEntry.positionBits))
        }
        let noise = try await noise(wanted, sales)
        var fates: [OrderFate] = []
        for (index, order) in orders.enumerated() {
            var records: [DeliveryRecord] = []
            if let sale = sales[index] {
                let query = DeliveryQuery(webhook: sale.entry.webhook, limit: 10_000)
                records = try await reader.deliveries(query).filter {
                    $0.event.key == sale.event.key && $0.event.kind == .paymentSucceeded
                }
            }
            fates.append(OrderFate(order, sale: sales[index], records, noise: noise[index], listing: listing))
        }
        return fates
    }

    /// Webhooks without an event whose bodies name orders that have no sale.
    private func noise(
        _ wanted: [String: [Int]],
        _ sales: [StoredEvent?]
    ) async throws(StoreError) -> [Int: WebhookRecord] {
        guard sales.contains(where: { $0 == nil }) else { return [:] }
        var found: [Int: WebhookRecord] = [:]
        var last: Int64 = 0
        let kinds: Set<JournalOutcome.Kind> = [.ignored, .filtered, .unmapped, .incomplete, .invalid]
        while true {
            let page = try await reader.journal(JournalQuery(outcomes: kinds, after: last, limit: 32))
            guard let end = page.last else { break }
            for record in page {
                for word in Self.words(of: record.submission.body) {
                    for index in wanted[word] ?? [] where sales[index] == nil {
                        // What cannot be read says more than what is ignored on purpose.
                        let before = found[index]?.submission.outcome.kind
                        let isBetter = before == nil || OutcomeTally.kinds.contains(record.submission.outcome.kind)
                        if isBetter { found[index] = record.withoutBody }
                    }
                }
            }
            last = end.number
        }
        return found
    }

    /// An id as exports write it: Shopify puts a `#` before the number.
    private static func spellings(of id: String) -> Set<String> {
        id.hasPrefix("#") ? [id, String(id.dropFirst())] : [id]
    }

    /// Every id under which a merchant may know a sale.
    private static func ids(of event: Event) -> Set<String> {
        var ids: Set<String> = [event.key.id]
        for alias in event.aliases { ids.insert(alias.id) }
        for id in [event.payment, event.invoice, event.order, event.checkout] { if let id { ids.insert(id) } }
        for param in event.raw + event.attribution.params { ids.insert(param.value) }
        return ids
    }

    /// Runs of letters, digits and the signs that ids have.
    static func words(of body: [UInt8]) -> Set<String> {
        var words: Set<String> = []
        for part in body.split(whereSeparator: { !isWord($0) }) where part.count <= 128 {
            words.insert(String(decoding: part, as: UTF8.self))
        }
        return words
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

extension WebhookRecord {
    /// The record without the bytes, which would be much memory.
    fileprivate var withoutBody: WebhookRecord {
        var record = self
        record.submission.body = []
        return record
    }
}
