// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Tributary
import TributaryLedger
import TributaryModel

/// Drives one lane: leases what is due, attempts it within the lane's limits, and commits the results.
final class LaneRunner: Sendable {
    private let lane: Lane
    private let doorbell: Doorbell
    /// Wakes other lanes: a result here may free a delivery there.
    private let wake: @Sendable (Set<String>) -> Void
    private let store: any Store
    private let policy: LedgerPolicy
    private let plan: RetrySchedule.Plan
    private let environment: Dispatcher.Environment
    private let state: Mutex<LaneState>
    private let pace: CallPace
    private let isStopping = Atomic(false)
    /// Whether the store refuses for now, as it does on a full disk; told once until it works again.
    private let isRefused = Atomic(false)

    init(
        lane: Lane,
        doorbell: Doorbell,
        wake: @escaping @Sendable (Set<String>) -> Void,
        store: any Store,
        policy: LedgerPolicy,
        plan: RetrySchedule.Plan,
        environment: Dispatcher.Environment
    ) {
        self.lane = lane
        self.doorbell = doorbell
        self.wake = wake
        self.store = store
        self.policy = policy
        self.plan = plan
        self.environment = environment
        state = Mutex(LaneState(concurrencyMax: lane.concurrencyMax))
        pace = CallPace(lane.sink.capabilities.rate, perform: environment.perform)
    }

    func stop() {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        doorbell.ring()
    }

    /// Delivers until the stop, then waits for what is under way, at most for the drain time.
    func run(drain: Duration) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.renewLeases() }
            group.addTask { try await self.deliver(drain: drain) }
            // The delivering task ends by itself; the renewing one only when it is cancelled, after that.
            try await group.next()
            group.cancelAll()
        }
    }

    private func deliver(drain: Duration) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            while !isStopping.load(ordering: .sequentiallyConsistent), !Task.isCancelled {
                let now = environment.now()
                switch state.withLock({ $0.grant(at: now) }) {
                case .wait(let until): await pause(until.since(now))
                case .full: await pause(.seconds(1))
                case .start(let limit):
                    switch pace.reserve(atMost: limit) {
                    case .wait(let time): await pause(time)
                    case .places(let places):
                        guard let leases = try await lease(atMost: places, at: now) else {
                            pace.giveBack(places)
                            await pause(.seconds(1))
                            continue
                        }
                        pace.giveBack(places - leases.count)
                        for (leased, permit) in leases {
                            group.addTask { try await self.attempt(leased, permit) }
                        }
                        if leases.isEmpty { await pauseUntilDue(at: now) }
                    }
                }
            }
            let clock = ContinuousClock()
            let deadline = clock.now + drain
            while !state.withLock({ $0.tokens.isEmpty }), clock.now < deadline {
                await doorbell.wait(atMost: .milliseconds(100))
            }
            // What has not ended by now is cancelled and returns its lease.
            group.cancelAll()
        }
    }

    /// Takes what is due; `nil` where the store refuses for now.
    private func lease(
        atMost limit: Int,
        at now: Timestamp
    ) async throws -> [(LeasedDelivery, CircuitBreaker.Permit)]? {
        let until = now.advanced(by: Dispatcher.leaseDuration)
        let request = LeaseRequest(sink: lane.name, limit: limit, now: now, until: until)
        guard let leased = try await unlessRefused({ () throws(StoreError) in try await store.lease(request) }) else {
            return nil
        }
        var started: [(LeasedDelivery, CircuitBreaker.Permit)] = []
        for delivery in leased {
            if let permit = state.withLock({ $0.begin(delivery.token) }) {
                started.append((delivery, permit))
            } else {
                _ = try await finish(delivery.token, AttemptResult(.returned(at: now)), at: now)
            }
        }
        return started
    }

    private func attempt(_ leased: LeasedDelivery, _ permit: CircuitBreaker.Permit) async throws {
        let clock = ContinuousClock()
        let begin = clock.now
        let paced = pace.attempt()
        let outcome = await Attempt.run(leased.delivery, to: lane.sink) { await paced.perform($0) }
        paced.end()
        let now = environment.now()
        var result = outcome.result(for: leased, plan: plan, random: environment.random(), at: now)
        // What would be tried again is given back unspent where the lane is being stopped.
        if Task.isCancelled, case .retry = outcome.step { result.next = .returned(at: now) }
        // The attempt was made: its result is recorded even when the lane is being stopped.
        let receipt = try await finish(leased.token, result, at: now)
        let change = state.withLock { $0.end(leased.token, permit, outcome, sink: lane.name, at: now) }
        doorbell.ring()
        guard let receipt else { return }
        guard receipt.held else {
            environment.observe(.fenced(sink: lane.name, delivery: leased.delivery.id))
            return
        }
        environment.observe(
            .attempted(
                .init(
                    sink: lane.name,
                    delivery: leased.delivery.id,
                    kind: leased.delivery.event.kind,
                    attempt: leased.delivery.attempt,
                    next: result.next,
                    status: outcome.status,
                    duration: clock.now - begin
                )
            )
        )
        if let change { environment.observe(change) }
        wake(receipt.wakes)
    }

    private func renewLeases() async throws {
        while !Task.isCancelled {
            // Cancelled means that the lane has ended.
            try? await Task.sleep(for: Dispatcher.leaseDuration / 3)
            let tokens = state.withLock { Array($0.tokens) }
            guard !tokens.isEmpty else { continue }
            let until = environment.now().advanced(by: Dispatcher.leaseDuration)
            _ = try await unlessRefused { () throws(StoreError) in try await store.renew(tokens, until: until) }
        }
    }

    /// Records a result, again and again while the store refuses: forgotten, the call would be made once more.
    ///
    /// - Returns: `nil` where the lane was cancelled before that; the lease then lapses.
    private func finish(_ token: LeaseToken, _ result: AttemptResult, at now: Timestamp) async throws -> FinishReceipt?
    {
        while true {
            let receipt = try await unlessRefused { () throws(StoreError) in
                try await store.finish(token, result, at: now, under: policy)
            }
            if let receipt { return receipt }
            guard !Task.isCancelled else { return nil }
            // Cancelled means that the next try is the last one.
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Asks the store; `nil` where it refuses for now, which is no reason to end the process.
    private func unlessRefused<Value>(_ ask: () async throws(StoreError) -> Value) async throws(StoreError) -> Value? {
        do throws(StoreError) {
            let value = try await ask()
            isRefused.store(false, ordering: .relaxed)
            return value
        } catch {
            guard error.isPassing else { throw error }
            if !isRefused.exchange(true, ordering: .relaxed) {
                environment.observe(.refused(sink: lane.name, reason: error.detail))
            }
            return nil
        }
    }

    private func pauseUntilDue(at now: Timestamp) async {
        // A failing store is noticed by the next lease; here the shortest sensible wait stands in.
        let due = (try? await store.nextDue(for: lane.name)) ?? nil
        let wait = due.map { $0.since(now) } ?? .seconds(5)
        await pause(max(.milliseconds(10), wait))
    }

    private func pause(_ wait: Duration) async {
        await doorbell.wait(atMost: min(max(wait, .milliseconds(1)), .seconds(5)))
    }
}
