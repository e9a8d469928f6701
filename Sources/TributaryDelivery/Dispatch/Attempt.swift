// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// One try of a delivery: asks the sink for steps and makes its calls, until the sink says how it ended.
public struct Attempt: Sendable {
    /// What came of an attempt, before anybody decided when to try again.
    public struct Outcome: Sendable, Hashable {
        /// The sink's last word.
        public var step: LastStep
        /// Whether a call that changes something may have arrived without our knowing its answer.
        public var mayHaveArrived: Bool
        /// HTTP status of the last answer, if there was one.
        public var status: Int?
        /// One short line for each call.
        public var trail: [String]
        /// Whether it waits for what the delivery builds on.
        public var isWait: Bool { if case .retry(let retry) = step { retry.isWait } else { false } }
    }

    /// The two ways in which a sink lets go of an attempt.
    public enum LastStep: Sendable, Hashable {
        /// The delivery is over.
        case end(Step.End)
        /// It is to be tried again.
        case retry(Step.Retry)
    }

    /// Most calls that one attempt may make; a sink that wants more is broken.
    public static let callsMax = 32

    /// Makes the calls of one attempt.
    ///
    /// - Parameters:
    ///   - delivery: What is to be delivered.
    ///   - sink: The platform.
    ///   - perform: Makes one call.
    /// - Returns: the sink's last word and what an operator wants to see of the calls.
    public static func run(
        _ delivery: Delivery,
        to sink: any Sink,
        perform: @Sendable (Call) async -> Exchange.Result
    ) async -> Outcome {
        var exchanges: [Exchange] = []
        while true {
            let step = sink.step(for: delivery, after: exchanges)
            switch step {
            case .end(let end): return outcome(.end(end), exchanges)
            case .retry(let retry): return outcome(.retry(retry), exchanges)
            case .call(let call):
                guard exchanges.count < callsMax else {
                    let end = Step.End(.needsHuman, reason: "the sink asked for more than \(callsMax) calls")
                    return outcome(.end(end), exchanges)
                }
                exchanges.append(Exchange(call, await perform(call)))
            }
        }
    }

    private static func outcome(_ step: LastStep, _ exchanges: [Exchange]) -> Outcome {
        var outcome = Outcome(step: step, mayHaveArrived: false, status: nil, trail: [])
        for exchange in exchanges {
            let changes = exchange.call.isChange
            switch exchange.result {
            case .answer(let answer):
                outcome.status = answer.status
                // A platform that fails with a 5xx may have stored the event first; only it knows.
                if changes && answer.status >= 500 { outcome.mayHaveArrived = true }
                outcome.trail.append("\(exchange.call.label): \(answer.status)")
            case .failure(let failure):
                if changes && failure.mayHaveArrived { outcome.mayHaveArrived = true }
                outcome.trail.append("\(exchange.call.label): \(failure.code)")
            }
        }
        return outcome
    }
}
