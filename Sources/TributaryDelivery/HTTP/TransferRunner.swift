// SPDX-License-Identifier: Apache-2.0

import CCurl
import Synchronization

/// What the loop's thread owns: the queue, the running transfers, and handles to use again.
@safe final class TransferRunner {
    /// Fresh handles kept for the next calls; each costs some kilobytes.
    private static let sparesMax = 64

    private let loop: TransferLoop
    private let settings: ClientSettings
    private let multi: UnsafeMutableRawPointer
    private var queue: CallQueue<ObjectIdentifier>
    private var waiting: [ObjectIdentifier: Submission] = [:]
    private var running: [ObjectIdentifier: Transfer] = [:]
    private var spares: [UnsafeMutableRawPointer] = unsafe []
    private let sockets = SocketTable()
    private var ended = 0

    init(_ loop: TransferLoop, multi: UnsafeMutableRawPointer) {
        self.loop = loop
        unsafe self.multi = multi
        settings = loop.settings
        queue = CallQueue(
            runningMax: settings.callsMax,
            runningPerOriginMax: settings.callsPerOriginMax,
            waitingPerOriginMax: settings.waitingPerOriginMax
        )
    }

    deinit { while let easy = unsafe spares.popLast() { unsafe curl_easy_cleanup(easy) } }

    /// Runs until the client closes.
    func run() {
        while true {
            let mail = loop.takeMail(ended: ended)
            ended = 0
            for submission in mail.submissions { accept(submission) }
            for call in mail.cancellations { cancel(ObjectIdentifier(call), origin: call.target.origin) }
            if mail.isClosing { break }
            expire()
            begin()
            var active: CInt = 0
            unsafe curl_multi_perform(multi, &active)
            // A call that ended has made room for one that waits: that comes before sleeping.
            if collect() && !waiting.isEmpty { continue }
            unsafe curl_multi_poll(multi, nil, 0, sleepMilliseconds(), nil)
        }
        for submission in waiting.values { submission.refuse(.canceled, "the client is closed") }
        for transfer in running.values {
            unsafe curl_multi_remove_handle(multi, transfer.easy)
            transfer.cancel("the client was closed")
            unsafe curl_easy_cleanup(transfer.easy)
        }
        waiting = [:]
        running = [:]
    }

    private func accept(_ submission: Submission) {
        let call = submission.call
        if call.isCanceled.load(ordering: .sequentiallyConsistent) {
            ended += 1
            return submission.refuse(.canceled, "the task was cancelled")
        }
        let deadline = ContinuousClock.now + call.request.limits.wait
        if queue.add(ObjectIdentifier(call), origin: call.target.origin, deadline: deadline) {
            waiting[ObjectIdentifier(call)] = submission
        } else {
            ended += 1
            submission.refuse(.busy, "too many calls wait for this origin")
        }
    }

    private func cancel(_ id: ObjectIdentifier, origin: String) {
        if queue.remove(id, origin: origin) {
            ended += 1
            waiting.removeValue(forKey: id)?.refuse(.canceled, "the task was cancelled")
        } else if let transfer = running.removeValue(forKey: id) {
            unsafe curl_multi_remove_handle(multi, transfer.easy)
            queue.finished(origin: origin)
            ended += 1
            transfer.cancel("the task was cancelled")
            retire(transfer)
        }
    }

    private func expire() {
        guard let earliest = queue.earliestDeadline else { return }
        let now = ContinuousClock.now
        guard earliest <= now else { return }
        for id in queue.expired(at: now) {
            ended += 1
            waiting.removeValue(forKey: id)?.refuse(.busy, "no place became free in time")
        }
    }

    /// Begins as many calls as have a place.
    private func begin() {
        while let id = queue.next() {
            guard let submission = waiting.removeValue(forKey: id) else { continue }
            guard let transfer = transfer(for: submission) else {
                ended += 1
                queue.finished(origin: submission.call.target.origin)
                submission.refuse(.exhausted, "libcurl could not begin the call")
                continue
            }
            running[id] = transfer
        }
    }

    private func transfer(for submission: Submission) -> Transfer? {
        guard let easy = unsafe spares.popLast() ?? curl_easy_init() else { return nil }
        let transfer = unsafe Transfer(submission, easy: easy, settings: settings, sockets: sockets)
        guard transfer.prepare(settings), unsafe curl_multi_add_handle(multi, easy) == CURLM_OK else {
            unsafe curl_easy_cleanup(easy)
            return nil
        }
        return transfer
    }

    /// Ends the calls that libcurl reports as done.
    ///
    /// - Returns: Whether there was one.
    private func collect() -> Bool {
        var isAny = false
        var left: CInt = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let easy = unsafe message.pointee.easy_handle else {
                continue
            }
            // The message dies with the handle's removal, so its result is read before.
            let outcome = unsafe message.pointee.data.result
            unsafe curl_multi_remove_handle(multi, easy)
            guard let transfer = unsafe Transfer.of(easy) else { continue }
            if transfer.beginsAgain(), unsafe curl_multi_add_handle(multi, easy) == CURLM_OK { continue }
            running.removeValue(forKey: ObjectIdentifier(transfer.submission.call))
            queue.finished(origin: transfer.submission.call.target.origin)
            ended += 1
            transfer.finish(outcome)
            retire(transfer)
            isAny = true
        }
        return isAny
    }

    /// Keeps the handle for another call, without anything of this one.
    private func retire(_ transfer: Transfer) {
        guard unsafe spares.count < Self.sparesMax else { return unsafe curl_easy_cleanup(transfer.easy) }
        unsafe curl_easy_reset(transfer.easy)
        unsafe spares.append(transfer.easy)
    }

    /// Until the first waiting call's deadline; libcurl wakes earlier for its own timers, others by `curl_multi_wakeup`.
    private func sleepMilliseconds() -> CInt {
        guard let earliest = queue.earliestDeadline else { return 60_000 }
        return CInt(max(1, min(60_000, (earliest - ContinuousClock.now).wholeMilliseconds + 1)))
    }
}
