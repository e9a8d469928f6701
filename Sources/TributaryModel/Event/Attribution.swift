// SPDX-License-Identifier: Apache-2.0

/// Who brought the buyer, as far as an event knows.
public struct Attribution: Sendable, Hashable {
    /// Id of the click that led here.
    public var click: String?

    /// A platform's id of the referral that the click became.
    public var referral: String?

    /// The partner's public code, as it stands in the link.
    public var code: String?

    /// The coupon that the buyer used.
    public var coupon: String?

    /// The metadata bag as the merchant filled it, names and texts in order; a sink finds its platform's own keys here.
    public var params: [Parameter]

    /// Our own id of the click that led here, see ``ClickID``; no platform is told it.
    public var landing: String?

    /// One entry of the metadata bag.
    public struct Parameter: Sendable, Hashable {
        /// The merchant's key, for example `affonso_referral`.
        public var name: String

        /// The text; numbers and Booleans as they stand in the payload.
        public var value: String

        /// Creates an entry.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Creates an attribution; what is not known stays `nil`.
    public init(
        click: String? = nil,
        referral: String? = nil,
        code: String? = nil,
        coupon: String? = nil,
        params: [Parameter] = [],
        landing: String? = nil
    ) {
        self.click = click
        self.referral = referral
        self.code = code
        self.coupon = coupon
        self.params = params
        self.landing = landing
    }

    /// The text of the first parameter of that name.
    public subscript(parameter name: String) -> String? { params.first { $0.name == name }?.value }

    /// Whether nothing is known.
    public var isEmpty: Bool { landing == nil && namesNobody }

    /// Whether it says nothing by itself about who brought the buyer; what our own click knows is not counted.
    public var namesNobody: Bool {
        click == nil && referral == nil && code == nil && coupon == nil && params.isEmpty
    }
}
