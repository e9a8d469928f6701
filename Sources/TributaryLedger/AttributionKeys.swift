// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// Which keys of a merchant's metadata bag mean what, beyond the keys that belong to one platform.
///
/// A platform's own click and referral ids (`affonso_referral`, `affitor_click_id`) mean something to that platform only
/// and stay with its sink; what is common to all platforms is named here.
public struct AttributionKeys: Sendable, Hashable {
    /// What a key can mean.
    public enum Meaning: String, Sendable, Hashable, CaseIterable {
        /// The merchant's own stable user id.
        case user
        /// A click id.
        case click
        /// A referral id.
        case referral
        /// The partner's public code.
        case code
        /// A coupon.
        case coupon
    }

    private var names: [Meaning: [String]] = [
        .user: ["user_id", "external_user_id", "customer_key", "affitor_customer_key", "customer_external_id"],
        .click: ["click_id"],
        .referral: ["referral_id"],
        .code: ["referral_code", "affiliate_id", "ref", "via"],
        .coupon: ["coupon", "coupon_code"],
    ]

    /// Creates the default keys.
    public init() {}

    /// The keys of a meaning, the first one that has a text counts.
    public subscript(meaning: Meaning) -> [String] {
        get { names[meaning] ?? [] }
        set { names[meaning] = newValue }
    }

    /// Fills an event's common fields from its metadata bag; what the mapping has set stays.
    public func apply(to event: inout Event) {
        let params = event.attribution.params
        guard !params.isEmpty else { return }
        func find(_ meaning: Meaning) -> String? {
            for name in self[meaning] {
                if let found = params.first(where: { $0.name == name && !$0.value.isEmpty }) { return found.value }
            }
            return nil
        }
        event.customer.user = event.customer.user ?? find(.user)
        event.attribution.click = event.attribution.click ?? find(.click)
        event.attribution.referral = event.attribution.referral ?? find(.referral)
        event.attribution.code = event.attribution.code ?? find(.code)
        event.attribution.coupon = event.attribution.coupon ?? find(.coupon)
    }
}
