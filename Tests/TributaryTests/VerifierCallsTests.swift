// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing
import TributaryModel

@testable import Tributary

@Suite(.timeLimit(.minutes(1))) struct VerifierCallsTests {
    /// Answers every call with its own number, when it is let.
    private final class Counter: VerifierTransport {
        private let state = Mutex((count: 0, urls: [String](), times: [Duration]()))
        private let pause: Duration
        private let answer: @Sendable (Int) -> Exchange.Result

        init(
            pause: Duration = .zero,
            _ answer: @escaping @Sendable (Int) -> Exchange.Result = { number in
                .answer(Answer(status: 200, body: [UInt8(number & 0xFF)]))
            }
        ) {
            self.pause = pause
            self.answer = answer
        }

        var count: Int { state.withLock { $0.count } }
        var times: [Duration] { state.withLock { $0.times } }

        func perform(_ call: VerifierCall, within time: Duration, bytes: Int) async -> Exchange.Result {
            let number = state.withLock { state in
                state.count += 1
                state.times.append(time)
                return state.count
            }
            #expect(bytes == 64 * 1024)
            if pause > .zero {
                // A test that is canceled has nothing more to wait for.
                try? await Task.sleep(for: pause)
            }
            return answer(number)
        }
    }

    private static func call(_ key: String?) -> VerifierCall {
        VerifierCall(Call("certificate", method: "GET", url: "https://example.com/\(key ?? "")"), cacheKey: key)
    }

    private static func perform(
        _ key: String?,
        _ calls: VerifierCalls,
        for provider: String = "a",
        within time: Duration = .seconds(4),
        lifetime: Duration = .seconds(100)
    ) async -> Exchange.Result {
        await calls.perform(call(key), for: provider, until: .now + time) { _, _ in lifetime }
    }

    private static func body(_ result: Exchange.Result) -> UInt8? {
        guard case .answer(let answer) = result else { return nil }
        return answer.body.first
    }

    @Test func `a result serves the same key of the same instance for its time`() async {
        let counter = Counter()
        let calls = VerifierCalls(counter)
        #expect(Self.body(await Self.perform("k", calls)) == 1)
        #expect(Self.body(await Self.perform("k", calls)) == 1)
        #expect(Self.body(await Self.perform("other", calls)) == 2)
        #expect(Self.body(await Self.perform("k", calls, for: "b")) == 3)
        #expect(Self.body(await Self.perform("k", calls)) == 1)
        #expect(Self.body(await Self.perform(nil, calls)) == 4)
        #expect(Self.body(await Self.perform(nil, calls)) == 5)
        #expect(counter.count == 5)
    }

    @Test func `what has ended, what was forgotten and what may not be kept is fetched anew`() async throws {
        let counter = Counter()
        let calls = VerifierCalls(counter)
        _ = await Self.perform("short", calls, lifetime: .milliseconds(20))
        try await Task.sleep(for: .milliseconds(40))
        _ = await Self.perform("short", calls)
        _ = await Self.perform("zero", calls, lifetime: .zero)
        _ = await Self.perform("zero", calls)
        #expect(counter.count == 4)
        await calls.forget(["zero"], of: "b")
        _ = await Self.perform("zero", calls)
        #expect(counter.count == 4)
        await calls.forget(["zero"], of: "a")
        _ = await Self.perform("zero", calls)
        #expect(counter.count == 5)
    }

    @Test func `webhooks that want the same share one call`() async {
        let counter = Counter(pause: .milliseconds(100))
        let calls = VerifierCalls(counter)
        let bodies = await withTaskGroup(of: UInt8?.self) { group in
            for _ in 0..<200 { group.addTask { Self.body(await Self.perform("k", calls)) } }
            return await group.reduce(into: Set<UInt8?>()) { $0.insert($1) }
        }
        #expect(bodies == [1])
        #expect(counter.count == 1)
    }

    @Test func `a failure is kept too, without its body, but not that a sender went away`() async {
        let counter = Counter { number in
            number == 1
                ? .answer(Answer(status: 404, body: [9]))
                : .failure(CallFailure(code: "canceled", mayHaveArrived: false))
        }
        let calls = VerifierCalls(counter)
        _ = await Self.perform("k", calls)
        #expect(await Self.perform("k", calls) == .answer(Answer(status: 404)))
        #expect(counter.count == 1)
        _ = await Self.perform("gone", calls)
        _ = await Self.perform("gone", calls)
        #expect(counter.count == 3)
    }

    @Test func `a flood of forged webhooks makes no flood of calls, and drives nothing out that is of use`() async {
        let counter = Counter { number in
            .answer(Answer(status: number == 1 ? 200 : 404, body: [UInt8(number & 0xFF)]))
        }
        let calls = VerifierCalls(counter)
        _ = await Self.perform("good", calls)
        var limited = 0
        for number in 0..<2000 {
            let result = await Self.perform("forged-\(number)", calls)
            if result == .failure(CallFailure(code: "rateLimited", mayHaveArrived: false)) { limited += 1 }
        }
        // Sixteen at once, two more each second, and the loop is over in far less than ten.
        #expect(counter.count <= 36)
        #expect(limited >= 1964)
        #expect(Self.body(await Self.perform("good", calls)) == 1)
        #expect(Self.body(await Self.perform("k", calls, for: "b")) != nil, "another instance has its own ration")
    }

    @Test func `a webhook's time is over for all of its calls together`() async {
        let counter = Counter()
        let calls = VerifierCalls(counter)
        #expect(
            await Self.perform("k", calls, within: .zero)
                == .failure(CallFailure(code: "timeoutTotal", mayHaveArrived: false))
        )
        #expect(counter.count == 0)
        _ = await Self.perform("k", calls, within: .seconds(1))
        #expect(counter.times.allSatisfy { $0 <= .seconds(1) && $0 > .zero })
    }

    @Test func `without a transport nothing is fetched`() async {
        let result = await Self.perform("k", VerifierCalls(nil))
        #expect(result == .failure(CallFailure(code: "noTransport", mayHaveArrived: false)))
    }

    @Test func `what is kept is bounded, and the oldest goes first`() {
        var results = ExpiringResults<Int>(countMax: 3)
        let now = ContinuousClock.now
        let result = Exchange.Result.answer(Answer(status: 200))
        for key in 0..<3 { results.keep(result, as: key, until: now + .seconds(key == 1 ? 1 : 9), at: now) }
        results.keep(result, as: 3, until: now + .seconds(9), at: now + .seconds(2))
        #expect((0..<4).map { results[$0, at: now + .seconds(2)] != nil } == [true, false, true, true])
        results.keep(result, as: 4, until: now + .seconds(9), at: now + .seconds(2))
        #expect((0..<5).map { results[$0, at: now + .seconds(2)] != nil } == [false, false, true, true, true])
        #expect(results[4, at: now + .seconds(9)] == nil)
    }

    @Test func `a ration is spent at once and earned with time`() {
        var bucket = TokenBucket(capacity: 3, perSecond: 2)
        let now = ContinuousClock.now
        #expect((0..<5).map { _ in bucket.take(at: now) } == [true, true, true, false, false])
        #expect(
            [400, 500, 600, 999, 1000, 1001].map { bucket.take(at: now + .milliseconds($0)) }
                == [false, true, false, false, true, false]
        )
        #expect((0..<5).map { _ in bucket.take(at: now + .seconds(3600)) } == [true, true, true, false, false])
    }
}
