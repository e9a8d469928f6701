// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A number that only grows; free of locks.
public final class Counter: Sendable {
    private let number = Atomic<UInt64>(0)

    init() {}

    /// Adds to the number; wraps after 2⁶⁴.
    public func increment(by amount: UInt64 = 1) { number.wrappingAdd(amount, ordering: .relaxed) }

    /// The number now.
    public var value: UInt64 { number.load(ordering: .relaxed) }
}
