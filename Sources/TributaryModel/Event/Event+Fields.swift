// SPDX-License-Identifier: Apache-2.0

extension Event {
    /// The amounts of an event, by their names in the JSON form and in mapping files.
    public enum AmountField: String, Sendable, Hashable, CaseIterable {
        /// ``Event/total``.
        case total
        /// ``Event/subtotal``.
        case subtotal
        /// ``Event/revenue``.
        case revenue
        /// ``Event/tax``.
        case tax
        /// ``Event/shipping``.
        case shipping
        /// ``Event/discount``.
        case discount
        /// ``Event/fee``.
        case fee
        /// ``Event/refundedTotal``.
        case refundedTotal = "refunded_total"
    }

    /// The objects of an event that hold nothing but a provider's id, by their names in the JSON form.
    public enum ReferenceField: String, Sendable, Hashable, CaseIterable {
        /// ``Event/payment``.
        case payment
        /// ``Event/invoice``.
        case invoice
        /// ``Event/order``.
        case order
        /// ``Event/checkout``.
        case checkout
        /// ``Event/refund``.
        case refund
        /// ``Event/dispute``.
        case dispute
    }

    /// An amount by its name.
    public subscript(field: AmountField) -> Money? {
        get {
            switch field {
            case .total: total
            case .subtotal: subtotal
            case .revenue: revenue
            case .tax: tax
            case .shipping: shipping
            case .discount: discount
            case .fee: fee
            case .refundedTotal: refundedTotal
            }
        }
        set {
            switch field {
            case .total: total = newValue
            case .subtotal: subtotal = newValue
            case .revenue: revenue = newValue
            case .tax: tax = newValue
            case .shipping: shipping = newValue
            case .discount: discount = newValue
            case .fee: fee = newValue
            case .refundedTotal: refundedTotal = newValue
            }
        }
    }

    /// A provider's id by the name of the thing it names.
    public subscript(field: ReferenceField) -> String? {
        get {
            switch field {
            case .payment: payment
            case .invoice: invoice
            case .order: order
            case .checkout: checkout
            case .refund: refund
            case .dispute: dispute
            }
        }
        set {
            switch field {
            case .payment: payment = newValue
            case .invoice: invoice = newValue
            case .order: order = newValue
            case .checkout: checkout = newValue
            case .refund: refund = newValue
            case .dispute: dispute = newValue
            }
        }
    }
}
