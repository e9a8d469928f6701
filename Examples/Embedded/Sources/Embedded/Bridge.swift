// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc

/// A thread of its own, as a server without Swift concurrency has.
enum Thread {
    static func detach(_ body: @escaping @Sendable () -> Void) {
        let queue = DispatchQueue(label: "plain-server")
        queue.async(execute: body)
    }
}

/// Waits on a plain thread for an asynchronous call; never do this on one of Swift's own threads.
func waitFor<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) -> Value? {
    let done = DispatchSemaphore(value: 0)
    nonisolated(unsafe) var value: Value?
    Task.detached {
        value = try? await body()
        done.signal()
    }
    done.wait()
    return value
}
