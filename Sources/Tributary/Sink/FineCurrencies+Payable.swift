// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What a platform that counts in the smallest unit is told of a payment.
public enum Payable: Sendable, Hashable {
    /// This amount, above zero.
    case amount(Money)
    /// Nothing, and why.
    case none(Step.End)
}

extension FineCurrencies {
    /// The amount of a payment as a platform takes it, or why it takes none.
    ///
    /// - Parameters:
    ///   - event: The payment, in the sink's terms.
    ///   - platform: The platform's name.
    /// - Returns: the amount; `permanent` where it is not stated or its unit is too fine, not applicable where it is nothing.
    public func payable(_ event: Event, at platform: String) -> Payable {
        guard let amount = event.amount(.gross) else {
            return .none(.init(.permanent, reason: "the sale does not state its amount"))
        }
        guard amount.minor > 0 else {
            return .none(.init(.notApplicable, reason: "\(platform) is told of amounts above zero only"))
        }
        return objection(to: amount.currency, at: platform).map { .none(.init(.permanent, reason: $0)) }
            ?? .amount(amount)
    }
}
