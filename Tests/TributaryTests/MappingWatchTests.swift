// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary

/// What is to be done with a changed folder, without a disk.
@Suite struct MappingWatchTests {
    private typealias Sight = MappingWatch.Sight

    private static func file(_ size: Int64, modified: Int64 = 1, inode: UInt64 = 1) -> Sight {
        .present([.init(path: "acme.json", size: size, modified: modified, inode: inode)])
    }

    /// Looks in order at one mapping; each look is followed by whether it must be due.
    private static func check(_ first: Sight, _ looks: [(Sight, Bool)], location: SourceLocation = #_sourceLocation) {
        var watch = MappingWatch(["acme": first])
        for (number, (sight, isDue)) in looks.enumerated() {
            let due = watch.look(["acme": sight])
            #expect(due == (isDue ? ["acme"] : []), "look \(number)", sourceLocation: location)
            if isDue { watch.settle("acme", as: sight) }
        }
    }

    @Test func `what does not change is never due`() {
        Self.check(Self.file(1), [(Self.file(1), false), (Self.file(1), false)])
    }

    @Test(arguments: [file(2), file(1, modified: 2), file(1, inode: 2), .absent, .unreadable("gone")])
    func `a change is due once, at the second look that shows it`(_ changed: MappingWatch.Sight) {
        Self.check(Self.file(1), [(changed, false), (changed, true), (changed, false), (changed, false)])
    }

    @Test func `a file that grows is left alone until it holds still`() {
        Self.check(
            Self.file(1),
            [(Self.file(2), false), (Self.file(3), false), (Self.file(4), false), (Self.file(4), true)]
        )
    }

    @Test func `an instant between removal and return is nothing`() {
        Self.check(Self.file(1), [(.absent, false), (Self.file(1), false), (.absent, false), (Self.file(1), false)])
    }

    @Test func `a removal is due, and so is the return`() {
        Self.check(Self.file(1), [(.absent, false), (.absent, true), (Self.file(1), false), (Self.file(1), true)])
    }

    @Test func `whoever asks need not wait`() {
        var watch = MappingWatch(["acme": Self.file(1), "other": .absent])
        #expect(watch.look(["acme": Self.file(2), "other": .absent], isForced: true) == ["acme", "other"])
    }

    @Test func `what changed while it was read is due again when it holds still`() {
        var watch = MappingWatch(["acme": Self.file(1)])
        #expect(watch.look(["acme": Self.file(2)]) == [])
        #expect(watch.look(["acme": Self.file(2)]) == ["acme"])
        // Read, and found changed: not settled.
        #expect(watch.look(["acme": Self.file(3)]) == [])
        #expect(watch.look(["acme": Self.file(3)]) == ["acme"])
        watch.settle("acme", as: Self.file(3))
        #expect(watch.look(["acme": Self.file(3)]) == [])
    }

    @Test func `names that nobody uses are never due`() {
        var watch = MappingWatch(["acme": .absent])
        #expect(watch.look(["stranger": Self.file(1)], isForced: true) == [])
        watch.settle("stranger", as: .absent)
        #expect(watch.look(["stranger": Self.file(1)], isForced: true) == [])
    }
}
