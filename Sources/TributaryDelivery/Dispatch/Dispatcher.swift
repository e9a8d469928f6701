// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryLedger
public import TributaryModel

/// Takes deliveries from the store, lets each lane's sink attempt them, and records what came of it.
public final class Dispatcher: Sendable {
    /// Everything that a dispatcher gets from outside.
    public struct Environment: Sendable {
        /// Makes one call of a sink.
        public var perform: @Sendable (Call) async -> Exchange.Result
        /// The wall clock.
        public var now: @Sendable () -> Timestamp
        /// Uniformly distributed random numbers, for the jitter of waits.
        public var random: @Sendable () -> UInt64
        /// Is told everything that was done.
        public var observe: @Sendable (DispatchEvent) -> Void

        /// Creates an environment.
        public init(
            perform: @escaping @Sendable (Call) async -> Exchange.Result,
            now: @escaping @Sendable () -> Timestamp,
            random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) },
            observe: @escaping @Sendable (DispatchEvent) -> Void = { _ in }
        ) {
            self.perform = perform
            self.now = now
            self.random = random
            self.observe = observe
        }
    }

    /// How long a lease holds unless it is renewed: a crashed process's deliveries are taken again after this time.
    public static let leaseDuration = Duration.seconds(10)

    private let lanes: [LaneRunner]
    private let doorbells: [String: Doorbell]
    private let environment: Environment
    private let store: any Store
    private let policy: LedgerPolicy

    /// Creates a dispatcher; nothing happens before ``run(drain:)``.
    ///
    /// - Parameters:
    ///   - lanes: The sinks to deliver to.
    ///   - store: Where deliveries come from and results go to.
    ///   - policy: The ledger's settings, the same as the engine's.
    ///   - plan: When failed deliveries are tried again.
    ///   - environment: Network, clock, randomness and observer.
    public init(
        lanes: [Lane],
        store: any Store,
        policy: LedgerPolicy,
        plan: RetrySchedule.Plan = RetrySchedule.Plan(),
        environment: Environment
    ) {
        self.store = store
        self.policy = policy
        self.environment = environment
        let doorbells = Dictionary(lanes.map { ($0.name, Doorbell()) }, uniquingKeysWith: { first, _ in first })
        self.doorbells = doorbells
        self.lanes = lanes.map { lane in
            LaneRunner(
                lane: lane,
                doorbell: doorbells[lane.name] ?? Doorbell(),
                wake: { Self.ring(doorbells, $0) },
                store: store,
                policy: policy,
                plan: plan,
                environment: environment
            )
        }
    }

    /// Tells lanes that there is something new to send.
    public func wake(_ sinks: Set<String>) {
        Self.ring(doorbells, sinks)
    }

    private static func ring(_ doorbells: [String: Doorbell], _ sinks: Set<String>) {
        for sink in sinks { doorbells[sink]?.ring() }
    }

    /// Delivers until ``stop()``; then lets what is under way end, at most for the drain time.
    ///
    /// - Throws: ``StoreError`` when the store fails; the process must end then.
    public func run(drain: Duration = .seconds(20)) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in lanes { group.addTask { try await lane.run(drain: drain) } }
            group.addTask { try await self.tick() }
            for _ in lanes { try await group.next() }
            group.cancelAll()
        }
    }

    /// Begins a graceful stop: no delivery is started any more.
    public func stop() {
        for lane in lanes { lane.stop() }
    }

    /// Lets the store's time pass, once a second.
    private func tick() async throws {
        while !Task.isCancelled {
            do throws(StoreError) {
                wake(try await store.tick(at: environment.now(), under: policy))
            } catch {
                // Time that passed unseen is made up for by the next tick that gets through.
                guard error.isPassing else { throw error }
            }
            // Cancelled means that the lanes have stopped: the loop ends.
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
