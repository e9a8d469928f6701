// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Tapfiliate

/// A sink with a fault in it; the kit has to notice each one.
struct MutantSink: Sink {
    enum Mutation: CaseIterable, Sendable {
        case none
        case noneWithoutGuard
        case keyOfEachAttempt
        case keyOfNothing
        case forgetsDoubt
        case addsOne
        case claimsSuccess
        case callsForEver
        case givesUpAtOnce
        case neverGivesUp
        case retriesRefusedKeys
        case sendsEveryKind
        case tossesCoins
        case takesBackTooMuch
        case skipsRefunds
        case refundsTwice
        case claimsToRaise
    }

    let mutation: Mutation
    let original: any Sink
    let coin = Coin()

    final class Coin: Sendable {
        private let count = Mutex(0)
        func toss() -> Int {
            count.withLock {
                $0 += 1
                return $0
            }
        }
    }

    var capabilities: SinkCapabilities { original.capabilities }

    func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
        var delivery = delivery
        switch mutation {
        case .keyOfEachAttempt: delivery.idempotencyKey += "-\(delivery.attempt)"
        case .keyOfNothing: delivery.idempotencyKey = "same"
        case .forgetsDoubt: delivery.mayHaveArrivedBefore = false
        case .addsOne: if let total = delivery.event.total { delivery.event.total?.minor = total.minor + 1 }
        case .takesBackTooMuch: delivery.sale?.correctedAfter.minor += 1
        case .sendsEveryKind where !capabilities.kinds.contains(delivery.event.kind):
            delivery.event.kind = .customerCreated
        case .skipsRefunds where delivery.sale != nil: return .end(.init(.delivered, reason: "never mind"))
        case .claimsToRaise where delivery.sale?.effect == .raises:
            return .end(.init(.delivered, reason: "never mind"))
        case .refundsTwice where delivery.sale?.effect == .raises:
            // As if it went by the size of the amount only.
            if let sale = delivery.sale {
                let sum = min(sale.event.total?.minor ?? 0, 2 * sale.correctedBefore.minor - sale.correctedAfter.minor)
                delivery.sale?.correctedAfter.minor = sum
                delivery.sale?.correctedBefore.minor = 0
            }
        case .tossesCoins: return .retry(.init(reason: "toss \(coin.toss())"))
        case .none, .noneWithoutGuard, .claimsSuccess, .callsForEver, .givesUpAtOnce, .neverGivesUp,
            .retriesRefusedKeys, .sendsEveryKind,
            .skipsRefunds, .refundsTwice, .claimsToRaise:
            break
        }
        return mutated(original.step(for: delivery, after: exchanges), exchanges)
    }

    private func mutated(_ step: Step, _ exchanges: [Exchange]) -> Step {
        switch (mutation, step) {
        case (.claimsSuccess, .retry): .end(.init(.delivered, reason: "surely"))
        case (.callsForEver, .end(let end)) where end.end == .delivered: exchanges.last.map { .call($0.call) } ?? step
        case (.givesUpAtOnce, .retry): .end(.init(.permanent, reason: "no patience"))
        case (.neverGivesUp, .end(let end)) where end.end == .notAttributed: .retry(.init(reason: "perhaps later"))
        case (.retriesRefusedKeys, .retry(let retry)): .retry(.init(reason: retry.reason))
        default: step
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct ConformanceKitTests {
    @Test(arguments: MutantSink.Mutation.allCases)
    func `the kit notices a sink that breaks a promise`(mutation: MutantSink.Mutation) async throws {
        var rules = TapfiliateDouble.Rules()
        rules.key = Secret("tap_test")
        // A platform that guards nothing, so that a careless sink really does book twice.
        rules.refusesDuplicates = ![.forgetsDoubt, .noneWithoutGuard].contains(mutation)
        let front = DoubleFront(TapfiliateDouble(rules) { .now }) { .now }
        let transport = MemoryTransport(front) { .now }
        func makeSink(_ key: String) throws -> MutantSink {
            let url = JSONValue.Member("url", "http://tapfiliate.test/1.6")
            let settings = PluginSettings(name: "t", members: [url], secrets: ["key": Secret(key)])
            return MutantSink(mutation: mutation, original: try TapfiliatePlugin.makeSink(settings))
        }
        let subject = SinkSubject(
            sink: try makeSink("tap_test"),
            sinkWithWrongKey: try makeSink("tap_other"),
            front: front,
            buyer: SampleBuyer(Customer(user: "user_7"), Attribution(click: "click_1")),
            stranger: SampleBuyer(Customer(user: "user_8"), Attribution(click: "click_x"))
        )
        var breaches = await SinkConformance(subject, perform: { transport.perform($0) }).breaches()
        // Without a doubt nothing tells the sink to look first, so this one is the platform's fault.
        if !rules.refusesDuplicates { breaches.removeAll { $0.check.contains("without a doubt") } }
        #expect(breaches.isEmpty == [.none, .noneWithoutGuard].contains(mutation))
    }
}
