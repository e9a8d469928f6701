// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import Synchronization
import Tributary
import TributaryModel

/// The one thread that writes: takes all work that waits, does it in one transaction, commits once, answers all.
///
/// While one commit waits for the disk, the work for the next gathers by itself, so that load makes the commits larger
/// and not more frequent. Blocking calls stay off the cooperative pool.
final class Writer: Sendable {
    /// One piece of work, done between others in one transaction.
    protocol Job: Sendable {
        /// Does the work; may be called again after a rollback, then as if for the first time.
        func perform(_ book: SQLiteBook) throws(StoreError)
        /// Gives the answer, after the commit.
        func succeed()
        /// Gives the error, after everything was rolled back.
        func fail(_ error: StoreError)
        /// Bytes that it holds in memory while it waits.
        var bytes: Int { get }
    }

    /// Limits, units last.
    struct Limits: Sendable {
        /// The most pieces of work that wait; one more is refused as busy.
        var waitingMax = 8192
        /// The most memory that waiting work holds.
        var waitingBytesMax = 64 << 20
        /// The most pieces of work in one transaction, so that the first does not wait for ever for the last.
        var batchMax = 1024
        /// A log longer than this is moved to the database file after the commit.
        var walPagesMax = 8192
        /// The same while the disk is short of room: a long log would take what the database file needs to take it in.
        var walPagesMaxWhenFull = 256
        /// How long a disk counts as short of room after it was full.
        var fullMemory = Duration.seconds(600)
    }

    /// Where the writer stands.
    private enum Phase {
        /// It takes work. Next: closing, failed.
        case open
        /// It does what waits and takes no more. Next: closed.
        case closing
        /// It has let go of the file. Next: none.
        case closed
        /// The disk or an invariant failed; what is durable is found at the next start. Next: none.
        case failed(StoreError)
    }

    private struct State {
        var phase = Phase.open
        var waiting: [any Job] = []
        var waitingBytes = 0
        var isRunning = false
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "tributary.sqlite.writer")
    private let limits: Limits
    private let onFatal: @Sendable (StoreError) -> Void

    // Touched by blocks on `queue` alone, which run one at a time, and by the initialiser before there are any.
    private nonisolated(unsafe) var book: SQLiteBook?
    private nonisolated(unsafe) var fullAt: ContinuousClock.Instant?
    private nonisolated(unsafe) var roomMadeAt: ContinuousClock.Instant?

    init(_ book: sending SQLiteBook, limits: Limits = Limits(), onFatal: @escaping @Sendable (StoreError) -> Void) {
        unsafe self.book = book
        self.limits = limits
        self.onFatal = onFatal
    }

    /// How many pieces of work wait.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// Whether it has taken everything that waits and is at work on it.
    var isWriting: Bool { state.withLock { $0.isRunning && $0.waiting.isEmpty } }

    /// Puts work into the queue; its answer comes through the job.
    func submit(_ job: some Job) {
        let (refusal, starts) = state.withLock { state -> (StoreError?, Bool) in
            switch state.phase {
            case .open: break
            case .closing, .closed: return (StoreError(.closed, "the store was closed"), false)
            case .failed(let error): return (error, false)
            }
            guard state.waiting.count < limits.waitingMax, state.waitingBytes < limits.waitingBytesMax else {
                return (StoreError(.busy, "\(state.waiting.count) pieces of work wait to be written"), false)
            }
            state.waiting.append(job)
            state.waitingBytes += job.bytes
            defer { state.isRunning = true }
            return (nil, !state.isRunning)
        }
        if let refusal { return job.fail(refusal) }
        if starts { queue.async { [self] in drain() } }
    }

    /// Does what waits, checkpoints and lets go of the file; returns when that is done.
    func close() async {
        let isFirst = state.withLock { state -> Bool in
            guard case .open = state.phase else { return false }
            state.phase = .closing
            return true
        }
        await withCheckedContinuation { done in
            queue.async { [self] in
                if isFirst {
                    drain()
                    // The log is replayed at the next start where this does not succeed.
                    try? unsafe book?.connection.checkpoint()
                    state.withLock { if case .closing = $0.phase { $0.phase = .closed } }
                    unsafe book = nil
                }
                done.resume()
            }
        }
    }

    /// Empties the log, between two transactions, so that nothing of what was erased stays readable in it.
    ///
    /// A reader that holds on to a part of it is waited for a moment; then the next transactions overwrite it.
    func emptyLog() async {
        await withCheckedContinuation { done in
            queue.async { [self] in
                if case .open = state.withLock({ $0.phase }), let book = unsafe book {
                    do throws(StoreError) {
                        for _ in 0..<Self.emptyingTries {
                            if try book.connection.emptyLog() { break }
                            usleep(20_000)
                        }
                    } catch {
                        if error.code == .failed { fail(error) }
                    }
                }
                done.resume()
            }
        }
    }

    /// How often the log is tried to be emptied.
    private static let emptyingTries = 10

    private func drain() {
        while true {
            let batch = state.withLock { state -> [any Job] in
                let batch = Array(state.waiting.prefix(limits.batchMax))
                state.waiting.removeFirst(batch.count)
                for job in batch { state.waitingBytes -= job.bytes }
                if batch.isEmpty { state.isRunning = false }
                return batch
            }
            if batch.isEmpty { return }
            write(batch)
        }
    }

    /// Writes a batch in one transaction, and if that fails, each piece in its own, so that none spoils the others.
    private func write(_ batch: [any Job]) {
        guard let book = unsafe book else {
            for job in batch { job.fail(StoreError(.closed, "the store was closed")) }
            return
        }
        if case .failed(let error) = state.withLock({ $0.phase }) {
            for job in batch { job.fail(error) }
            return
        }
        guard var error = attempt(batch, book) else { return }
        if error.code == .full, makeRoom(book) {
            guard let again = attempt(batch, book) else { return }
            error = again
        }
        if error.code == .failed || batch.count == 1 {
            for job in batch { job.fail(error) }
            return
        }
        for (index, job) in batch.enumerated() {
            guard let error = attempt([job], book) else { continue }
            job.fail(error)
            guard error.code == .failed else { continue }
            for rest in batch[(index + 1)...] { rest.fail(error) }
            return
        }
    }

    /// One transaction.
    ///
    /// - Returns: `nil` when it is durable and answered, or why nothing of it was kept.
    private func attempt(_ batch: some Sequence<any Job>, _ book: SQLiteBook) -> StoreError? {
        do throws(StoreError) {
            try book.connection.execute("BEGIN IMMEDIATE")
            for job in batch { try job.perform(book) }
            try book.flush()
            try book.connection.execute("COMMIT")
        } catch {
            book.forget()
            var problem = error
            if !book.connection.isIdle {
                do throws(StoreError) { try book.connection.execute("ROLLBACK") } catch { problem = error }
            }
            if problem.code == .failed { fail(problem) }
            return problem
        }
        for job in batch { job.succeed() }
        if book.connection.walPages > walPagesMax {
            do throws(StoreError) { try book.connection.checkpoint() } catch {
                // What was answered is durable in the log; a full disk may have room again at the next checkpoint.
                if error.code == .failed { fail(error) }
            }
        }
        return nil
    }

    private var walPagesMax: Int {
        guard let fullAt = unsafe fullAt else { return limits.walPagesMax }
        if ContinuousClock().now - fullAt < limits.fullMemory { return limits.walPagesMaxWhenFull }
        unsafe self.fullAt = nil
        return limits.walPagesMax
    }

    /// Moves the log to the database file, so that its room is used again: on a full disk that is room enough for long.
    ///
    /// - Returns: whether another try makes sense; at most once in a while, for moving may be much work.
    private func makeRoom(_ book: SQLiteBook) -> Bool {
        let now = ContinuousClock().now
        unsafe fullAt = now
        guard unsafe roomMadeAt.map({ now - $0 > .milliseconds(500) }) ?? true else { return false }
        unsafe roomMadeAt = now
        do throws(StoreError) {
            try book.connection.checkpoint()
            return true
        } catch {
            if error.code == .failed { fail(error) }
            return false
        }
    }

    private func fail(_ error: StoreError) {
        state.withLock { $0.phase = .failed(error) }
        onFatal(error)
    }
}

/// A piece of work whose caller waits for its value.
final class PendingWork<Value: Sendable>: Writer.Job {
    let bytes: Int
    private let work: @Sendable (SQLiteBook) throws(StoreError) -> Value
    private let answer: CheckedContinuation<Result<Value, StoreError>, Never>
    private let value = Mutex<Value?>(nil)

    init(
        bytes: Int,
        answer: CheckedContinuation<Result<Value, StoreError>, Never>,
        work: @escaping @Sendable (SQLiteBook) throws(StoreError) -> Value
    ) {
        self.bytes = bytes
        self.answer = answer
        self.work = work
    }

    func perform(_ book: SQLiteBook) throws(StoreError) {
        let result = try work(book)
        value.withLock { $0 = result }
    }

    func succeed() {
        guard let value = value.withLock({ $0 }) else { return fail(StoreError(.failed, "work was not done")) }
        answer.resume(returning: .success(value))
    }

    func fail(_ error: StoreError) { answer.resume(returning: .failure(error)) }
}
