// SPDX-License-Identifier: Apache-2.0

import Seeds
import Tributary
import TributaryLedger
import TributaryModel

@testable import TributaryDelivery

/// One lane of the dispatcher under a clock that the test moves: the lane runner's own decisions without its waits.
struct VirtualLane {
    let name: String
    let sink: any Sink
    let perform: @Sendable (Call) async -> Exchange.Result
    /// What attempts are lost of a hundred, because the process is killed before it has recorded them.
    let killedPercent: Int
    let transcript: Transcript
    /// When the lane has something to do next; `nil` for never.
    private(set) var next: Timestamp?

    private var state = LaneState(concurrencyMax: concurrencyMax)
    private var random: SeededGenerator
    private let plan = RetrySchedule.Plan()

    private static let concurrencyMax = 4

    init(
        _ name: String,
        _ sink: any Sink,
        killedPercent: Int,
        seed: UInt64,
        transcript: Transcript,
        perform: @escaping @Sendable (Call) async -> Exchange.Result
    ) {
        self.name = name
        self.sink = sink
        self.perform = perform
        self.killedPercent = killedPercent
        self.transcript = transcript
        random = SeededGenerator(seed: seed)
    }

    /// Does everything that can be done at this time.
    mutating func work(_ store: any Store, _ policy: LedgerPolicy, at now: Timestamp) async throws {
        while true {
            next = try await store.nextDue(for: name)
            guard let due = next, due <= now else { return }
            switch state.grant(at: now) {
            case .wait(let until):
                next = until
                return
            case .full: return
            case .start(let limit):
                let until = now.advanced(by: Dispatcher.leaseDuration)
                let request = LeaseRequest(sink: name, limit: limit, now: now, until: until)
                var started: [(LeasedDelivery, CircuitBreaker.Permit)] = []
                for leased in try await store.lease(request) {
                    if let permit = state.begin(leased.token) {
                        started.append((leased, permit))
                    } else {
                        _ = try await store.finish(
                            leased.token,
                            AttemptResult(.returned(at: now)),
                            at: now,
                            under: policy
                        )
                    }
                }
                // Those that are under way together end in any order.
                for (leased, permit) in started.shuffled(using: &random) {
                    try await attempt(leased, permit, store, policy, at: now)
                }
            }
        }
    }

    private mutating func attempt(
        _ leased: LeasedDelivery,
        _ permit: CircuitBreaker.Permit,
        _ store: any Store,
        _ policy: LedgerPolicy,
        at now: Timestamp
    ) async throws {
        let outcome = await Attempt.run(leased.delivery, to: sink, perform: perform)
        let what =
            "\(name) \(leased.delivery.event.kind.rawValue) \(leased.delivery.event.key) try \(leased.delivery.attempt)"
        guard Int.random(in: 0..<100, using: &random) >= killedPercent else {
            transcript.add(now, "\(what): killed before it was recorded, after \(outcome.trail)")
            state = LaneState(concurrencyMax: Self.concurrencyMax)
            return
        }
        let result = outcome.result(for: leased, plan: plan, random: random.next(), at: now)
        transcript.add(now, "\(what): \(result.next) \(outcome.trail)")
        _ = try await store.finish(leased.token, result, at: now, under: policy)
        if let change = state.end(leased.token, permit, outcome, sink: name, at: now) {
            transcript.add(now, "\(name): \(change)")
        }
    }
}
