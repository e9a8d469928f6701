// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// Settings that many sinks have, each read and explained in one way.
extension PluginSettings {
    /// `mode`: who tells the platform of money.
    ///
    /// - Parameter about: What it means at this platform, one sentence for the schema.
    /// - Returns: The value; the sink unless stated.
    public mutating func moneyTeller(about: String) -> MoneyTeller { choice("mode", default: .api, about: about) }

    /// `customer_id`: which id the platform is told as the customer's.
    ///
    /// - Parameter name: What the platform calls it, for example `customer_id`.
    /// - Returns: The value; the merchant's own user id unless stated.
    public mutating func customerIdentity(told name: String) -> CustomerIdentity {
        choice(
            "customer_id",
            default: .user,
            about: "Which id is told as \(name): your user id, or the provider's customer id."
        )
    }

    /// `three_decimals`: what to do with currencies whose unit is smaller than a hundredth.
    ///
    /// - Parameter platform: The platform's name.
    /// - Returns: The value; such sales are refused unless stated.
    public mutating func fineCurrencies(at platform: String) -> FineCurrencies {
        choice(
            "three_decimals",
            default: .refuse,
            about: "What to do with currencies of three decimals, whose unit \(platform) does not state."
        )
    }

    /// `prefix`: what begins the ids that the platform is told.
    ///
    /// - Parameter name: What those ids are, for example `transaction id`.
    /// - Returns: The text; empty unless stated.
    public mutating func prefix(of name: String) -> String {
        text("prefix", about: "Begins every \(name), to tell several shops apart.") ?? ""
    }

    /// `send_email`: whether the platform is told the buyer's e-mail; not unless stated.
    public mutating func sendsEmail() -> Bool {
        bool("send_email", default: false, about: "Whether the buyer's e-mail is told.")
    }

    /// `late_lead_retries`: how often a delivery waits for what it builds on, see ``Step/waiting(_:retriesMax:for:else:)``.
    ///
    /// - Parameter about: What it means at this platform, one sentence for the schema.
    /// - Returns: The value; 3 unless stated.
    public mutating func lateLeadRetries(
        about: String = "How often a sale is tried again because its customer is not known yet."
    ) -> Int {
        Int(integer("late_lead_retries", in: 0...10, default: 3, about: about))
    }

    /// `silent_answers`: what an answer means that does not say whether anybody is credited; unproven unless stated.
    public mutating func silentAnswers() -> SilentAnswers {
        choice(
            "silent_answers",
            default: .unproven,
            about: "What an answer means that does not say whether anybody is credited: unproven, or a person looks."
        )
    }

    /// `program_currency`: the currency in which a platform reads amounts that it is told without one.
    ///
    /// - Parameter platform: The platform's name.
    /// - Returns: The currency; `nil` where it is missing or unknown, and then ``finish()`` throws.
    public mutating func programCurrency(at platform: String) -> Currency? {
        let code = text(
            "program_currency",
            about: "The program's currency, in which \(platform) reads every amount; sales in another one are refused."
        )
        let currency = code.flatMap { Currency($0) }
        if currency == nil {
            let hint = "\(platform)'s amounts carry no currency, so name the program's, for example \"USD\""
            note("program_currency", code.map { "\"\($0)\" is not a currency of ISO 4217" } ?? hint)
        }
        return currency
    }
}
