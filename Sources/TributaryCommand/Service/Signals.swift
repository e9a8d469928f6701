// SPDX-License-Identifier: Apache-2.0

@unsafe @preconcurrency import Dispatch
import Foundation

/// The signals by which an operator stops the daemon.
enum Signals {
    /// Catches SIGTERM and SIGINT from now on.
    ///
    /// Before this returns they end the process, as they do with any program; whoever wants every one of them to be a
    /// graceful stop calls this before anything is begun. They are not ignored in between: an ignored signal is lost, and
    /// the one who sent it waits for ever. (Dispatch sets a handler of its own on Linux and needs none of ours.)
    ///
    /// - Returns: the signals that come.
    static func caught() async -> AsyncStream<Int32> {
        await caught([SIGTERM, SIGINT])
    }

    /// Catches SIGHUP from now on, by which an operator asks the daemon to look at its mappings.
    ///
    /// - Returns: one element for each signal; several that come before they are taken are one.
    static func hangups() async -> AsyncStream<Void> {
        let signals = await caught([SIGHUP])
        return AsyncStream(unfolding: {
            for await _ in signals { return () }
            return nil
        })
    }

    private static func caught(_ numbers: [Int32]) async -> AsyncStream<Int32> {
        let (stream, continuation) = AsyncStream<Int32>.makeStream(bufferingPolicy: .bufferingNewest(8))
        var sources: [any DispatchSourceSignal] = []
        for number in numbers {
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(number) }
            await withCheckedContinuation { registered in
                source.setRegistrationHandler { registered.resume() }
                source.resume()
            }
            sources.append(source)
        }
        continuation.onTermination = { [sources] _ in for source in sources { source.cancel() } }
        return stream
    }

    /// Waits for SIGTERM or SIGINT.
    ///
    /// - Returns: the signal that came; `nil` when the task was cancelled first.
    static func stop() async -> Int32? {
        for await number in await caught() { return number }
        return nil
    }
}
