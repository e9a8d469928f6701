// SPDX-License-Identifier: Apache-2.0

import Synchronization
public import TributaryModel
public import TributaryServer

/// A double with faults in front of it and pages that show what it holds.
///
/// `/` is a page for people, `/_double` the same as JSON, and `POST /_double/reset` forgets everything and seeds anew;
/// none of them counts as a call or meets a fault.
public final class DoubleFront: Sendable {
    /// What comes of one request.
    public struct Reaction: Sendable, Hashable {
        /// The answer; ``ServerResponse/dropped`` for a connection that closes.
        public var response: ServerResponse
        /// How long the answer is held back.
        public var delay: Duration
    }

    /// The double behind it.
    public let double: any PlatformDouble

    private struct State {
        var faults: FaultPlan
        var plan: FaultPlan
        var seed: DoubleSeed
        var calls: [String: Int] = [:]
        var callCount = 0
    }

    private let state: Mutex<State>
    private let now: @Sendable () -> Timestamp

    /// Most different request lines that are counted one by one.
    private static let linesMax = 64

    /// Puts faults in front of a double and seeds it.
    ///
    /// - Parameters:
    ///   - double: The double; it should be fresh.
    ///   - seed: What it knows, also after each reset.
    ///   - faults: What goes wrong.
    ///   - now: The wall clock, for the reset times of limits.
    public init(
        _ double: any PlatformDouble,
        seed: DoubleSeed = .sample,
        faults: FaultPlan = FaultPlan(),
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.double = double
        self.now = now
        state = Mutex(State(faults: faults, plan: faults, seed: seed))
        double.seed(seed)
    }

    /// How many calls were made, those that met a fault included.
    public var callCount: Int { state.withLock { $0.callCount } }

    /// Forgets everything, seeds anew and begins the faults from their first call.
    ///
    /// - Parameters:
    ///   - faults: The faults from now on; `nil` leaves the plan as it is.
    ///   - seed: What is known from now on; `nil` leaves it as it is.
    public func reset(faults: FaultPlan? = nil, seed: DoubleSeed? = nil) {
        let known = state.withLock { state in
            state.plan = faults ?? state.plan
            state.seed = seed ?? state.seed
            state.faults = state.plan
            state.calls = [:]
            state.callCount = 0
            return state.seed
        }
        double.reset()
        double.seed(known)
    }

    /// Begins another plan of faults and leaves everything else.
    public func begin(_ faults: FaultPlan) { state.withLock { ($0.plan, $0.faults) = (faults, faults) } }

    /// Answers a request.
    public func react(to request: ServerRequest) -> Reaction {
        switch (request.method, request.path) {
        case ("GET", "/"): return Reaction(response: DoublePage.html(self), delay: .zero)
        case ("GET", "/_double"): return Reaction(response: .json(overview), delay: .zero)
        case ("POST", "/_double/reset"):
            reset()
            return Reaction(response: .json(["reset": true]), delay: .zero)
        default: break
        }
        let fault = state.withLock { state in
            state.callCount += 1
            let line = request.method + " " + request.path
            if state.calls[line] != nil || state.calls.count < Self.linesMax { state.calls[line, default: 0] += 1 }
            return state.faults.next(request)
        }
        return reaction(to: request, fault)
    }

    private func reaction(to request: ServerRequest, _ fault: FaultPlan.Fault?) -> Reaction {
        switch fault {
        case nil: return Reaction(response: double.answer(to: request), delay: .zero)
        case .errorBefore(let status): return Reaction(response: double.failure(status: status), delay: .zero)
        case .errorAfter(let status):
            _ = double.answer(to: request)
            return Reaction(response: double.failure(status: status), delay: .zero)
        case .resetBefore: return Reaction(response: .dropped, delay: .zero)
        case .resetAfter:
            _ = double.answer(to: request)
            return Reaction(response: .dropped, delay: .zero)
        case .slow(let milliseconds):
            return Reaction(response: double.answer(to: request), delay: .milliseconds(milliseconds))
        case .page:
            let text = "<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>"
            return Reaction(response: .text(text, status: 502, type: "text/html; charset=utf-8"), delay: .zero)
        case .limited(let seconds):
            var response = double.failure(status: 429)
            response.headers.set("Retry-After", String(seconds))
            response.headers.set("X-RateLimit-Remaining", "0")
            response.headers.set("X-RateLimit-Reset", String(now().unixSeconds + Int64(seconds)))
            return Reaction(response: response, delay: .zero)
        }
    }

    /// Everything that a person or a test wants to see.
    public var overview: JSONValue {
        let calls = state.withLock { $0.calls }
        return [
            "platform": .string(double.name),
            "calls": .object(calls.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) }),
            "bookings": .array(double.bookings.map(\.json)), "records": double.records,
        ]
    }
}
