// SPDX-License-Identifier: Apache-2.0

/// Which query parameters of a landing page's address mean what.
///
/// Source: `reference/platforms.md` section 1.3; the advertisers' own parameters: section 3.3.
public struct CaptureParameters: Sendable, Hashable {
    /// What a parameter can mean.
    public enum Meaning: String, Sendable, Hashable, CaseIterable {
        /// The partner's public code.
        case code
        /// A coupon.
        case coupon
        /// An id of one platform, told to it under the parameter's own name.
        case id
        /// Nothing about a partner, but told with a click: the campaign, or another advertiser's click.
        case context
        /// Nothing.
        case off
    }

    /// One parameter.
    public struct Entry: Sendable, Hashable {
        /// Its name in the address, in its exact case.
        public var name: String
        /// What it means.
        public var meaning: Meaning
    }

    /// The parameters, the one that counts first before the others of its meaning.
    public private(set) var entries: [Entry]

    /// Creates the table with the parameters of all platforms.
    public init() {
        let codes = [
            "aff", "via", "ref", "atp", "tap_a", "fpr", "fp_ref", "gspk", "ps_partner_key", "referral", "deal", "_from",
            "_by", "_go",
        ]
        let ids = ["dub_id", "ps_xid", "rfsn", "cid", "linkId", "_ef_transaction_id", "oid", "affid"]
        let context = [
            "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "gclid", "fbclid", "msclkid",
            "ttclid",
            "sub1", "sub2", "sub3", "sub4", "sub5",
        ]
        entries =
            codes.map { Entry(name: $0, meaning: .code) } + ids.map { Entry(name: $0, meaning: .id) }
            + context.map { Entry(name: $0, meaning: .context) }
    }

    /// Changes the meaning of a parameter; a new one goes before those that are there.
    public mutating func set(_ name: String, _ meaning: Meaning) {
        entries.removeAll { $0.name == name }
        if meaning != .off { entries.insert(Entry(name: name, meaning: meaning), at: 0) }
    }

    /// The names of those that tell of a partner.
    public var partnerNames: [String] {
        entries.filter { $0.meaning != .context }.map(\.name)
    }

    /// The names of all.
    public var names: [String] { entries.map(\.name) }
}
