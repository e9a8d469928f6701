// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryTesting

/// The three platforms as doubles in this process.
struct Platforms: Sendable {
    static let names = ["affitor", "affonso", "tapfiliate"]

    let affitor: DoubleFront
    let affonso: DoubleFront
    let tapfiliate: DoubleFront

    /// All three, by name.
    var fronts: [DoubleFront] { [affitor, affonso, tapfiliate] }

    /// Makes doubles that know every click.
    ///
    /// - Parameter faults: What goes wrong at each of them.
    init(faults: FaultPlan = FaultPlan()) {
        let seed = DoubleSeed(partners: ["sarah123"], takesAnyClick: true)
        func front(_ double: any PlatformDouble) -> DoubleFront {
            DoubleFront(double, seed: seed, faults: faults, now: { .now })
        }
        affitor = front(AffitorDouble(now: { .now }))
        affonso = front(AffonsoDouble(now: { .now }))
        tapfiliate = front(TapfiliateDouble(now: { .now }))
    }

    /// Serves all three for as long as a closure runs.
    ///
    /// - Parameter body: Gets the base addresses, by name.
    /// - Returns: what the closure returns.
    /// - Throws: what the closure throws.
    func serving<Result: Sendable>(_ body: ([String: String]) async throws -> Result) async throws -> Result {
        try await DoubleServer.serving(affitor) { affitor in
            try await DoubleServer.serving(affonso) { affonso in
                try await DoubleServer.serving(tapfiliate) { tapfiliate in
                    try await body(["affitor": affitor, "affonso": affonso, "tapfiliate": tapfiliate])
                }
            }
        }
    }

    /// Compares the books of all three with those of a story.
    ///
    /// - Returns: one line for each difference; none where every sale is booked once and exactly.
    func differences(from story: StripeStory) -> [String] {
        let all = story.sales
        // Affitor's sink refuses currencies with three decimals, and Affitor takes one refund for each sale.
        let payable = all.filter { $0.total.currency.exponent <= 2 }
        return Self.differences("affonso", affonso.double.bookings, all) { [$0.refunded] }
            + Self.differences("tapfiliate", tapfiliate.double.bookings, all) { [$0.refunded] }
            + Self.differences("affitor", affitor.double.bookings, payable) {
                $0.firstRefunds.isEmpty ? [0] : $0.firstRefunds
            }
    }

    private static func differences(
        _ platform: String,
        _ bookings: [Booking],
        _ sales: [StripeStory.Sale],
        refunded: (StripeStory.Sale) -> Set<Int64>
    ) -> [String] {
        var byKey = Dictionary(grouping: bookings, by: \.key)
        var lines: [String] = []
        for sale in sales {
            let found = sale.keys.flatMap { byKey.removeValue(forKey: $0) ?? [] }
            guard let booking = found.first, found.count == 1 else {
                lines.append("\(platform): \(sale.keys.sorted()) is booked \(found.count) times")
                continue
            }
            if booking.sale != sale.total { lines.append("\(platform): \(booking.key) is \(booking.sale)") }
            let allowed = refunded(sale).map { sale.total.minor - $0 }
            if !allowed.contains(booking.remaining.minor) {
                lines.append("\(platform): \(booking.key) is left with \(booking.remaining.minor), not \(allowed)")
            }
        }
        return lines + byKey.keys.sorted().map { "\(platform): \($0) is booked and never was" }
    }
}
