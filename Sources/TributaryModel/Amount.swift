// SPDX-License-Identifier: Apache-2.0

/// Which of a sale's amounts a platform is told.
public enum AmountBasis: String, Sendable, Hashable, CaseIterable {
    /// What the buyer paid.
    case gross
    /// What the buyer paid less tax.
    case exTax = "ex_tax"
    /// What the buyer paid less tax and shipping: the merchant's revenue.
    case net
    /// The listed price less the discount, before tax and shipping; where prices include tax, with that tax.
    case afterDiscount = "after_discount"
}

extension Event {
    /// Whether the event says what a basis is counted from, rather than leaving it out.
    ///
    /// Shipping and discount do not have to be stated: whoever sells no goods has no shipping, and most sales no discount.
    public func states(_ basis: AmountBasis) -> Bool {
        switch basis {
        case .gross: total != nil
        case .exTax: total != nil && tax != nil
        case .net: total != nil && (revenue != nil || tax != nil)
        case .afterDiscount: total != nil && (subtotal != nil || revenue != nil)
        }
    }

    /// The sale's amount on a basis.
    ///
    /// `nil` where the event does not state what the basis needs; a missing tax or shipping counts as none when the
    /// total is known, because providers leave out what is zero.
    public func amount(_ basis: AmountBasis) -> Money? {
        guard let total else { return nil }
        func less(_ parts: Money?..., of whole: Money? = nil) -> Money? {
            let whole = whole ?? total
            var minor = whole.minor
            for part in parts + [Money(minor: 0, whole.currency)] {
                guard let part else { continue }
                guard part.currency == total.currency else { return nil }
                let (difference, overflow) = minor.subtractingReportingOverflow(part.minor)
                guard !overflow else { return nil }
                minor = difference
            }
            return Money(minor: minor, total.currency)
        }
        switch basis {
        case .gross: return total
        case .exTax: return less(tax)
        case .net: return revenue.map { less(of: $0) } ?? less(tax, shipping)
        case .afterDiscount: return (subtotal.map { less(discount, of: $0) } ?? revenue.map { less(of: $0) }) ?? total
        }
    }
}

extension Money {
    /// The share of this amount that `part` is of `whole`, rounded half away from zero.
    ///
    /// Carries a refund stated on one basis over to another: 30.00 of 95.20 gross, of a sale worth 80.00 net. Apply it
    /// to running totals and subtract, then rounding never adds up to more or less than the whole.
    ///
    /// - Returns: `nil` where the whole is zero, the currencies differ or the result does not fit.
    public func share(_ part: Money, of whole: Money) -> Money? {
        guard whole.minor != 0, part.currency == whole.currency else { return nil }
        let product = Int128(minor) * Int128(part.minor)
        let divisor = Int128(whole.minor)
        let (quotient, remainder) = product.quotientAndRemainder(dividingBy: divisor)
        var rounded = quotient
        if remainder.magnitude * 2 >= divisor.magnitude { rounded += (product < 0) == (divisor < 0) ? 1 : -1 }
        guard let result = Int64(exactly: rounded) else { return nil }
        return Money(minor: result, currency)
    }
}
