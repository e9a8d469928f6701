// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing
import TributaryModel
import TributaryTesting

@testable import Tributary

/// A platform that stores everything it is told, and remembers it.
private final class Notebook: Sink {
    private let deliveries = Mutex<[Delivery]>([])
    let capabilities = SinkCapabilities(kinds: Set(EventKind.allCases))

    func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
        deliveries.withLock { $0.append(delivery) }
        return .end(.init(.delivered, reason: "stored", receipt: Receipt([.init("id", "1")])))
    }

    var told: [Delivery] { deliveries.withLock { $0 } }
}

private let buyer = SampleBuyer(Customer(user: "user_7"), Attribution(click: "click_1"))

private func money(_ minor: Int64, _ code: String = "EUR") throws -> Money {
    Money(minor: minor, try #require(Currency(code)))
}

private func table(to target: String = "USD", _ rates: [String: String]) throws -> RateTable {
    RateTable(
        name: "november",
        to: try #require(Currency(target)),
        date: "2026-11-01",
        rates: try rates.mapValues { try #require(ExchangeRate($0)) }
    )
}

@Suite struct MoneyTermsTests {
    private func end(_ delivery: Delivery, _ terms: MoneyTerms) throws -> Step.End {
        guard case .end(let end) = TermedSink(Notebook(), terms).step(for: delivery, after: []) else {
            throw CallFailure(code: "no end", mayHaveArrived: false)
        }
        return end
    }

    /// What is told of a sale, and of its corrections by running sums.
    private func told(
        _ payment: Delivery,
        _ sums: [Int64],
        _ terms: MoneyTerms,
        later: MoneyTerms? = nil
    ) throws -> [Delivery] {
        let notebook = Notebook()
        guard case .end(let end) = TermedSink(notebook, terms).step(for: payment, after: []) else { return [] }
        var before: Int64 = 0
        for (count, after) in sums.enumerated() {
            let correction = buyer.correction(
                "re_\(count)",
                of: payment,
                ended: end,
                from: before,
                to: after,
                earlier: count,
                kind: after < before ? .refundReversed : .refundSucceeded
            )
            _ = TermedSink(notebook, later ?? terms).step(for: try #require(correction), after: [])
            before = after
        }
        return notebook.told
    }

    @Test func `unless something is stated, everything is told as it was paid, and nothing is added`() throws {
        let payment = buyer.payment("in_1", try money(9520), tax: try money(1520))
        let end = try end(payment, MoneyTerms())
        #expect(end.receipt == Receipt([.init("id", "1")]))
        #expect(try told(payment, [], MoneyTerms()) == [payment])
    }

    @Test func `the receipt says how the amount came about, and reads back`() throws {
        let payment = buyer.payment("in_1", try money(9520), tax: try money(1520))
        let terms = MoneyTerms(basis: .exTax, currency: .convert(try table(["EUR": "1.0834"])))
        let receipt = try end(payment, terms).receipt
        #expect(receipt["amount_basis"] == "ex_tax 80.00 of 95.20 EUR")
        #expect(receipt["amount_converted"] == "80.00 EUR = 86.67 USD at 1.0834 of 2026-11-01")
        #expect(MoneyNote(receipt).parameters == Array(receipt.ids.dropFirst()))
    }

    @Test func `a sale is told on its basis and in the other currency, with everything that belongs to it`() throws {
        var payment = buyer.payment("in_1", try money(9520), tax: try money(1520))
        payment.event.shipping = try money(500)
        payment.event.fee = try money(300, "GBP")
        let terms = MoneyTerms(basis: .exTax, currency: .convert(try table(["EUR": "1.0834"])))
        let event = try #require(try told(payment, [], terms).first?.event)
        #expect(event.total == (try money(8667, "USD")))
        #expect(event.tax == nil)
        #expect(event.shipping == (try money(542, "USD")))
        #expect(event.fee == nil)
        #expect(event.lines.first?.total == (try money(10314, "USD")))
        #expect(event.amount(.gross) == event.total)
    }

    @Test func `what is in the table's own currency passes as it is`() throws {
        let payment = buyer.payment("in_1", try money(9520, "USD"))
        let terms = MoneyTerms(currency: .convert(try table(["EUR": "1.0834"])))
        #expect(try told(payment, [], terms) == [payment])
        #expect(try end(payment, terms).receipt == Receipt([.init("id", "1")]))
    }

    @Test func `a correction is told in the terms of its sale, whatever the terms are by now`() throws {
        let payment = buyer.payment("in_1", try money(9520), tax: try money(1520))
        let first = MoneyTerms(basis: .exTax, currency: .convert(try table(["EUR": "1.0834"])))
        let second = MoneyTerms(basis: .gross, unstated: .refuse, currency: .convert(try table(["EUR": "1.2"])))
        for later in [first, second, MoneyTerms(currency: .only([]))] {
            let all = try told(payment, [4760, 9520, 0], first, later: later)
            #expect(all.dropFirst().map { $0.event.total?.minor } == [4334, 4333, -8667])
            #expect(all.dropFirst().map { $0.sale?.effect } == [.lowers, .lowers, .raises])
            #expect(all[2].sale?.isFull == true)
            #expect(all[2].sale?.remaining(.gross) == (try money(0, "USD")))
            #expect(all[1].sale?.event == all[0].event)
        }
        let passed = try told(payment, [9520], MoneyTerms(), later: first)
        #expect(passed[1].event.total == (try money(9520)))
    }

    @Test(
        arguments: [
            (
                MoneyTerms.Unstated.refuse, CurrencyPolicy.pass,
                "the sale does not state its tax or revenue, from which \"amount\": \"net\" is counted; let the mapping of "
                    + "stripe read it, or set \"amount_unstated\": \"zero\", then `tributary retry`"
            ),
            (
                .zero, .only(Set(["USD", "GBP"].compactMap { Currency($0) })),
                "EUR is not among this sink's \"currencies\" (GBP, USD); add it or convert it, then `tributary retry`"
            ),
            (
                .zero,
                Currency("USD").map { .convert(RateTable(name: "november", to: $0, date: "2026-11-01", rates: [:])) }
                    ?? .pass,
                "the table \"november\" of 2026-11-01 has no rate from EUR to USD; add it, then `tributary retry`"
            ),
            (
                .zero, Currency("USD").map { .convert(RateTable(to: $0, date: "2026-11-01", rates: [:])) } ?? .pass,
                "the sink's table of 2026-11-01 has no rate from EUR to USD; add it, then `tributary retry`"
            ),
        ]
    )
    func `what cannot be told in these terms is refused, with the remedy`(
        unstated: MoneyTerms.Unstated,
        currency: CurrencyPolicy,
        reason: String
    ) throws {
        let payment = buyer.payment("in_1", try money(9520))
        let end = try end(payment, MoneyTerms(basis: .net, unstated: unstated, currency: currency))
        #expect(end == .init(.permanent, reason: reason))
    }

    @Test(
        arguments: [
            (AmountBasis.gross, 11_400), (.exTax, 9500), (.net, 9000), (.afterDiscount, 9000),
        ] as [(AmountBasis, Int64)]
    )
    func `each basis has its amount`(basis: AmountBasis, minor: Int64) throws {
        var event = buyer.payment("in_1", try money(11_400), tax: try money(1900)).event
        event.shipping = try money(500)
        event.subtotal = try money(10_000)
        event.discount = try money(1000)
        #expect(event.amount(basis) == (try money(minor)))
        #expect(event.states(basis))
        event.revenue = try money(9000)
        #expect(event.amount(basis) == (try money(minor)))
    }

    @Test func `what is not stated counts as zero, unless it is to be refused`() throws {
        let payment = buyer.payment("in_1", try money(9520))
        for basis in AmountBasis.allCases {
            #expect(try end(payment, MoneyTerms(basis: basis)).end == .delivered)
            #expect(payment.event.amount(basis) == (try money(9520)))
            let refused = try end(payment, MoneyTerms(basis: basis, unstated: .refuse)).end
            #expect(refused == (basis == .gross ? .delivered : .permanent))
        }
    }

    @Test func `a sign-up without money is told in any terms`() throws {
        let terms = MoneyTerms(basis: .net, unstated: .refuse, currency: .only([]))
        #expect(try end(buyer.signUp(), terms).end == .delivered)
    }

    @Test(arguments: Currency.allCodes)
    func `over all currencies, partial refunds add up to exactly the sale`(_ code: String) throws {
        // Each currency into one of every exponent, by an awkward rate, in parts that divide evenly by nothing.
        for (target, rate) in [("JPY", "163.417"), ("USD", "1.0834"), ("KWD", "0.30751"), ("CLF", "0.0243")] {
            let terms = MoneyTerms(basis: .exTax, currency: .convert(try table(to: target, [code: rate])))
            for total: Int64 in [1, 2, 3, 9990, 10_007, 1_234_567] {
                let payment = buyer.payment("in_1", try money(total, code), tax: try money(total * 19 / 119, code))
                let sums = [total / 7, total / 3, total / 2, total]
                let all = try told(payment, sums, terms)
                let sale = try #require(all.first?.event.total)
                var given: Int64 = 0
                for correction in all.dropFirst() {
                    let part = correction.sale?.difference(.gross)?.minor ?? 0
                    given += part
                    guard part >= 0, correction.sale?.remaining(.gross)?.minor == sale.minor - given else {
                        Issue.record("\(total) \(code) to \(target): \(correction.event.key)")
                        break
                    }
                }
                #expect(given == sale.minor)
                #expect(sale.currency.code == target)
            }
        }
    }
}
