// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Until when a connection may stay in the phase that it is in, shared by the network thread and the sweep.
///
/// The library's own timeout starts anew with every byte, so a sender of one byte a second could stay for ever.
/// Phase and time are one word, so that either the network thread leaves a phase or the sweep cuts it, never both.
final class Deadline: Sendable {
    /// What a connection is doing, as far as waiting is concerned.
    enum Phase: UInt64, Sendable {
        /// A handler is at work; the connection is suspended and must not be cut.
        case answering = 0
        /// No request line yet.
        case awaiting = 1
        /// A request line was seen, the rest is arriving.
        case receiving = 2
        /// The answer is being taken off.
        case sending = 3
    }

    private static let cut = UInt64.max
    private let word: Atomic<UInt64>

    /// Starts in ``Phase/awaiting``.
    init(until nanoseconds: UInt64) { word = Atomic(Self.encoded(.awaiting, nanoseconds)) }

    /// Enters a phase; `false` when the sweep was faster and has cut the connection.
    func enter(_ phase: Phase, until nanoseconds: UInt64 = 0) -> Bool {
        let next = Self.encoded(phase, nanoseconds)
        var current = word.load(ordering: .relaxed)
        while current != Self.cut {
            let (exchanged, original) = word.compareExchange(
                expected: current,
                desired: next,
                ordering: .acquiringAndReleasing
            )
            if exchanged { return true }
            current = original
        }
        return false
    }

    /// The phase; `nil` after the cut.
    var phase: Phase? {
        let current = word.load(ordering: .relaxed)
        return current == Self.cut ? nil : Phase(rawValue: current & 3)
    }

    /// Cuts the connection when its time is over, or when it waits for a request and `idleToo` is set.
    ///
    /// The result is the phase that was cut, for the caller to close the socket; `nil` when there is nothing to do.
    func cutIfOver(at nanoseconds: UInt64, idleToo: Bool) -> Phase? {
        let current = word.load(ordering: .relaxed)
        guard current != Self.cut, let phase = Phase(rawValue: current & 3) else { return nil }
        switch phase {
        case .answering: return nil
        case .awaiting where idleToo: break
        case .awaiting, .receiving, .sending: guard current >> 2 < nanoseconds else { return nil }
        }
        let (exchanged, _) = word.compareExchange(
            expected: current,
            desired: Self.cut,
            ordering: .acquiringAndReleasing
        )
        return exchanged ? phase : nil
    }

    private static func encoded(_ phase: Phase, _ nanoseconds: UInt64) -> UInt64 { nanoseconds << 2 | phase.rawValue }
}
