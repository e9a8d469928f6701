// SPDX-License-Identifier: Apache-2.0

import CCurl
import Glibc
import Synchronization

/// The thread that runs all calls of one client, and the letter box through which it is reached.
@safe final class TransferLoop: Sendable {
    /// What other threads leave for the loop.
    private struct Mailbox {
        var submissions: [Submission] = []
        var cancellations: [AwaitedCall] = []
        /// Calls submitted and not yet ended.
        var outstanding = 0
        var isClosing = false
        /// After this, the multi handle is gone.
        var hasEnded = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    /// What the loop found in its letter box.
    struct Mail {
        var submissions: [Submission]
        var cancellations: [AwaitedCall]
        var isClosing: Bool
    }

    let settings: ClientSettings

    /// The multi handle.
    ///
    /// Proof for `nonisolated(unsafe)`: the loop's thread alone uses it, except for `curl_multi_wakeup`, which libcurl
    /// permits from any thread and which is called under the mailbox's lock, never after `hasEnded`.
    private nonisolated(unsafe) let multi: UnsafeMutableRawPointer
    private let mailbox = Mutex(Mailbox())

    private static let libraryOutcome = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    init(_ settings: ClientSettings) throws(TransportFailure) {
        self.settings = settings
        guard Self.libraryOutcome == CURLE_OK, let multi = unsafe curl_multi_init() else {
            throw TransportFailure(.exhausted, origin: "", detail: "libcurl could not be started")
        }
        unsafe self.multi = multi
        let total = max(1, settings.callsMax)
        unsafe ccurl_multi_setopt_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, total)
        unsafe ccurl_multi_setopt_long(multi, CURLMOPT_MAXCONNECTS, total)
        unsafe ccurl_multi_setopt_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, max(1, settings.callsPerOriginMax))
    }

    /// Starts the thread, which keeps the loop alive until it is closed.
    func start() throws(TransportFailure) {
        var thread = pthread_t()
        let context = unsafe Unmanaged.passRetained(self).toOpaque()
        let outcome = unsafe pthread_create(&thread, nil, { unsafe TransferLoop.main($0) }, context)
        guard outcome == 0 else {
            unsafe Unmanaged<TransferLoop>.fromOpaque(context).release()
            unsafe curl_multi_cleanup(multi)
            mailbox.withLock { $0.hasEnded = true }
            throw TransportFailure(.exhausted, origin: "", detail: "no thread could be started")
        }
        pthread_detach(thread)
    }

    private static func main(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let context = unsafe context else { return nil }
        // Signals belong to the rest of the process. SIGPIPE in particular: TLS writes with `write`, and with
        // CURLOPT_NOSIGNAL libcurl leaves it to us that a closed connection does not end the process.
        var signals = sigset_t()
        unsafe sigfillset(&signals)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        let loop = unsafe Unmanaged<TransferLoop>.fromOpaque(context).takeRetainedValue()
        let runner = unsafe TransferRunner(loop, multi: loop.multi)
        // The runner owns the table through which the multi handle closes its sockets in the end.
        withExtendedLifetime(runner) {
            runner.run()
            loop.end()
        }
        return nil
    }

    // MARK: From any thread

    /// Hands a call over; its continuation is resumed in every case.
    func submit(_ submission: Submission) {
        let refusal: (TransportFailure.Code, String)? = mailbox.withLock { box in
            if box.isClosing { return (.canceled, "the client is closed") }
            guard box.outstanding < settings.callsMax + settings.waitingMax else {
                return (.busy, "too many calls wait")
            }
            box.outstanding += 1
            box.submissions.append(submission)
            wake(box)
            return nil
        }
        if let (code, detail) = refusal { submission.refuse(code, detail) }
    }

    /// Ends a call if it has not ended.
    func cancel(_ call: AwaitedCall) {
        call.isCanceled.store(true, ordering: .sequentiallyConsistent)
        mailbox.withLock { box in
            guard !box.hasEnded else { return }
            box.cancellations.append(call)
            wake(box)
        }
    }

    /// Asks the thread to end.
    func close(onEnd: CheckedContinuation<Void, Never>?) {
        let hasEnded = mailbox.withLock { box in
            if box.hasEnded { return true }
            box.isClosing = true
            if let onEnd { box.closers.append(onEnd) }
            wake(box)
            return false
        }
        if hasEnded { onEnd?.resume() }
    }

    private func wake(_ box: borrowing Mailbox) {
        if !box.hasEnded { unsafe curl_multi_wakeup(multi) }
    }

    // MARK: From the loop's thread

    /// Empties the letter box.
    ///
    /// - Parameter ended: Number of calls that ended since the last time.
    /// - Returns: What came since then.
    func takeMail(ended: Int) -> Mail {
        mailbox.withLock { box in
            box.outstanding -= ended
            defer {
                box.submissions.removeAll(keepingCapacity: true)
                box.cancellations.removeAll(keepingCapacity: true)
            }
            return Mail(submissions: box.submissions, cancellations: box.cancellations, isClosing: box.isClosing)
        }
    }

    private func end() {
        // From here on nothing new is accepted; what slipped in since the last look at the letter box is refused.
        let (late, closers) = mailbox.withLock { box in
            box.isClosing = true
            box.hasEnded = true
            defer { box.submissions = [] }
            return (box.submissions, box.closers)
        }
        for submission in late { submission.refuse(.canceled, "the client is closed") }
        unsafe curl_multi_cleanup(multi)
        for closer in closers { closer.resume() }
    }
}
