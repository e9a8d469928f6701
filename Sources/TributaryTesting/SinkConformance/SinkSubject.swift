// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryModel

/// A sink together with everything that the conformance kit needs to put it to the test.
public struct SinkSubject: Sendable {
    /// The sink, whose base address leads to the double.
    public var sink: any Sink

    /// The same sink with a key that the double refuses; `nil` where the platform knows no keys.
    public var sinkWithWrongKey: (any Sink)?

    /// The double; the kit resets it and chooses its faults.
    public var front: DoubleFront

    /// A buyer whom the double can credit to a partner.
    public var buyer: SampleBuyer

    /// A buyer whom the double cannot credit to anybody, although ids are sent.
    public var stranger: SampleBuyer

    /// A partner's public code that the double knows; a sink that takes clicks is then put to that test, too.
    public var partnerCode: String?

    /// Sales in several currencies; each must be booked exactly, or refused as permanent and not booked at all.
    public var amounts: [Money]

    /// The ends with which a sale may finish, beside delivered and duplicate, when an attempt's answer was lost.
    ///
    /// Empty for a platform that can always tell afterwards what it has.
    public var endsInDoubt: Set<DeliveryEnd>

    /// Most calls in one attempt.
    public var callsMax: Int

    /// Creates a subject.
    public init(
        sink: any Sink,
        sinkWithWrongKey: (any Sink)?,
        front: DoubleFront,
        buyer: SampleBuyer,
        stranger: SampleBuyer,
        partnerCode: String? = nil,
        amounts: [Money] = Self.usualAmounts,
        endsInDoubt: Set<DeliveryEnd> = [],
        callsMax: Int = 32
    ) {
        self.sink = sink
        self.sinkWithWrongKey = sinkWithWrongKey
        self.front = front
        self.buyer = buyer
        self.stranger = stranger
        self.partnerCode = partnerCode
        self.amounts = amounts
        self.endsInDoubt = endsInDoubt
        self.callsMax = callsMax
    }

    /// Currencies without, with two and with three decimals, and amounts that a binary fraction cannot hold.
    public static var usualAmounts: [Money] {
        let amounts: [(Int64, String)] = [
            (1, "EUR"), (1999, "USD"), (110, "GBP"), (1580, "JPY"), (1234, "KWD"), (100_000_000_001, "EUR"),
        ]
        return amounts.compactMap { amount in Currency(amount.1).map { Money(minor: amount.0, $0) } }
    }
}
