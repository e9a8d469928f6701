// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryDelivery

@Suite struct CallQueueTests {
    private let start = ContinuousClock.now

    private func queue(running: Int = 10, perOrigin: Int = 2, waiting: Int = 5) -> CallQueue<Int> {
        CallQueue(runningMax: running, runningPerOriginMax: perOrigin, waitingPerOriginMax: waiting)
    }

    private func drain(_ queue: inout CallQueue<Int>) -> [Int] {
        var ids: [Int] = []
        while let id = queue.next() { ids.append(id) }
        return ids
    }

    @Test func `origins are served in turn, each in order`() {
        var queue = queue(perOrigin: 5)
        for id in 0..<3 { #expect(queue.add(id, origin: "a", deadline: start) == true) }
        for id in 10..<13 { #expect(queue.add(id, origin: "b", deadline: start) == true) }
        #expect(drain(&queue) == [0, 10, 1, 11, 2, 12])
        #expect(queue.running == 6)
    }

    @Test func `an origin at its limit lets others pass and goes on when a call ends`() {
        var queue = queue()
        for id in 0..<4 { #expect(queue.add(id, origin: "a", deadline: start) == true) }
        #expect(queue.add(10, origin: "b", deadline: start) == true)
        #expect(drain(&queue) == [0, 10, 1])
        queue.finished(origin: "a")
        #expect(drain(&queue) == [2])
        queue.finished(origin: "b")
        #expect(drain(&queue) == [])
    }

    @Test func `the limit in total holds over all origins`() {
        var queue = queue(running: 3)
        for id in 0..<5 { #expect(queue.add(id, origin: "\(id)", deadline: start) == true) }
        #expect(drain(&queue) == [0, 1, 2])
        queue.finished(origin: "1")
        #expect(drain(&queue) == [3])
    }

    @Test func `a full origin refuses`() {
        var queue = queue(waiting: 2)
        #expect(queue.add(0, origin: "a", deadline: start) == true)
        #expect(queue.add(1, origin: "a", deadline: start) == true)
        #expect(queue.add(2, origin: "a", deadline: start) == false)
        #expect(queue.add(3, origin: "b", deadline: start) == true)
    }

    @Test func `what waits too long is taken out, and only that`() {
        var queue = queue()
        #expect(queue.earliestDeadline == nil)
        for id in 0..<3 { #expect(queue.add(id, origin: "a", deadline: start + .seconds(id)) == true) }
        #expect(queue.add(10, origin: "b", deadline: start + .seconds(1)) == true)
        #expect(queue.earliestDeadline == start)
        #expect(queue.expired(at: start - .seconds(1)) == [])
        #expect(queue.expired(at: start + .seconds(1)).sorted() == [0, 1, 10])
        #expect(queue.earliestDeadline == start + .seconds(2))
        #expect(drain(&queue) == [2])
        #expect(queue.earliestDeadline == nil)
        queue.finished(origin: "a")
        #expect(queue.isEmpty)
    }

    @Test func `a call is taken out only while it waits`() {
        var queue = queue(perOrigin: 1)
        for id in 0..<2 { #expect(queue.add(id, origin: "a", deadline: start) == true) }
        #expect(queue.next() == 0)
        #expect(queue.remove(0, origin: "a") == false)
        #expect(queue.remove(1, origin: "a") == true)
        #expect(queue.remove(1, origin: "a") == false)
        #expect(queue.remove(1, origin: "z") == false)
        queue.finished(origin: "a")
        queue.finished(origin: "a")
        #expect(queue.isEmpty)
        #expect(queue.running == 0)
    }
}
