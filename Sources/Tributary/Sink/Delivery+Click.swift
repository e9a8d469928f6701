// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

extension Delivery {
    /// The name under which sinks keep the platform's own id of a click in their receipts.
    public static let clickName = "click"

    /// The delivery with the platform's own id of the click among the metadata, where the platform was told of the click.
    ///
    /// So a sink finds it as it finds an id that the merchant has put there; what the merchant has put there prevails.
    ///
    /// - Parameter parameter: A metadata key that the sink knows as the platform's click id.
    /// - Returns: the delivery, its sale included.
    public func namingClick(as parameter: String) -> Delivery {
        guard let click = clickReceipt?[Self.clickName] else { return self }
        var delivery = self
        delivery.event.attribution.params.append(.init(parameter, click))
        delivery.sale?.event.attribution.params.append(.init(parameter, click))
        return delivery
    }
}

extension Event {
    /// The text of a click's first parameter of these names, else the partner's public code; `nil` where it has none.
    public func partnerCode(in parameters: [String]) -> String? {
        let own = parameters.lazy.compactMap { name in
            attribution.params.first { $0.name == name && !$0.value.isEmpty }?.value
        }
        return own.first ?? attribution.code
    }

    /// A fact about a click: `url`, `referrer`, `user_agent`, `ip`, or a parameter of its address such as `utm_source`.
    public func clickFact(_ name: String) -> String? { raw.first { $0.name == name }?.value }
}
