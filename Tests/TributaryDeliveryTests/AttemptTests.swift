// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing
import Tributary
import TributaryDelivery
import TributaryModel

@Suite struct AttemptTests {
    /// Asks for the calls of a script, then ends.
    private struct ScriptedSink: Sink {
        var calls: [Call]
        let capabilities = SinkCapabilities(
            kinds: [],
            kindsByDefault: [],
            refunds: .none,
            identifiers: [],
            parameters: [:],
            needsOrder: false
        )

        func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
            exchanges.count < calls.count
                ? .call(calls[exchanges.count]) : .end(.init(.delivered, reason: "after \(exchanges.count) calls"))
        }
    }

    private func run(_ calls: [Call], _ results: [Exchange.Result]) async -> Attempt.Outcome {
        let event = Event(
            id: "e",
            source: "s",
            kind: .paymentSucceeded,
            key: Reference("invoice", "in_1"),
            time: Timestamp(unixSeconds: 0),
            provider: ProviderFacts(name: "acme", event: "e", type: "paid")
        )
        let script = Mutex(results)
        return await Attempt.run(
            Delivery(id: 1, event: event, idempotencyKey: "k"),
            to: ScriptedSink(calls: calls),
            perform: { _ in script.withLock { $0.isEmpty ? .answer(Answer(status: 200)) : $0.removeFirst() } }
        )
    }

    private static let post = Call("sale", url: "https://platform.example/sale")
    private static let get = Call("look-up", method: "GET", url: "https://platform.example/sale")

    @Test func `a sink's calls are made in turn and its last word is kept, with a line for each call`() async {
        let outcome = await run([Self.get, Self.post], [.answer(Answer(status: 404)), .answer(Answer(status: 201))])
        #expect(outcome.step == .end(.init(.delivered, reason: "after 2 calls")))
        #expect(outcome.trail == ["look-up: 404", "sale: 201"])
        #expect(outcome.status == 201)
        #expect(!outcome.mayHaveArrived)
    }

    @Test(arguments: [
        (post, Exchange.Result.answer(Answer(status: 500)), true),
        (post, .answer(Answer(status: 429)), false),
        (post, .failure(CallFailure(code: "reset", mayHaveArrived: true)), true),
        (post, .failure(CallFailure(code: "connect", mayHaveArrived: false)), false),
        (get, .answer(Answer(status: 503)), false),
        (get, .failure(CallFailure(code: "reset", mayHaveArrived: true)), false),
    ])
    func `only a call that changes something leaves doubt whether it arrived`(
        call: Call,
        result: Exchange.Result,
        doubt: Bool
    ) async {
        #expect(await run([call], [result]).mayHaveArrived == doubt)
    }

    @Test func `a sink that never ends is stopped and given to a person`() async {
        let outcome = await run(Array(repeating: Self.get, count: 1000), [])
        guard case .end(let end) = outcome.step else {
            Issue.record("the attempt did not end")
            return
        }
        #expect(end.end == .needsHuman)
        #expect(outcome.trail.count == Attempt.callsMax)
    }
}
