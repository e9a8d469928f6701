// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// A reconciliation summed up: by day, by state, and in money.
struct ReconciliationSummary: Sendable, Hashable {
    /// How many orders came how far.
    struct Stages: Sendable, Hashable {
        var orders = 0
        var received = 0
        var attributed = 0
        var delivered = 0
    }

    /// What they came to in one currency, as the orders state it, in minor units.
    struct Sums: Sendable, Hashable {
        var orders: Int64 = 0
        var received: Int64 = 0
        var attributed: Int64 = 0
        var delivered: Int64 = 0
        var refunded: Int64 = 0
        var missing: Int64 = 0
    }

    /// By day in UTC, `2026-11-01`; orders without a time under an empty text.
    var days: [String: Stages] = [:]
    var total = Stages()
    var sums: [Currency: Sums] = [:]
    /// How many stand at each verdict.
    var verdicts: [String: Int] = [:]
    /// Those of them that mean a loss or a difference.
    var missingVerdicts: Set<String> = []
    /// Orders, those that stand twice in the file counted once.
    var orders: Int { total.orders }
    var missing = 0
    /// Lines that repeat an order, lines that cannot be read, and sales that only the platform has.
    var repeated = 0
    var unreadable = 0
    var strays = 0
    /// What the platform's own list told, in one sentence; empty where it was not asked.
    var listing = ""

    /// Whether everything is as it should be.
    var isFine: Bool { missing + unreadable + strays == 0 }

    /// Ten years of days; an export of more than that is summed up.
    private static let daysMax = 3660

    mutating func add(_ fate: OrderFate) {
        if case .repeated = fate.verdict {
            repeated += 1
            return
        }
        verdicts[fate.verdict.name, default: 0] += 1
        if fate.verdict.isMissing { missingVerdicts.insert(fate.verdict.name) }
        missing += fate.verdict.isMissing ? 1 : 0
        let day = fate.order.time.map { String($0.description.prefix(10)) } ?? ""
        let key = days[day] != nil || days.count < Self.daysMax ? day : ""
        days[key, default: Stages()].add(fate)
        total.add(fate)
        if let amount = fate.order.amount { sums[amount.currency, default: Sums()].add(fate, amount) }
    }

    var json: JSONValue {
        .object([
            .init("orders", .integer(orders)), .init("missing", .integer(missing)),
            .init("twice_in_the_file", .integer(repeated)), .init("unreadable", .integer(unreadable)),
            .init("only_at_the_platform", .integer(strays)),
            .init("states", .object(verdicts.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) })),
            .init("sums", .array(sums.sorted { $0.key.code < $1.key.code }.map { $1.json($0) })),
            .init(
                "days",
                .array(
                    days.sorted { $0.key < $1.key }.map { name, day in
                        .object([.init("day", name.isEmpty ? .null : .string(name))] + day.members)
                    }
                )
            ),
            .init("platform", listing.isEmpty ? .null : .string(listing)),
        ])
    }
}

extension ReconciliationSummary.Stages {
    mutating func add(_ fate: OrderFate) {
        orders += 1
        received += fate.isReceived ? 1 : 0
        attributed += fate.isAttributed ? 1 : 0
        delivered += fate.isDelivered ? 1 : 0
    }

    /// Adds what another day came to.
    mutating func add(_ other: Self) {
        orders += other.orders
        received += other.received
        attributed += other.attributed
        delivered += other.delivered
    }

    fileprivate var members: [JSONValue.Member] {
        [
            .init("orders", .integer(orders)), .init("received", .integer(received)),
            .init("attributed", .integer(attributed)), .init("delivered", .integer(delivered)),
        ]
    }
}

extension ReconciliationSummary.Sums {
    fileprivate mutating func add(_ fate: OrderFate, _ amount: Money) {
        let minor = amount.minor
        Self.add(&orders, minor)
        if fate.isReceived { Self.add(&received, minor) }
        if fate.isAttributed { Self.add(&attributed, minor) }
        if fate.isDelivered { Self.add(&delivered, minor) }
        if fate.verdict.isMissing { Self.add(&missing, minor) }
        if let given = fate.refunded, given.currency == amount.currency { Self.add(&refunded, given.minor) }
    }

    /// Adds, and stays at the greatest number rather than be wrong or stop.
    private static func add(_ sum: inout Int64, _ minor: Int64) {
        let (value, isOver) = sum.addingReportingOverflow(minor)
        sum = isOver ? .max : value
    }

    fileprivate func json(_ currency: Currency) -> JSONValue {
        func text(_ minor: Int64) -> JSONValue { .string(Money(minor: minor, currency).majorText) }
        return .object([
            .init("currency", .string(currency.code)), .init("orders", text(orders)),
            .init("received", text(received)), .init("attributed", text(attributed)),
            .init("delivered", text(delivered)), .init("refunded", text(refunded)), .init("missing", text(missing)),
        ])
    }
}
