// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing
import Tributary
import TributaryDelivery
import TributaryLedger
import TributaryModel
import TributaryTesting

@testable import Affonso

@Suite(.timeLimit(.minutes(1))) struct AffonsoPaceTests {
    @Test(arguments: [("launch", 300, 10), ("growth", 600, 20), ("elite", 1200, 40), ("enterprise", 3000, 100)])
    func `a plan states its rate`(plan: String, minute: Int, second: Int) throws {
        let rate = try affonso([.init("plan", .string(plan))]).capabilities.rate
        #expect(rate == .perMinute(minute, burst: second))
        #expect(rate?.limits.map(\.calls).sorted() == [second, minute])
        #expect(try affonso().capabilities.rate == nil)
    }

    /// Sales of different buyers, planned and due.
    private func makeStore(_ count: Int, _ policy: LedgerPolicy) async throws -> MemoryStore {
        let store = MemoryStore()
        for number in 1...count {
            let buyer = SampleBuyer(
                Customer(user: "user_\(number)"),
                Attribution(params: [.init("affonso_referral", "click_\(number)")])
            )
            var event = buyer.payment("in_\(number)", try money(100, "EUR")).event
            event.subscription = Subscription()
            event.phase = .oneTime
            let submission = Submission(
                source: "stripe",
                webhookKey: "evt_\(number)",
                type: "invoice.paid",
                live: true,
                receivedAt: .now,
                headers: [:],
                body: [],
                mapping: MappingStamp(name: "stripe", version: "1", contentHash: ""),
                outcome: JournalOutcome(.emitted),
                events: [event]
            )
            _ = try await store.settle(submission, under: policy)
        }
        return store
    }

    /// Delivers sales by a dispatcher over HTTP until all are booked.
    ///
    /// - Returns: when each call began, and the statuses of the answers.
    private func deliver(
        _ count: Int,
        _ plan: String,
        _ change: (inout AffonsoDouble.Rules) -> Void
    ) async throws -> (times: [ContinuousClock.Instant], statuses: [Int]) {
        let kinds: Set<EventKind> = [.paymentSucceeded]
        let policy = LedgerPolicy(
            sinks: [SinkPolicy(name: "affonso", kinds: kinds, parameters: ["affonso_referral"], mode: .all)]
        )
        let store = try await makeStore(count, policy)
        var rules = AffonsoDouble.Rules()
        change(&rules)
        let seed = DoubleSeed(partners: ["sarah123"], takesAnyClick: true)
        let front = DoubleFront(AffonsoDouble(rules) { .now }, seed: seed) { .now }
        let client = try HTTPClient()
        let transport = PlatformTransport(client: client) { .now }
        let log = Mutex<(times: [ContinuousClock.Instant], statuses: [Int])>(([], []))
        try await DoubleServer.serving(front) { url in
            let sink = try affonso([.init("url", .string(url)), .init("plan", .string(plan))])
            let dispatcher = Dispatcher(
                lanes: [Lane(name: "affonso", sink: sink)],
                store: store,
                policy: policy,
                environment: .init(
                    perform: { call in
                        log.withLock { $0.times.append(ContinuousClock().now) }
                        let result = await transport.perform(call)
                        if case .answer(let answer) = result { log.withLock { $0.statuses.append(answer.status) } }
                        return result
                    },
                    now: { .now }
                )
            )
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await dispatcher.run(drain: .seconds(5)) }
                let deadline = ContinuousClock().now + .seconds(40)
                while front.double.bookings.count < count, ContinuousClock().now < deadline {
                    try await Task.sleep(for: .milliseconds(20))
                }
                dispatcher.stop()
                try await group.waitForAll()
            }
            #expect(front.double.bookings.count == count)
        }
        await client.close()
        return log.withLock { $0 }
    }

    @Test func `a dispatcher keeps to the plan, so that nothing is refused for its pace`() async throws {
        let found = try await deliver(34, "launch") {
            $0.callsPerSecondMax = 12
            $0.callsPerMinuteMax = 300
        }
        let times = found.times.sorted()
        #expect(times.count == 34)
        // Calls begin a little after they were let go, so a window is a little shorter here.
        for index in times.indices where index + 10 < times.count {
            #expect(times[index].duration(to: times[index + 10]) > .milliseconds(800))
        }
        #expect(found.statuses.allSatisfy { $0 == 201 })
        let whole = try #require(times.first).duration(to: try #require(times.last))
        #expect(whole > .milliseconds(2800) && whole < .seconds(12))
    }

    @Test func `without a plan the platform's answers set the pace, and every sale arrives`() async throws {
        let found = try await deliver(12, "unstated") { $0.callsPerSecondMax = 5 }
        #expect(found.statuses.count { $0 == 201 } == 12)
        // The first calls leave together, before any answer; afterwards each second brings as many as are taken.
        #expect(found.statuses.count { $0 == 429 } <= 20)
        #expect(found.statuses.contains(429))
    }

    @Test(
        arguments: [
            (.json(429, ["error": ["retryAfter": 17]]), .seconds(17)),
            (.json(429, ["error": ["retryAfter": 1_784_462_400]]), nil), (.json(429, [:]), nil),
            (
                .answer(Answer(status: 429, json: ["error": ["retryAfter": 17]], retryAfter: .seconds(3))), .seconds(3)
            ),
        ] as [(Exchange.Result, Duration?)]
    )
    func `a limit's wait is read from the body where no header has it`(result: Exchange.Result, wait: Duration?) throws
    {
        let transcript = SinkTranscript(
            buyer.payment("in_1", try money(100, "EUR")),
            to: try affonso(),
            answering: [result]
        )
        #expect(transcript.retry?.after == wait)
    }
}
