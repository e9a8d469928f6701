// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Tributary
import TributaryModel

/// The daemon's side of the box: does what is asked for, one request after the other, while webhooks go on.
final class CareDesk: Sendable {
    /// How often the box is looked into.
    private static let interval = Duration.milliseconds(500)

    private let box: CareBox
    private let work: CareWork
    private let log: Log

    /// Files are none of the cooperative pool's business.
    private let queue = DispatchQueue(label: "tributary.care", qos: .utility)

    init(_ box: CareBox, work: CareWork, log: Log) {
        self.box = box
        self.work = work
        self.log = log
    }

    /// Works until the task is cancelled.
    ///
    /// - Throws: ``StoreError`` where the store failed.
    func run() async throws(StoreError) {
        var isStart = true
        while !Task.isCancelled {
            for (id, request) in await onQueue({ [box, isStart] in box.take(isStart: isStart) }) {
                try await answer(id, request)
                if Task.isCancelled { return }
            }
            isStart = false
            // Cancellation ends the sleep, and the loop.
            try? await Task.sleep(for: Self.interval)
        }
    }

    private func answer(_ id: String, _ request: CareRequest?) async throws(StoreError) {
        let say: @Sendable (CareLine) async -> Void = { line in
            await self.onQueue { [box = self.box] in box.answer(id, line) }
        }
        // The asking side waits for the file, not for its content.
        await say(.progress(done: 0, whole: 1))
        if let request {
            do throws(StoreError) {
                try await work.run(request, say)
            } catch {
                await say(.end(isFine: false, text: "the store could not do it: \(error.detail)"))
                switch error.code {
                case .busy, .full: log(.error, "Request not done", ["request": id, "reason": error.detail])
                case .inUse, .newerSchema, .unusable, .failed, .closed: throw error
                }
            }
            // Stopped in the middle: the next start begins again.
            if Task.isCancelled { return }
        } else {
            await say(
                .end(isFine: false, text: "the request cannot be read; the two programs are of different releases")
            )
        }
        await onQueue { [box] in box.finish(id) }
    }

    private func onQueue<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { done in queue.async { done.resume(returning: body()) } }
    }
}
