// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryLedger
public import TributaryModel

/// The embedded store: one SQLite database on a local disk, for one process.
///
/// All writes go through one connection on one thread, which also makes the checkpoints; a second connection only reads,
/// for people and metrics, so that they never hold up a webhook. SQLite up to 3.51.2 can damage a database when two
/// connections write or checkpoint at the same time (the WAL-reset bug; Debian 12 has 3.40.1), and here only one can.
///
/// Each commit is on the disk before its callers are answered (`synchronous = FULL`); callers that come at the same time
/// share it. An I/O error is final: every later call fails, ``init(path:onFatal:)``'s closure is told, and the process
/// must end, because what the kernel did with unwritten pages after a failed `fsync` is not known.
public final class SQLiteStore: Store {
    private let writer: Writer
    private let reader: Reader
    private let lock: LockFile

    /// Opens the database, or creates it with its directory entry made durable.
    ///
    /// Beside `path` stand `path-wal` and `path-shm`, which belong to it, and `path.lock`. All are readable by their
    /// owner alone. The path must be on a local disk.
    ///
    /// - Parameters:
    ///   - path: The database file; its directory must exist.
    ///   - onFatal: Called once, on the writing thread, when the store has failed and the process must end.
    /// - Throws: ``StoreError`` with `inUse`, `newerSchema`, `unusable`, `full` or `failed`.
    public convenience init(
        path: String,
        onFatal: @escaping @Sendable (StoreError) -> Void = { _ in }
    ) throws(StoreError) {
        try self.init(path: path, limits: Writer.Limits(), onFatal: onFatal) { _ throws(StoreError) in }
    }

    /// Opens the database with limits of its own; tests take away its disk in `prepare`, before it is used.
    init(
        path: String,
        limits: Writer.Limits,
        onFatal: @escaping @Sendable (StoreError) -> Void,
        prepare: (Connection) throws(StoreError) -> Void
    ) throws(StoreError) {
        lock = try LockFile(path: path + ".lock")
        try LockFile.createPrivately(path)
        let connection = try Opening.connection(path: path)
        try LockFile.syncDirectory(of: path)
        try prepare(connection)
        writer = Writer(SQLiteBook(connection), limits: limits, onFatal: onFatal)
        reader = Reader(path: path)
    }

    /// Version of the SQLite library, for the log.
    public static var libraryVersion: String { Connection.libraryVersion }

    /// How many pieces of work wait for the writer.
    var waiting: Int { writer.waiting }

    /// Whether the writer is at work.
    var isWriting: Bool { writer.isWriting }

    /// Runs work in the next transaction.
    func write<Value: Sendable>(
        bytes: Int = 0,
        _ work: @escaping @Sendable (SQLiteBook) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let result = await withCheckedContinuation { answer in
            writer.submit(PendingWork(bytes: bytes, answer: answer, work: work))
        }
        return try result.get()
    }
}

// MARK: The engine's and the dispatcher's side

extension SQLiteStore {
    /// Journals a webhook, enters its events and plans their deliveries, all in one transaction.
    public func settle(
        _ submission: Submission,
        under policy: LedgerPolicy
    ) async throws(StoreError) -> Settlement {
        // Written out here, on the caller's thread: the writing thread is the one that all wait for.
        let prepared = submission.events.map { StoredText.event($0) }
        let bytes = submission.body.count + prepared.reduce(0) { $0 + $1.utf8.count }
        return try await write(bytes: bytes) { book throws(StoreError) in
            book.prepared = prepared
            defer { book.prepared = [] }
            var ledger = Ledger(book: book, policy: policy)
            return try ledger.settle(submission)
        }
    }

    /// Takes deliveries that are due, oldest first, and commits the start of an attempt for each.
    public func lease(_ request: LeaseRequest) async throws(StoreError) -> [LeasedDelivery] {
        let grants = try await write { book throws(StoreError) in
            var ledger = Ledger(book: book, policy: LedgerPolicy(sinks: []))
            return try ledger.lease(
                request.sink,
                limit: min(request.limit, Self.leasesMax),
                at: request.now,
                until: request.until
            )
        }
        return grants.map { LeasedDelivery($0) }
    }

    /// Prolongs leases; those that have lapsed and were taken by another stay lost.
    public func renew(_ tokens: [LeaseToken], until: Timestamp) async throws(StoreError) {
        try await write { book throws(StoreError) in
            var ledger = Ledger(book: book, policy: LedgerPolicy(sinks: []))
            for token in tokens { try ledger.renew(token.delivery, token: token.number, until: until) }
        }
    }

    /// Records what an attempt came to.
    ///
    /// - Returns: whether the token still held, and which sinks have something new to send because of it.
    public func finish(
        _ token: LeaseToken,
        _ result: AttemptResult,
        at now: Timestamp,
        under policy: LedgerPolicy
    ) async throws(StoreError) -> FinishReceipt {
        let wakes = try await write { book throws(StoreError) in
            var ledger = Ledger(book: book, policy: policy)
            return try ledger.finish(
                token.delivery,
                token: token.number,
                result.outcome,
                mayHaveArrived: result.mayHaveArrived,
                isWait: result.isWait,
                trail: result.trail,
                at: now
            )
        }
        return FinishReceipt(held: wakes != nil, wakes: wakes ?? [])
    }

    /// Lets time pass: ends grace times, lapses unused attributions and drops raw bodies that are past their retention.
    ///
    /// In steps of bounded size, each its own piece of work, so that webhooks go in between.
    public func tick(at now: Timestamp, under policy: LedgerPolicy) async throws(StoreError) -> Set<String> {
        var wakes: Set<String> = []
        while true {
            let report = try await write { book throws(StoreError) in
                var ledger = Ledger(book: book, policy: policy)
                return try ledger.tick(at: now, limit: Self.tickedMax)
            }
            wakes.formUnion(report.wakes)
            guard report.hasMore else { return wakes }
        }
    }

    /// Enters what a journaled webhook means by a mended mapping, as far as that is new.
    public func replay(
        _ submission: Submission,
        at now: Timestamp,
        under policy: LedgerPolicy
    ) async throws(StoreError) -> Replay {
        try await write(bytes: submission.body.count) { book throws(StoreError) in
            var ledger = Ledger(book: book, policy: policy)
            return try ledger.replay(submission, at: now)
        }
    }

    /// Sends deliveries again that ended without being stored, as far as that makes sense.
    public func retry(
        _ deliveries: [Int64],
        isDryRun: Bool,
        at now: Timestamp,
        under policy: LedgerPolicy
    ) async throws(StoreError) -> [Retry] {
        try await write { book throws(StoreError) in
            var ledger = Ledger(book: book, policy: policy)
            var retries: [Retry] = []
            for delivery in deliveries { retries.append(try ledger.retry(delivery, isDryRun: isDryRun, at: now)) }
            return retries
        }
    }

    /// Erases a person; what is freed is overwritten, and the log with it.
    public func forget(
        _ erasure: Erasure,
        at now: Timestamp,
        under policy: LedgerPolicy
    ) async throws(StoreError) -> ErasureReport {
        let report = try await write { book throws(StoreError) in
            // Without it the bytes would stay in the file until their room is used again.
            try book.connection.execute("PRAGMA secure_delete = ON")
            var ledger = Ledger(book: book, policy: policy)
            let report = try ledger.forget(erasure, at: now)
            try book.connection.execute("PRAGMA secure_delete = OFF")
            return report
        }
        await writer.emptyLog()
        return report
    }

    /// The earliest time at which the sink has something to send, if it has anything to wait for.
    public func nextDue(for sink: String) async throws(StoreError) -> Timestamp? {
        try await write { book throws(StoreError) in try book.nextDue(sink) }
    }

    /// Adds observations to what was seen before of the same.
    public func observe(_ observations: [Observation]) async throws(StoreError) {
        try await write { book throws(StoreError) in
            for observation in observations { try book.observe(observation) }
        }
    }

    /// Whether a transaction can be committed right now; commits one.
    public func isReady() async -> Bool {
        do throws(StoreError) {
            try await write { book throws(StoreError) in
                try book.connection.run("UPDATE probe SET count = count + 1 WHERE id = 1")
            }
            return true
        } catch {
            return false
        }
    }

    /// Finishes what was begun, checkpoints and closes; later calls throw ``StoreError/Code/closed``.
    public func close() async {
        await reader.close()
        await writer.close()
    }

    /// The most deliveries of one lease.
    private static let leasesMax = 1024

    /// The most rows of each sort that one step of a tick treats.
    private static let tickedMax = 256
}

// MARK: The operator's side

extension SQLiteStore {
    /// Deliveries for people and machines to look at, newest first.
    public func deliveries(_ query: DeliveryQuery) async throws(StoreError) -> [DeliveryRecord] {
        try await reader.read { book throws(StoreError) in try book.records(query) }
    }

    /// Journaled webhooks for people and machines to look at, newest first.
    public func webhooks(_ query: WebhookQuery) async throws(StoreError) -> [WebhookRecord] {
        try await reader.read { book throws(StoreError) in try book.records(query) }
    }

    /// Journaled webhooks in the order in which they came, for walks through the journal.
    public func journal(_ query: JournalQuery) async throws(StoreError) -> [WebhookRecord] {
        try await reader.read { book throws(StoreError) in try book.records(query) }
    }

    /// Events in the order of their numbers.
    public func events(after number: Int64, limit: Int) async throws(StoreError) -> [StoredEvent] {
        try await reader.read { book throws(StoreError) in try book.events(after: number, limit: limit) }
    }

    /// Everything that was observed, the newest first.
    public func observations() async throws(StoreError) -> [Observation] {
        try await reader.read { book throws(StoreError) in try book.observations() }
    }

    /// The journal's outcomes that ask for a person, summed up, the most frequent first.
    public func tallies() async throws(StoreError) -> [OutcomeTally] {
        try await reader.read { book throws(StoreError) in try book.tallies() }
    }

    /// The conservation numbers: one row for each sink.
    public func balances(under policy: LedgerPolicy) async throws(StoreError) -> [SinkBalance] {
        try await reader.read { book throws(StoreError) in
            var result: [SinkBalance] = []
            for sink in policy.sinks { result.append(try book.balance(of: sink.name)) }
            return result
        }
    }
}
