// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What one refund, reversal or dispute says about its sale.
///
/// A tie between ids of one payment waits for it in the same form, see ``Ledger``'s rule of ties; it has no amount.
public struct Correction: Sendable, Hashable {
    /// The number of the event that says it.
    public var event: Int64

    /// The number of the sale's event; `nil` while the sale is not known.
    public var sale: Int64?

    /// The number of the event by which its sale became known: its own, or a later one; `nil` while that is not so.
    ///
    /// Corrections of a sale go out in this order, because their amounts build on each other in it.
    public var joined: Int64?

    /// What it is.
    public var kind: EventKind

    /// The refund or dispute that it is about; a reversal has the refund's.
    public var subject: String

    /// What it alone gives back, gross in minor units; `nil` where it does not say or says it in another currency.
    public var amount: Int64?

    /// What was given back of the payment altogether, gross in minor units, where it says so.
    public var cumulative: Int64?

    /// Creates a correction.
    public init(
        event: Int64,
        sale: Int64?,
        joined: Int64? = nil,
        kind: EventKind,
        subject: String,
        amount: Int64?,
        cumulative: Int64?
    ) {
        self.event = event
        self.sale = sale
        self.joined = joined
        self.kind = kind
        self.subject = subject
        self.amount = amount
        self.cumulative = cumulative
    }
}
