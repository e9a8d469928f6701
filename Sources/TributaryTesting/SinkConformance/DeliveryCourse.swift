// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// All attempts of one delivery, driven as the dispatcher drives them but without its waits.
struct DeliveryCourse: Sendable {
    /// How it came to rest.
    enum Rest: Sendable, Hashable {
        /// The sink said how it ended.
        case ended(Step.End)
        /// The sink's key was refused.
        case paused
        /// It was tried often enough.
        case exhausted
    }

    private(set) var rest = Rest.exhausted
    private(set) var attempts = 0
    /// Whether any attempt left open what the platform did.
    private(set) var wasInDoubt = false
    /// Promises that the sink broke on the way.
    private(set) var breaches: [String] = []

    private var bodies: [String: [UInt8]] = [:]

    var end: Step.End? {
        if case .ended(let end) = rest { end } else { nil }
    }

    /// Most attempts; more than the grace of any sink and the faults of any check need.
    private static let attemptsMax = 12

    init(
        _ delivery: Delivery,
        to sink: any Sink,
        callsMax: Int,
        perform: @Sendable (Call) async -> Exchange.Result
    ) async {
        var delivery = delivery
        let first = delivery.attempt
        wasInDoubt = delivery.mayHaveArrivedBefore
        for attempt in first..<(first + Self.attemptsMax) {
            attempts += 1
            delivery.attempt = attempt
            delivery.mayHaveArrivedBefore = wasInDoubt
            guard let last = await self.attempt(delivery, sink, callsMax, perform) else { return }
            delivery.waits += last.isWait ? 1 : 0
            if last.scope == .credentials {
                rest = .paused
                return
            }
        }
    }

    /// One attempt; `nil` when the delivery has ended.
    private mutating func attempt(
        _ delivery: Delivery,
        _ sink: any Sink,
        _ callsMax: Int,
        _ perform: @Sendable (Call) async -> Exchange.Result
    ) async -> Step.Retry? {
        var exchanges: [Exchange] = []
        while true {
            let step = sink.step(for: delivery, after: exchanges)
            if step != sink.step(for: delivery, after: exchanges) {
                breaches.append("the same delivery and answers gave two different steps")
            }
            switch step {
            case .end(let end):
                rest = .ended(end)
                return nil
            case .retry(let retry): return retry
            case .call(let call):
                guard exchanges.count < callsMax else {
                    breaches.append("more than \(callsMax) calls in one attempt")
                    return nil
                }
                check(call)
                let result = await perform(call)
                exchanges.append(Exchange(call, result))
                note(result, of: call)
            }
        }
    }

    /// A call that changes something must be the same in every attempt, or the platform cannot know it again.
    private mutating func check(_ call: Call) {
        guard call.isChange else { return }
        let line = "\(call.label) \(call.method) \(call.url)"
        if let known = bodies[line], known != call.body ?? [] {
            breaches.append("the body of \(call.label) changed between attempts")
        }
        bodies[line] = call.body ?? []
    }

    private mutating func note(_ result: Exchange.Result, of call: Call) {
        guard call.isChange else { return }
        switch result {
        case .answer(let answer): if answer.status >= 500 { wasInDoubt = true }
        case .failure(let failure): if failure.mayHaveArrived { wasInDoubt = true }
        }
    }
}
