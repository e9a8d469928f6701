// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// The identifiers that an event has for one platform, by kind.
public struct Identifiers: Sendable, Hashable {
    private var values: [SinkCapabilities.Identifier: String] = [:]

    /// Finds the identifiers of an event.
    ///
    /// The platform's own metadata keys come first, then the event's common fields.
    ///
    /// - Parameters:
    ///   - event: The event, with the attribution that was found for it.
    ///   - parameters: Metadata keys of the platform and what each one is.
    public init(of event: Event, parameters: [String: SinkCapabilities.Identifier]) {
        for parameter in event.attribution.params where !parameter.value.isEmpty {
            guard let identifier = parameters[parameter.name], values[identifier] == nil else { continue }
            values[identifier] = parameter.value
        }
        func fill(_ identifier: SinkCapabilities.Identifier, _ value: String?) {
            if let value, values[identifier] == nil { values[identifier] = value }
        }
        fill(.user, event.customer.user)
        fill(.customer, event.customer.ref)
        fill(.click, event.attribution.click)
        fill(.referral, event.attribution.referral)
        fill(.code, event.attribution.code)
        fill(.coupon, event.attribution.coupon)
    }

    /// The identifier of that kind, if there is one.
    public subscript(identifier: SinkCapabilities.Identifier) -> String? { values[identifier] }
}
