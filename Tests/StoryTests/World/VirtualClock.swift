// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TributaryModel

/// A clock that stands still until it is moved.
final class VirtualClock: Sendable {
    private let time: Atomic<Int64>

    init(_ time: Timestamp) { self.time = Atomic(time.unixMilliseconds) }

    var now: Timestamp { Timestamp(unixMilliseconds: time.load(ordering: .sequentiallyConsistent)) }

    /// Moves the clock; never back.
    func move(to later: Timestamp) {
        if later > now { time.store(later.unixMilliseconds, ordering: .sequentiallyConsistent) }
    }
}

/// What happened, line by line, where somebody wants to read it.
final class Transcript: Sendable {
    private let lines: Mutex<[String]?>

    init(isKept: Bool) { lines = Mutex(isKept ? [] : nil) }

    func add(_ now: Timestamp, _ line: @autoclosure () -> String) {
        lines.withLock { if $0 != nil { $0?.append("\(now) \(line())") } }
    }

    var text: String { lines.withLock { ($0 ?? []).joined(separator: "\n") } }
}
