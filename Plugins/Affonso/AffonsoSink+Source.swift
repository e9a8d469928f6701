// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// A source takes Segment's track calls and nothing else.
///
/// It knows people by the provider's customer id (`userId`) and the merchant's own (`properties.external_user_id`): not the
/// other way round, as many expect. It has no place for clicks, sign-ups by a click and refunds, which go by Affonso's
/// usual endpoints therefore.
///
/// Source: `reference/platforms.md` section 3.7.
extension AffonsoSink {
    /// Names that Affonso takes for a sale, in lower case: whether it looks at the case is not documented.
    private static let saleNames: Set = ["order completed", "completed order", "purchase"]

    /// A sale, as Segment's own name for one.
    func trackSale(_ event: Event, _ amount: Money, key: String, by naming: AffonsoNaming, label: String) -> Step {
        let properties: [JSONValue.Member] = [
            .init("revenue", .number(amount.majorText)), .init("currency", .string(amount.currency.code)),
        ]
        return track("Order Completed", event, properties + Self.goods(of: event), key: key, by: naming, label: label)
    }

    /// A lead or a trial by the names that Affonso knows, or a milestone by its own.
    func trackEvent(_ delivery: Delivery, type: String, by naming: AffonsoNaming, label: String) -> Step {
        let usual = ["lead": "qualified_lead", "trial": "trial_started"][type] ?? type
        let name = delivery.event.milestone ?? usual
        guard !Self.saleNames.contains(name.lowercased()) else {
            let reason = "a milestone of this name would be booked as a sale by Affonso's source; give it another one"
            return .end(.init(.permanent, reason: reason))
        }
        return track(name, delivery.event, [], key: delivery.idempotencyKey, by: naming, label: label)
    }

    private func track(
        _ name: String,
        _ event: Event,
        _ more: [JSONValue.Member],
        key: String,
        by naming: AffonsoNaming,
        label: String
    ) -> Step {
        var properties: [JSONValue.Member] = []
        if let user = naming.user { properties.append(.init("external_user_id", .string(user))) }
        properties += more
        properties += Self.metadata(of: event).members ?? []
        var body: [JSONValue.Member] = [
            .init("type", "track"), .init("event", .string(name)), .init("messageId", .string(key)),
        ]
        if let customer = naming.customer { body.append(.init("userId", .string(customer))) }
        body += [
            .init("timestamp", .string(event.time.description)), .init("properties", .object(properties)),
        ]
        let path = "/sources/\(settings.source.rawValue)/events"
        return .call(call(label, path: path, .object(body), signedBy: .source))
    }
}

extension AffonsoSink {
    private enum Linking {
        static let lookUp = "referral"
        static let link = "link"
    }

    /// Where a source finds nobody and the event names a referral, the customer is linked to it first.
    ///
    /// A source cannot be told of a referral, and a checkout's metadata may be all that leads to one.
    func linking(_ event: Event, _ step: Step) -> Step {
        guard settings.source != .direct, let (referral, _) = linkable(event) else { return step }
        return .call(bare(Linking.lookUp, path: "/referrals/" + URLText.encoded(referral)))
    }

    /// The step after a call of linking; `nil` after any other call.
    func afterLinking(_ event: Event, _ last: Exchange, _ make: (AffonsoNaming) -> Step) -> Step? {
        guard [Linking.lookUp, Linking.link].contains(last.call.label), let (referral, customer) = linkable(event)
        else { return nil }
        if case .answer(let answer) = last.result, answer.status == 403 {
            // The sale itself was taken and refused, so the key is good; it may not read or write referrals.
            let reason =
                "Affonso knows no referral for this customer; with the scopes read:referrals and write:referrals "
            return .end(.init(.notAttributed, reason: reason + "the key could link it"))
        }
        if let step = Self.usual(last.result) { return step }
        guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
        guard !answer.isWordOfNobody else {
            return .end(.init(.notAttributed, reason: "Affonso knows neither the customer nor the referral"))
        }
        guard answer.isSuccess, let data = answer.json?["data"], data.members != nil else {
            return .end(answer.isSuccess ? stored(answer) : refused(answer))
        }
        if last.call.label == Linking.link { return make(AffonsoNaming(customer: customer)) }
        // Another customer's link stays: its renewals would find nobody any more.
        if let other = data["customer_id"]?.idText {
            guard other != customer else { return make(AffonsoNaming(customer: customer)) }
            let reason = "the referral belongs to another customer at Affonso, and a source cannot be told of both"
            return .end(.init(.notAttributed, reason: reason))
        }
        let path = "/referrals/" + URLText.encoded(referral)
        let body: JSONValue = ["customer_id": .string(customer)]
        return .call(call(Linking.link, method: "PUT", path: path, body, signedBy: .none))
    }

    private func linkable(_ event: Event) -> (referral: String, customer: String)? {
        let found = Identifiers(of: event, parameters: settings.parameters)
        guard let referral = found[.referral] ?? found[.click], let customer = found[.customer] else { return nil }
        return (referral, customer)
    }
}
