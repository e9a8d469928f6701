// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Lets every address do something so many times in a minute; an IPv6 address counts with its whole /64.
final class AddressLimiter: Sendable {
    private struct State {
        var begin: ContinuousClock.Instant?
        var counts: [String: Int] = [:]
    }

    private let most: Int
    private let state = Mutex(State())

    /// The most addresses that are told apart in one minute; those beyond are let through no more until it is over.
    private static let addressesMax = 65_536

    init(perMinute most: Int) { self.most = most }

    /// Asks for leave.
    ///
    /// - Returns: the whole seconds to wait; `nil` where there is nothing to wait for.
    func wait(_ address: String, at now: ContinuousClock.Instant) -> Int? {
        let key = Self.network(of: address)
        return state.withLock { state in
            let begin = state.begin.flatMap { now - $0 < .seconds(60) ? $0 : nil } ?? now
            if state.begin != begin { state = State(begin: begin) }
            let count = state.counts[key] ?? 0
            guard count < most, count > 0 || state.counts.count < Self.addressesMax else {
                return max(1, 60 - Int((now - begin).components.seconds))
            }
            state.counts[key] = count + 1
            return nil
        }
    }

    private static func network(of address: String) -> String {
        guard address.contains(":") else { return address }
        let head = address.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)[0]
        return head.split(separator: ":").prefix(4).joined(separator: ":")
    }
}
