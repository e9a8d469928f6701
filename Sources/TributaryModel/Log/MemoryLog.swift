// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Keeps log entries in memory, for tests: the newest of them, up to a limit.
public final class MemoryLog: Sendable {
    private let kept = Mutex<[Log.Entry]>([])
    private let entriesMax: Int

    /// Creates an empty memory.
    public init(entriesMax: Int = 10_000) { self.entriesMax = max(1, entriesMax) }

    /// A log that writes here.
    public func log(level: Log.Level = .debug) -> Log { Log(level: level) { [self] in write($0) } }

    /// Keeps one entry, and drops the oldest where there are too many.
    public func write(_ entry: Log.Entry) {
        kept.withLock { entries in
            entries.append(entry)
            if entries.count > entriesMax { entries.removeFirst() }
        }
    }

    /// What was kept, in order.
    public var entries: [Log.Entry] { kept.withLock { $0 } }
}
