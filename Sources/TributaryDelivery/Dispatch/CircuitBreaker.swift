// SPDX-License-Identifier: Apache-2.0

/// Decides whether a sink may be called, after what became of the calls before.
///
/// A pure value without a clock: it says how long to wait and is told when that time is over (``waitEnded()``). Every
/// permitted call holds a ``Permit``; reports under a permit of an earlier state come too late and change nothing.
public struct CircuitBreaker: Sendable, Hashable {
    /// When the circuit opens and for how long.
    public struct Settings: Sendable, Hashable {
        /// Failures in a row that open it.
        public var failuresMax: Int

        /// Number of latest calls of which the ratio is taken, 1 to 64.
        public var window: Int

        /// Failures per hundred calls of a full window that open it.
        public var failurePercentMax: Int

        /// Wait before the first probe; it doubles with each probe that fails.
        public var firstWait: Duration

        /// Longest wait before a probe.
        public var longestWait: Duration

        /// Wait before a probe while the sink refuses our key; nothing but a person mends that.
        public var pausedWait: Duration

        /// Creates settings.
        public init(
            failuresMax: Int = 5,
            window: Int = 20,
            failurePercentMax: Int = 50,
            firstWait: Duration = .seconds(5),
            longestWait: Duration = .seconds(300),
            pausedWait: Duration = .seconds(1800)
        ) {
            self.failuresMax = max(1, failuresMax)
            self.window = min(64, max(1, window))
            self.failurePercentMax = failurePercentMax
            self.firstWait = firstWait
            self.longestWait = longestWait
            self.pausedWait = pausedWait
        }
    }

    /// What the circuit is like.
    public enum State: Sendable, Hashable {
        /// Calls go through. Can transition to open and paused.
        case closed
        /// No calls until the wait is over; so many probes failed. Can transition to half-open, paused and closed.
        case open(probesFailed: Int)
        /// One probe may go, or is on its way. Can transition to closed, open and paused.
        case halfOpen(probesFailed: Int, isProbing: Bool)
        /// The sink refuses our key: no calls until told otherwise. Can transition to probing pause and closed.
        case paused
        /// As paused, with one probe permitted or on its way. Can transition to closed and paused.
        case pausedProbe(isProbing: Bool)
    }

    /// Leave to make one call.
    public struct Permit: Sendable, Hashable {
        /// Whether the call is a probe, on which the state hangs.
        public let isProbe: Bool
        fileprivate let epoch: UInt64
    }

    /// What the owner must do.
    public enum Action: Sendable, Hashable {
        /// Nothing.
        case none
        /// The circuit opened: call ``CircuitBreaker/waitEnded()`` after this time.
        case open(probeAfter: Duration)
        /// The sink refused our key: tell a person, and call ``CircuitBreaker/waitEnded()`` after this time.
        case pause(probeAfter: Duration)
        /// A probe may go now.
        case probe
        /// The circuit closed: calls go through again.
        case close
    }

    /// What the circuit is like.
    public private(set) var state = State.closed

    private let settings: Settings
    private var failuresInRow = 0
    /// The latest results, the last one in the lowest bit; 1 is a failure.
    private var results: UInt64 = 0
    private var resultCount = 0
    /// Grows with every change of state, so that late reports can be told apart.
    private var epoch: UInt64 = 0

    /// Creates a closed circuit.
    public init(_ settings: Settings = Settings()) { self.settings = settings }

    /// Asks for leave to make one call; `nil` means no.
    ///
    /// Every permit must be reported back by ``succeeded(_:)``, ``failed(_:)``, ``refused(_:)`` or ``dropped(_:)``.
    public mutating func permit() -> Permit? {
        switch state {
        case .closed: return Permit(isProbe: false, epoch: epoch)
        case .halfOpen(let failed, false):
            state = .halfOpen(probesFailed: failed, isProbing: true)
            return Permit(isProbe: true, epoch: epoch)
        case .pausedProbe(false):
            state = .pausedProbe(isProbing: true)
            return Permit(isProbe: true, epoch: epoch)
        case .open, .paused, .halfOpen, .pausedProbe: return nil
        }
    }

    /// Records that the sink answered as a working one does, also when it refused this one delivery.
    public mutating func succeeded(_ permit: Permit) -> Action {
        guard permit.epoch == epoch else { return .none }
        switch state {
        case .closed:
            failuresInRow = 0
            record(0)
            return .none
        case .halfOpen, .pausedProbe: return close()
        case .open, .paused: return .none
        }
    }

    /// Records that the sink could not be reached, or answered as a broken one does.
    public mutating func failed(_ permit: Permit) -> Action {
        guard permit.epoch == epoch else { return .none }
        switch state {
        case .closed:
            failuresInRow += 1
            record(1)
            return failuresInRow >= settings.failuresMax || isRatioExceeded ? open(probesFailed: 0) : .none
        case .halfOpen(let failed, _): return open(probesFailed: failed + 1)
        // A sink that cannot be reached says nothing about our key: the pause goes on.
        case .pausedProbe: return pause()
        case .open, .paused: return .none
        }
    }

    /// Records that the sink refused our key: status 401 or 403.
    ///
    /// Pauses at once: with a wrong key every delivery of the queue would fail, one after the other.
    public mutating func refused(_ permit: Permit) -> Action {
        guard permit.epoch == epoch else { return .none }
        switch state {
        case .closed, .halfOpen, .pausedProbe: return pause()
        case .open, .paused: return .none
        }
    }

    /// Records that a permitted call was not made, or was cancelled: says nothing about the sink.
    public mutating func dropped(_ permit: Permit) -> Action {
        guard permit.epoch == epoch, permit.isProbe else { return .none }
        switch state {
        case .halfOpen(let failed, true):
            state = .halfOpen(probesFailed: failed, isProbing: false)
            return .probe
        case .pausedProbe(true):
            state = .pausedProbe(isProbing: false)
            return .probe
        case .closed, .open, .paused, .halfOpen, .pausedProbe: return .none
        }
    }

    /// Records that the wait which an action named is over.
    public mutating func waitEnded() -> Action {
        switch state {
        case .open(let failed): return change(to: .halfOpen(probesFailed: failed, isProbing: false), .probe)
        case .paused: return change(to: .pausedProbe(isProbing: false), .probe)
        case .closed, .halfOpen, .pausedProbe: return .none
        }
    }

    /// Records that a person says the sink is well again, for example after a new key.
    public mutating func resume() -> Action { state == .closed ? .none : close() }

    private var isRatioExceeded: Bool {
        resultCount == settings.window && results.nonzeroBitCount * 100 >= settings.failurePercentMax * resultCount
    }

    private mutating func record(_ bit: UInt64) {
        let mask = settings.window == 64 ? UInt64.max : (1 << UInt64(settings.window)) - 1
        results = ((results << 1) | bit) & mask
        resultCount = min(settings.window, resultCount + 1)
    }

    private mutating func change(to next: State, _ action: Action) -> Action {
        state = next
        epoch += 1
        return action
    }

    private mutating func close() -> Action {
        failuresInRow = 0
        results = 0
        resultCount = 0
        return change(to: .closed, .close)
    }

    private mutating func open(probesFailed: Int) -> Action {
        var wait = settings.firstWait
        for _ in 0..<min(probesFailed, 64) where wait < settings.longestWait { wait *= 2 }
        return change(to: .open(probesFailed: probesFailed), .open(probeAfter: min(wait, settings.longestWait)))
    }

    private mutating func pause() -> Action { change(to: .paused, .pause(probeAfter: settings.pausedWait)) }
}
