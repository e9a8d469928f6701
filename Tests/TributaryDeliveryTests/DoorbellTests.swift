// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryDelivery

@Suite(.timeLimit(.minutes(1))) struct DoorbellTests {
    private func elapsed(_ work: () async -> Void) async -> Duration {
        let clock = ContinuousClock()
        let begin = clock.now
        await work()
        return clock.now - begin
    }

    @Test func `a ring that nobody heard is kept for the next wait, once`() async {
        let bell = Doorbell()
        bell.ring()
        bell.ring()
        #expect(await elapsed { await bell.wait(atMost: .seconds(30)) } < .seconds(10))
        #expect(await elapsed { await bell.wait(atMost: .milliseconds(50)) } >= .milliseconds(50))
    }

    @Test func `a ring ends a wait`() async {
        let bell = Doorbell()
        let waited = await elapsed {
            await withTaskGroup { group in
                group.addTask { await bell.wait(atMost: .seconds(30)) }
                group.addTask {
                    try? await Task.sleep(for: .milliseconds(20))
                    bell.ring()
                }
            }
        }
        #expect(waited < .seconds(10))
    }

    @Test func `a cancelled task does not wait`() async {
        let bell = Doorbell()
        let waited = await elapsed {
            await withTaskGroup { group in
                group.addTask { await bell.wait(atMost: .seconds(30)) }
                group.cancelAll()
            }
        }
        #expect(waited < .seconds(10))
        bell.ring()
        #expect(await elapsed { await bell.wait(atMost: .seconds(30)) } < .seconds(10))
    }
}
