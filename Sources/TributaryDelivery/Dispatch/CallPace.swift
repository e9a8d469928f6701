// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Tributary

/// The pace of one lane: makes its calls as fast as the platform's rate and answers permit, and no faster.
///
/// Besides the rate that the sink states, it heeds what answers say: no more calls in this period, or come back later.
final class CallPace: Sendable {
    private let pacer: Mutex<CallPacer>
    private let make: @Sendable (Call) async -> Exchange.Result
    private let clock = ContinuousClock()

    /// The longest hold that one answer brings.
    private let longestHold: Duration

    /// Where a sink states no longer window, a platform's period is taken to be a minute.
    private static let usualPeriod = Duration.seconds(60)

    /// The longest that a call waits in the middle of its attempt, which holds a lease for that long.
    private static let patience = Duration.seconds(60)

    init(_ rate: CallRate?, perform: @escaping @Sendable (Call) async -> Exchange.Result) {
        pacer = Mutex(CallPacer(rate))
        make = perform
        longestHold = max(Self.usualPeriod, rate?.longestWindow ?? .zero)
    }

    /// Takes places for the first calls of new deliveries.
    func reserve(atMost wanted: Int) -> CallPacer.Grant { pacer.withLock { $0.reserve(atMost: wanted, at: clock.now) } }

    /// Gives places back that no delivery was there for.
    func giveBack(_ places: Int) { pacer.withLock { $0.giveBack(places) } }

    /// Begins an attempt for which a place was taken.
    func attempt() -> PacedAttempt { PacedAttempt(self) }

    /// Makes one call when its time has come.
    ///
    /// A call that would have to wait too long is answered as the platform would: too many, come back later.
    fileprivate func perform(_ call: Call, hasPlace: Bool) async -> Exchange.Result {
        if let wait = pacer.withLock({ $0.depart(at: clock.now, hasPlace: hasPlace) }) {
            let refusal = await turn(in: wait, hasPlace: hasPlace)
            if let refusal { return refusal }
        }
        let result = await make(call)
        if case .answer(let answer) = result, let wait = answer.retryAfter {
            pacer.withLock { $0.hold(for: min(wait, longestHold), at: clock.now) }
        }
        return result
    }

    /// Waits until the call may leave; what came of it instead, where it may not.
    private func turn(in first: Duration, hasPlace: Bool) async -> Exchange.Result? {
        let deadline = clock.now + Self.patience
        if !hasPlace { pacer.withLock { $0.wait(true) } }
        defer { if !hasPlace { pacer.withLock { $0.wait(false) } } }
        var wait: Duration? = first
        while let time = wait {
            guard clock.now + time <= deadline else {
                if hasPlace { giveBack(1) }
                return .answer(Answer(status: 429, retryAfter: time))
            }
            do {
                try await Task.sleep(for: time)
            } catch {
                if hasPlace { giveBack(1) }
                return .failure(CallFailure(code: "canceled", mayHaveArrived: false))
            }
            wait = pacer.withLock { $0.depart(at: clock.now, hasPlace: hasPlace) }
        }
        return nil
    }
}

/// The calls of one attempt, the first of which has its place already.
final class PacedAttempt: Sendable {
    private let pace: CallPace
    private let hasPlace = Atomic(true)

    fileprivate init(_ pace: CallPace) { self.pace = pace }

    /// Makes one call when its time has come.
    func perform(_ call: Call) async -> Exchange.Result {
        await pace.perform(call, hasPlace: hasPlace.exchange(false, ordering: .relaxed))
    }

    /// Ends the attempt; a place that no call has used is given back.
    func end() { if hasPlace.exchange(false, ordering: .relaxed) { pace.giveBack(1) } }
}
