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
        /// Our own click id, or the cookie that holds it.
        case landing
    }

    private var names: [Meaning: [String]] = [
        .user: ["user_id", "external_user_id", "customer_key", "affitor_customer_key", "customer_external_id"],
        .click: ["click_id"],
        .referral: ["referral_id"],
        .code: ["referral_code", "affiliate_id", "ref", "via"],
        .coupon: ["coupon", "coupon_code"], .landing: ["tributary_click"],
    ]

    /// Creates the default keys.
    public init() {}

    /// The keys of a meaning, the first one that has a text counts.
    public subscript(meaning: Meaning) -> [String] {
        get { names[meaning] ?? [] }
        set { names[meaning] = newValue }
    }

    /// Fills an event's common fields from its metadata bag; what the mapping has set stays.
    ///
    /// Blanks around ids are taken off, so that an id is the same whoever told it; its case stays, because it may count. Our
    /// own click id is taken out of wherever it stands, because it means nothing to any platform.
    public func apply(to event: inout Event) {
        event.trimIDs()
        takeLanding(of: &event)
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

    /// Our own click id in a bag, the one under its own name before all others: merchants put it under the name of any.
    private func own(in params: [Attribution.Parameter]) -> ClickID? {
        let ids = params.filter { ClickID($0.value) != nil }
        let id = ids.first { self[.landing].contains($0.name) } ?? ids.first
        return id.flatMap { ClickID($0.value) }
    }

    private func takeLanding(of event: inout Event) {
        var attribution = event.attribution
        if let own = attribution.landing { attribution.landing = ClickID(own)?.text }
        if let own = attribution.click.flatMap(ClickID.init) {
            attribution.landing = attribution.landing ?? own.text
            attribution.click = nil
        }
        if let own = own(in: attribution.params) {
            attribution.landing = attribution.landing ?? own.text
            attribution.params.removeAll { ClickID($0.value) != nil }
        }
        event.attribution = attribution
    }
}
