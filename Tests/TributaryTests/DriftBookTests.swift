// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel

@testable import Tributary

/// What is new, what has to be written and what gets a line, without store, log or clock.
@Suite struct DriftBookTests {
    private func seen(_ text: String, _ kind: Observation.Kind = .type, source: String = "s", count: Int64 = 1)
        -> Observation
    {
        Observation(
            Observation.Key(kind, source: source, text: text),
            mapping: "m",
            first: Timestamp(unixSeconds: 1),
            count: count
        )
    }

    @Test func `a thing is new once, also where it was stored before`() {
        var book = DriftBook([seen("stored")])
        #expect(book.enter(seen("stored")) == false)
        #expect(!book.hasNew)
        #expect(book.enter(seen("a")) == true)
        #expect(book.hasNew)
        #expect(book.enter(seen("a")) == false)
        #expect(book.enter(seen("a", source: "other")) == true)
    }

    @Test func `what is taken to be written is the sum since then, and what could not be written is kept`() {
        var book = DriftBook([])
        for _ in 0..<3 { _ = book.enter(seen("a", count: 2)) }
        let taken = book.takeUnwritten(10)
        #expect(taken.map(\.count) == [6])
        #expect(book.unwritten.isEmpty && !book.hasNew)
        _ = book.enter(seen("a"))
        book.putBack(taken)
        #expect(book.hasNew)
        #expect(book.takeUnwritten(10).map(\.count) == [7])
    }

    @Test func `too many of one kind are counted together, and are not new`() {
        var book = DriftBook([])
        let most = DriftBook.most(of: .version)
        let new = (0..<most + 30).count { book.enter(seen("v\($0)", .version)) }
        #expect(new == most)
        #expect(book.unwritten.count == most + 1)
        let others = seen("", .version).key.others
        #expect(book.unwritten[others]?.count == 30)
        #expect(book.enter(seen("v", .version, source: "other")) == true)
        #expect(book.enter(seen("v", .type)) == true)
        // After a restart as well.
        var next = DriftBook(Array(book.unwritten.values))
        #expect(next.enter(seen("one more", .version)) == false)
        #expect(next.enter(seen("v0", .version)) == false)
    }

    @Test func `a budget gives some lines, then one that counts the rest`() {
        var budget = LineBudget()
        let now = Timestamp(unixSeconds: 1_000)
        #expect((0..<50).count { _ in budget.spend(at: now) } == LineBudget.lines)
        #expect(budget.summary(at: now) == nil)
        let later = now.advanced(by: .seconds(60))
        #expect(budget.summary(at: later) == 50 - LineBudget.lines)
        #expect(budget.summary(at: later) == nil)
        #expect(budget.spend(at: later) == true)
    }

    @Test func `a clock that goes back does not silence the log`() {
        var budget = LineBudget()
        for _ in 0..<50 { _ = budget.spend(at: Timestamp(unixSeconds: 1_000)) }
        #expect(budget.spend(at: Timestamp(unixSeconds: 10)) == true)
    }
}
