// SPDX-License-Identifier: Apache-2.0

/// What a platform knows before the first call: partners, and what leads to them.
public struct DoubleSeed: Sendable, Hashable {
    /// Public codes of the partners.
    public var partners: [String]

    /// Click ids, and the code of the partner whom each one credits.
    public var clicks: [String: String]

    /// Click ids that are too old to count.
    public var expiredClicks: [String: String]

    /// Coupons, and the code of the partner whom each one credits.
    public var coupons: [String: String]

    /// The merchant's user ids, and the code of the partner to whom each one belongs already.
    public var users: [String: String]

    /// Whether a click id that was never seen counts as one of the first partner, which suits demonstrations.
    public var takesAnyClick: Bool

    /// Creates a seed.
    public init(
        partners: [String] = [],
        clicks: [String: String] = [:],
        expiredClicks: [String: String] = [:],
        coupons: [String: String] = [:],
        users: [String: String] = [:],
        takesAnyClick: Bool = false
    ) {
        self.partners = partners
        self.clicks = clicks
        self.expiredClicks = expiredClicks
        self.coupons = coupons
        self.users = users
        self.takesAnyClick = takesAnyClick
    }

    /// One partner, `sarah123`, with the click `click_1`, the coupon `SARAH10` and the expired click `click_old`.
    public static let sample = DoubleSeed(
        partners: ["sarah123"],
        clicks: ["click_1": "sarah123"],
        expiredClicks: ["click_old": "sarah123"],
        coupons: ["SARAH10": "sarah123"]
    )

    /// The partner whom a click credits, expired or not.
    func partner(ofClick click: String) -> String? {
        clicks[click] ?? expiredClicks[click] ?? (takesAnyClick ? partners.first ?? "partner" : nil)
    }

    /// Takes over what another seed knows.
    mutating func add(_ other: DoubleSeed) {
        partners += other.partners.filter { !partners.contains($0) }
        clicks.merge(other.clicks) { $1 }
        expiredClicks.merge(other.expiredClicks) { $1 }
        coupons.merge(other.coupons) { $1 }
        users.merge(other.users) { $1 }
        takesAnyClick = takesAnyClick || other.takesAnyClick
    }
}
