// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

/// The conversions that a double of a postback platform holds.
struct PostbackBooks {
    struct Conversion {
        var key: String
        var click: String
        var event: String?
        var amount: Money
        var remaining: Money
    }

    /// The parts of a postback that every style has, under its own names.
    struct Call {
        var click: String?
        var amount: String?
        var currency: String?
        var key: String?
        var event: String?
    }

    /// What became of a postback.
    enum Outcome {
        case booked(Int)
        case duplicate
        case unknownClick
        case invalid
    }

    var seed = DoubleSeed()
    var conversions: [Conversion] = []
    /// Sign-ups and other events without an amount.
    var events: [Conversion] = []

    mutating func book(_ call: Call, _ rules: PostbackDouble.Rules) -> Outcome {
        guard let click = call.click, !click.isEmpty, seed.partner(ofClick: click) != nil else { return .unknownClick }
        let key = call.key ?? ""
        let isKnown = (conversions + events).contains { $0.key == key && $0.click == click }
        guard !isKnown || key.isEmpty else { return .duplicate }
        guard let currency = call.currency.map({ Currency($0) }) ?? rules.currency else { return .invalid }
        guard let text = call.amount else {
            let nothing = Money(minor: 0, currency)
            events.append(.init(key: key, click: click, event: call.event, amount: nothing, remaining: nothing))
            return .booked(events.count)
        }
        // Whatever is wrong with the text, to the platform it is no amount.
        guard let amount = try? Money(decimal: text, shiftedBy: Int(currency.exponent), currency) else {
            return .invalid
        }
        guard amount.minor < 0 || call.event == "refund" else {
            conversions.append(.init(key: key, click: click, event: call.event, amount: amount, remaining: amount))
            return .booked(conversions.count)
        }
        // A correction is a conversion of its own, and changes what the click has earned.
        guard let last = conversions.lastIndex(where: { $0.click == click && $0.amount.currency == currency }) else {
            return .invalid
        }
        events.append(.init(key: key, click: click, event: call.event, amount: amount, remaining: amount))
        conversions[last].remaining.minor += amount.minor
        return .booked(events.count)
    }

    /// A conversion as a network's API lists it.
    struct Listed {
        var id: String
        var key: String
        var state: String
    }

    /// The conversions of a click or a key.
    func listed(click: String?, key: String?) -> [Listed] {
        conversions.enumerated().filter { click ?? $1.click == $1.click && key ?? $1.key == $1.key }.map {
            Listed(id: "conversion_\($0)", key: $1.key, state: $1.remaining.minor == 0 ? "rejected" : "approved")
        }
    }

    /// Takes a conversion out of what counts; `false` where there is none of that id.
    mutating func reject(_ id: String) -> Bool {
        guard let index = conversions.indices.first(where: { "conversion_\($0)" == id }) else { return false }
        conversions[index].remaining.minor = 0
        return true
    }

    var bookings: [Booking] {
        conversions.map { Booking(key: $0.key, sale: $0.amount, remaining: $0.remaining) }
    }

    var records: JSONValue {
        func rows(_ list: [Conversion]) -> JSONValue {
            .array(
                list.map { row in
                    [
                        "key": .string(row.key), "click": .string(row.click),
                        "event": row.event.map(JSONValue.string) ?? .null, "amount": .string(row.amount.majorText),
                        "currency": .string(row.amount.currency.code), "remaining": .string(row.remaining.majorText),
                    ]
                }
            )
        }
        return [
            "clicks": .object(seed.clicks.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
            "conversions": rows(conversions), "events": rows(events),
        ]
    }
}
