// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Complete requests on their way from the network thread to the tasks that serve them; bounded.
///
/// One thread puts in, many tasks take out. The task that became free last is woken first: its memory is warm.
final class RequestQueue: Sendable {
    /// A request and where its answer goes.
    struct Job: Sendable {
        let request: ServerRequest
        let connection: Connection
        let number: UInt64
    }

    private struct State {
        var jobs: [Job] = []
        var head = 0
        var waiting: [CheckedContinuation<Job?, Never>] = []
        var isClosed = false

        var count: Int { jobs.count - head }

        mutating func take() -> Job? {
            guard head < jobs.count else { return nil }
            defer {
                head += 1
                // Moving what is left costs less than one step per job taken, as it happens at half only.
                if head * 2 >= jobs.count {
                    jobs.removeFirst(head)
                    head = 0
                }
            }
            return jobs[head]
        }
    }

    private let state = Mutex(State())
    private let jobsMax: Int

    /// Creates an empty queue.
    init(jobsMax: Int) { self.jobsMax = jobsMax }

    /// Whether another job would be one too many; only the one thread that puts in may rely on it.
    var isFull: Bool { state.withLock { $0.waiting.isEmpty && $0.count >= jobsMax } }

    /// Puts a job in; `false` once the queue is closed.
    func push(_ job: Job) -> Bool {
        let (accepted, waiting) = state.withLock { state -> (Bool, CheckedContinuation<Job?, Never>?) in
            guard !state.isClosed else { return (false, nil) }
            if let waiting = state.waiting.popLast() { return (true, waiting) }
            state.jobs.append(job)
            return (true, nil)
        }
        waiting?.resume(returning: job)
        return accepted
    }

    /// The next job; `nil` once the queue is closed.
    func next() async -> Job? {
        await withCheckedContinuation { continuation in
            let ready: Job?? = state.withLock { state in
                if state.isClosed { return .some(nil) }
                if let job = state.take() { return .some(job) }
                state.waiting.append(continuation)
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// Wakes everybody with `nil`; what waited is dropped here, its connections are answered by who closes.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            state.jobs = []
            state.head = 0
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: nil) }
    }
}
