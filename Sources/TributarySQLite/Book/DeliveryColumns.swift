// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

/// How a delivery's number is made of its event's number and its sink's, so that an event goes to a sink once.
enum DeliveryNumber {
    /// Bits of a delivery's number that are its sink's.
    static let sinkBits: Int64 = 10

    /// The number of the delivery.
    static func of(event: Int64, sink: Int64) -> Int64 { event << sinkBits | sink }

    /// The event's number.
    static func event(_ delivery: Int64) -> Int64 { delivery >> sinkBits }
}

/// A delivery's state as two columns: a number, of which the indexes know the meaning, and a time.
struct StateColumns {
    let state: Int64
    let until: Timestamp?

    /// Ends begin here; what is less has not ended, and what is less than 3 may be leased at its time.
    static let firstEnd: Int64 = 6

    /// The number of a lease.
    static let leased: Int64 = 2

    /// The numbers of what has neither ended nor is leased.
    static let pending: [Int64] = [0, 1, 3, 4, 5]

    /// The numbers of the ends.
    static var ended: [Int64] { ends.map { code(of: $0) } }

    private static let ends: [DeliveryEnd] = [
        .delivered, .duplicate, .notAttributed, .rejectedByPlatform, .permanent, .needsHuman, .notApplicable,
        .unproven,
    ]

    init(_ state: DeliveryRow.State) {
        switch state {
        case .waiting(let until): (self.state, self.until) = (0, until)
        case .held(let until): (self.state, self.until) = (1, until)
        case .leased(let until): (self.state, self.until) = (2, until)
        case .unattributed(let until): (self.state, self.until) = (3, until)
        case .saleUnknown(let until): (self.state, self.until) = (4, until)
        case .saleOpen: (self.state, self.until) = (5, nil)
        // The same number as of an unknown sale: both are looked at again at a time, and only this one has a change.
        case .gathering(let until): (self.state, self.until) = (4, until)
        case .ended(let end): (self.state, self.until) = (Self.code(of: end), nil)
        }
    }

    /// The number of an end, stable for ever.
    static func code(of end: DeliveryEnd) -> Int64 {
        switch end {
        case .delivered: 6
        case .duplicate: 7
        case .notAttributed: 8
        case .rejectedByPlatform: 9
        case .permanent: 10
        case .needsHuman: 11
        case .notApplicable: 12
        case .unproven: 13
        }
    }

    /// The state of two columns, or `nil` where no release wrote such.
    ///
    /// - Parameters:
    ///   - code: The number.
    ///   - until: The time.
    ///   - hasChange: Whether the delivery is a correction whose sale is known.
    /// - Returns: the state.
    static func state(_ code: Int64, until: Timestamp?, hasChange: Bool) -> DeliveryRow.State? {
        switch (code, until) {
        case (0, let until?): .waiting(until: until)
        case (1, let until?): .held(until: until)
        case (2, let until?): .leased(until: until)
        case (3, let until?): .unattributed(until: until)
        case (4, let until?): hasChange ? .gathering(until: until) : .saleUnknown(until: until)
        case (5, _): .saleOpen
        default: ends.first { Self.code(of: $0) == code }.map(DeliveryRow.State.ended)
        }
    }
}
