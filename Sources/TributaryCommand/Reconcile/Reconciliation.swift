// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel
import TributarySQLite

/// Compares orders with the books, some thousands at a time, so that memory stays bounded however many there are.
struct Reconciliation {
    /// Orders that are compared in one walk through the books.
    static let chunkMax = 20_000

    /// Events of one page of a walk.
    private static let eventsPage = 500

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
        let sales = try await sales(wanted, count: orders.count, progress: progress)
        let noise = try await noise(wanted, sales)
        var fates: [OrderFate] = []
        for (index, order) in orders.enumerated() {
            var facts = OrderFacts(sale: sales[index], noise: noise[index])
            if let sale = sales[index] {
                let query = DeliveryQuery(webhook: sale.entry.webhook, limit: 10_000)
                facts.deliveries = try await reader.deliveries(query).filter {
                    $0.event.key == sale.event.key && $0.event.kind == .paymentSucceeded
                }
                let corrections = DeliveryQuery(correcting: sale.entry.number, limit: 10_000)
                facts.corrections = try await reader.deliveries(corrections)
            }
            fates.append(OrderFate(order, facts, listing: listing))
        }
        return fates
    }

    /// Finds the sale of each order; a sibling leads to the event that counts.
    private func sales(
        _ wanted: [String: [Int]],
        count: Int,
        progress: (Int) -> Void
    ) async throws(StoreError) -> [StoredEvent?] {
        var sales = [StoredEvent?](repeating: nil, count: count)
        var siblings: [Int: Int64] = [:]
        try await walk(progress) { stored in
            guard stored.event.kind == .paymentSucceeded else { return }
            for id in Self.ids(of: stored.event) {
                for index in wanted[id] ?? [] where sales[index] == nil {
                    if let first = stored.entry.siblingOf {
                        siblings[index] = siblings[index] ?? first
                    } else {
                        sales[index] = stored
                    }
                }
            }
        }
        for (index, number) in siblings where sales[index] == nil {
            let found = try await reader.events(after: number - 1, limit: 1).first
            if found?.entry.number == number { sales[index] = found }
        }
        return sales
    }

    private func walk(
        _ progress: (Int) -> Void,
        _ body: (StoredEvent) -> Void
    ) async throws(StoreError) {
        var last: Int64 = 0
        while true {
            let page = try await reader.events(after: last, limit: Self.eventsPage)
            guard let end = page.last else { break }
            for stored in page { body(stored) }
            last = end.entry.number
            progress(Int(last >> EventEntry.positionBits))
        }
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

    /// Every id under which a merchant may know a sale; keys also as `tributary deliveries` shows them, with their type.
    private static func ids(of event: Event) -> Set<String> {
        var ids: Set<String> = []
        for key in [event.key] + event.aliases { ids.formUnion([key.id, "\(key)"]) }
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

extension Reconciliation {
    /// What the platform lists of a time and no order has.
    ///
    /// - Parameters:
    ///   - matched: The platform's ids of the sales that orders have.
    ///   - days: From the first to the last day of the orders.
    /// - Returns: the sales, in the list's order.
    /// - Throws: ``StoreError``.
    func strays(beside matched: Set<String>, within days: Range<Timestamp>) async throws(StoreError) -> [StraySale] {
        guard let listing else { return [] }
        let rest = listing.sales.filter { !matched.contains($0.id) }
        let wanted = Set(rest.compactMap(\.key))
        var books: [String: (key: Reference, time: Timestamp)] = [:]
        if !wanted.isEmpty {
            let unwatched: (Int) -> Void = { _ in }
            try await walk(unwatched) { stored in
                guard stored.event.kind == .paymentSucceeded else { return }
                let key = stored.event.idempotencyKey(isLive: stored.entry.scope.isLive)
                if wanted.contains(key) { books[key] = (stored.event.key, stored.event.time) }
            }
        }
        return rest.compactMap { sale in
            let known = sale.key.flatMap { books[$0] }
            // A sale of ours belongs to the day on which it was made; the platform may have been told much later.
            guard let time = known?.time ?? sale.time, days.contains(time) else { return nil }
            return StraySale(sale: sale, known: known?.key, time: time)
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
