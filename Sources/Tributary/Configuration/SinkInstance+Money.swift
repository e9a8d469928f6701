// SPDX-License-Identifier: Apache-2.0

import TributaryMapping
import TributaryModel

extension Setting where Owner == SinkInstance {
    /// In which terms a sink is told of money.
    static var money: [Setting] {
        [
            Setting(
                "amount",
                "Which amount is told: what was paid, without tax, without tax and shipping, or the price after discount; "
                    + "the platform's usual one unless stated, most often gross.",
                schema: .choiceSchema(AmountBasis.self)
            ) { value, place, owner, reader in owner.amount = reader.choice(value, at: place) ?? owner.amount },
            .choice(
                "amount_unstated",
                "What to do with a sale that does not state what \"amount\" is counted from: take it as zero, or refuse.",
                into: \.unstated,
                default: .zero
            ),
            Setting(
                "currency",
                "What is told of other currencies: pass them as they are, refuse them, or convert them.",
                schema: currencySchema,
                default: "pass"
            ) { value, place, owner, reader in
                owner.currency = reader.currencyPolicy(value, at: place) ?? owner.currency
            },
            Setting("currencies", "The only currencies that are told.", schema: .textsSchema) {
                value,
                place,
                owner,
                reader in owner.currencies = reader.currencies(value, at: place)
            },
        ]
    }

    private static var currencySchema: JSONValue {
        [
            "oneOf": [
                ["enum": ["pass", "refuse"]],
                [
                    "type": "object", "additionalProperties": false, "required": ["convert"],
                    "properties": [
                        "convert": [
                            "description": "The name of a table under \"exchange\", or a table.",
                            "oneOf": [.textSchema, .reference("exchange")],
                        ]
                    ],
                ],
            ]
        ]
    }
}

extension Setting where Owner == Configuration {
    /// Exchange rates by name, for the sinks that convert.
    static var exchange: Setting {
        Setting(
            "exchange",
            "Tables of exchange rates that sinks may convert by; the name is yours.",
            schema: .namedSchema(.reference("exchange"))
        ) { value, place, owner, reader in
            reader.named(value, at: place) { name, value, place, reader in
                guard var table = reader.rateTable(value, at: place) else { return }
                table.name = name
                owner.exchange.append(table)
            }
        }
    }
}

extension JSONValue {
    /// A table of exchange rates.
    static let exchangeSchema: JSONValue = [
        "description": "What one unit of each currency is worth in one currency, on one day.", "type": "object",
        "additionalProperties": false, "required": ["to", "date", "rates"],
        "properties": [
            "to": [
                "description": "The currency that everything becomes.", "type": "string", "pattern": "^[A-Za-z]{3}$",
            ],
            "date": [
                "description": "The day of which the rates are.", "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "examples": ["2026-11-01"],
            ],
            "rates": [
                "description": "What one unit is worth, by currency, as a decimal number of at most 12 digits.",
                "type": "object", "minProperties": 1, "propertyNames": ["pattern": "^[A-Za-z]{3}$"],
                "additionalProperties": ["type": ["string", "number"], "pattern": "^[0-9]+(\\.[0-9]+)?$"],
                "examples": [["EUR": "1.0834", "JPY": "0.00655"]],
            ],
        ],
    ]
}

extension ConfigurationReader {
    fileprivate mutating func currencyPolicy(_ value: JSONValue, at place: String) -> CurrencyPolicy? {
        switch (value.string, value["convert"]) {
        case ("pass", _): return .pass
        case ("refuse", _): return .only([])
        case (nil, .some(let table)) where value.members?.count == 1:
            let place = Problem.place(place, "convert")
            if let name = table.string { return .convertBy(name) }
            return rateTable(table, at: place).map { .convert($0) }
        default:
            let example =
                "{ \"convert\": { \"to\": \"USD\", \"date\": \"2026-11-01\", \"rates\": { \"EUR\": \"1.0834\" } } }"
            note(place, "expected \"pass\", \"refuse\", or an object such as \(example)")
            return nil
        }
    }

    fileprivate mutating func currencies(_ value: JSONValue, at place: String) -> [Currency]? {
        guard let codes = texts(value, at: place) else { return nil }
        if codes.isEmpty { note(place, "expected at least one currency such as \"EUR\"") }
        return codes.enumerated().compactMap { currency($0.element, at: place + "/\($0.offset)") }
    }

    private mutating func currency(_ code: String, at place: String) -> Currency? {
        if let currency = Currency(code) { return currency }
        note(
            place,
            "\"\(code)\" is not a currency of ISO 4217",
            hint: Spelling.question(code.uppercased(), in: Currency.allCodes)
        )
        return nil
    }

    /// Reads a table of exchange rates.
    fileprivate mutating func rateTable(_ value: JSONValue, at place: String) -> RateTable? {
        var draft = RateTableDraft()
        let settings: [Setting<RateTableDraft>] = [
            Setting("to", "", schema: .textSchema) { value, place, draft, reader in
                draft.target = reader.text(value, at: place).flatMap { reader.currency($0, at: place) }
            },
            Setting("date", "", schema: .textSchema) { value, place, draft, reader in
                let text = value.string ?? ""
                guard text.utf8.count == 10, Timestamp(rfc3339: text + "T00:00:00Z") != nil else {
                    return reader.note(place, "expected the day of the rates, such as \"2026-11-01\"")
                }
                draft.date = text
            },
            Setting("rates", "", schema: .textSchema) { value, place, draft, reader in
                draft.rates = reader.rates(value, at: place)
            },
        ]
        object(value, at: place, settings, into: &draft)
        for name in ["to", "date", "rates"] where value.members != nil && value[name] == nil {
            note(place, "a table of exchange rates needs \"\(name)\"", code: .missingSetting)
        }
        guard let target = draft.target, let date = draft.date, let rates = draft.rates else { return nil }
        return RateTable(to: target, date: date, rates: rates)
    }

    private mutating func rates(_ value: JSONValue, at place: String) -> [String: ExchangeRate]? {
        guard let members = value.members, !members.isEmpty else {
            note(place, "expected an object such as { \"EUR\": \"1.0834\" }")
            return nil
        }
        var rates: [String: ExchangeRate] = [:]
        for member in members {
            let place = Problem.place(place, member.name)
            guard let currency = currency(member.name, at: place) else { continue }
            guard let rate = member.value.idText.flatMap(ExchangeRate.init) else {
                note(
                    place,
                    "expected what one \(currency) is worth, such as \"1.0834\": more than zero, at most "
                        + "\(ExchangeRate.digitsMax) digits, no exponent"
                )
                continue
            }
            guard rates.updateValue(rate, forKey: currency.code) == nil else {
                note(place, "there are two rates for \(currency)")
                continue
            }
        }
        return rates
    }

    /// Brings what a sink says of currencies together, once all of it is read.
    mutating func settleCurrencies(_ sink: inout SinkInstance, _ value: JSONValue, at place: String) {
        let isStated = value["currency"] != nil
        switch sink.currency {
        case .only where value["currencies"] == nil:
            let message = "\"refuse\" needs \"currencies\", the ones that are told"
            note(
                Problem.place(place, "currency"),
                message,
                code: .missingSetting,
                hint: "for example \"currencies\": [\"EUR\"]"
            )
        case .only: sink.currency = .only(Set(sink.currencies ?? []))
        case .pass where !isStated: if let currencies = sink.currencies { sink.currency = .only(Set(currencies)) }
        case .pass, .convert, .convertBy:
            guard value["currencies"] != nil else { return }
            note(Problem.place(place, "currencies"), "goes with \"currency\": \"refuse\" only")
        }
    }
}

/// A table while it is read.
private struct RateTableDraft {
    var target: Currency?
    var date: String?
    var rates: [String: ExchangeRate]?
}
