// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

/// Replaces in samples what concerns persons, cards and secrets by invented values of the same shape.
///
/// The same value becomes the same replacement wherever it stands in whatever sample, so that what belonged together
/// still does. Ids, amounts, times and words of the provider stay: the guesses live on them.
struct Redaction {
    /// What was replaced, by kind, in order of first occurrence.
    private(set) var counts: [(what: String, count: Int)] = []
    private var replacements: [String: String] = [:]

    /// The sample without what must not be in a repository.
    mutating func redacted(_ value: JSONValue) -> JSONValue { redacted(value, name: "", above: []) }

    private mutating func redacted(_ value: JSONValue, name: String, above: [String]) -> JSONValue {
        switch value {
        case .null, .bool: return value
        case .object(let members):
            let above = name.isEmpty ? above : above + [name]
            return .object(members.map { .init($0.name, redacted($0.value, name: Words.plain($0.name), above: above)) })
        case .array(let elements): return .array(elements.map { redacted($0, name: name, above: above) })
        case .number(let text):
            guard let what = Self.sensitive(name, above, text), !["email", "name", "address"].contains(what) else {
                return value
            }
            return .number(digits(text))
        case .string(let text): return .string(redacted(text, name: name, above: above))
        }
    }

    private mutating func redacted(_ text: String, name: String, above: [String]) -> String {
        guard !text.isEmpty else { return text }
        if text.utf8.first == UInt8(ascii: "{") || text.utf8.first == UInt8(ascii: "["),
            // What is no JSON is an ordinary text.
            let inner = try? JSONValue(parsing: Array(text.utf8), limits: .webhook)
        {
            return redacted(inner, name: name, above: above).text
        }
        if text.contains("@") {
            let replaced = withoutAddresses(text)
            if replaced != text { return replaced }
        }
        if Self.isSecret(text) { return replaced(text, "secret") { _, number in "invented-secret-\(number)" } }
        if text.contains("://"), let mark = text.firstIndex(of: "?") {
            count("address parameters")
            return String(text[..<mark])
        }
        guard let what = Self.sensitive(name, above, text) else { return text }
        switch what {
        case "name": return replaced(text, what) { _, number in Self.names[number % Self.names.count] }
        case "address": return replaced(text, what) { _, number in "Sample Street \(number + 1)" }
        case "secret": return replaced(text, what) { _, number in "invented-secret-\(number)" }
        case "internet address": return replaced(text, what) { _, number in "203.0.113.\(number % 250 + 1)" }
        default:
            count(what)
            return digits(text)
        }
    }

    private static let names = ["Ada Sample", "Ben Sample", "Cleo Sample", "Dan Sample", "Eve Sample", "Finn Sample"]

    /// All digits become zeros and ones by their position; what is no digit stays.
    private mutating func digits(_ text: String) -> String {
        var result = ""
        for (index, character) in text.enumerated() {
            result.append(character.isASCII && character.isNumber ? (index == 0 ? "1" : "0") : character)
        }
        return result
    }

    private mutating func count(_ what: String) {
        if let index = counts.firstIndex(where: { $0.what == what }) {
            counts[index].count += 1
        } else {
            counts.append((what, 1))
        }
    }

    private mutating func replaced(_ text: String, _ what: String, _ make: (String, Int) -> String) -> String {
        count(what)
        let key = what + "\0" + text
        if let known = replacements[key] { return known }
        let number = replacements.keys.count { $0.hasPrefix(what + "\0") }
        let made = make(text, number)
        replacements[key] = made
        return made
    }

    /// The text with each e-mail address in it replaced.
    private mutating func withoutAddresses(_ text: String) -> String {
        var result = ""
        var word = ""
        func isPart(_ character: Character) -> Bool {
            character.isLetter || character.isNumber || "._%+-@".contains(character)
        }
        for character in text {
            if isPart(character) {
                word.append(character)
            } else {
                result += addressless(word)
                result.append(character)
                word = ""
            }
        }
        return result + addressless(word)
    }

    private mutating func addressless(_ word: String) -> String {
        let parts = word.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), parts[1].count > 3 else { return word }
        return replaced(word.lowercased(), "e-mail address") { _, number in "buyer\(number + 1)@example.com" }
    }

    /// Texts that are keys whatever their name is.
    private static func isSecret(_ text: String) -> Bool {
        ["sk_live_", "sk_test_", "rk_live_", "whsec_", "eyJ", "-----BEGIN"].contains { text.hasPrefix($0) }
            || text.contains("_secret_")
    }

    /// What kind of thing a name promises, where that is none of a repository's business.
    private static func sensitive(_ name: String, _ above: [String], _ text: String) -> String? {
        let words = name.split(separator: "_").map(String.init)
        let aboveWords = above.flatMap { $0.split(separator: "_").map(String.init) }
        if words.has("token", "secret", "password", "signature", "authorization", "apikey", "hash")
            || name == "license_key" || name == "api_key" || name == "fingerprint" || name == "device_fingerprint"
        {
            return words.has("type") ? nil : "secret"
        }
        if words.has("phone", "mobile", "msisdn", "fax", "vpa") || name == "contact" || name == "payment_destination" {
            return words.has("country") ? nil : "phone number"
        }
        if ["ip", "ip_address", "customer_ip", "client_ip"].contains(name) { return "internet address" }
        if [
            "last4", "last_4", "card_last_four", "last_4digits", "first_6digits", "card6", "card_last4", "bin", "iban",
            "account_number", "routing_number", "card_number", "exp_month", "exp_year", "expiry", "expiry_month",
            "expiry_year", "visual", "tax_id", "vat_number",
        ].contains(name)
            || (name == "number" && aboveWords.has("card", "phone", "bank"))
        {
            return "card, account or tax data"
        }
        if [
            "line1", "line2", "street", "street_address", "city", "postal_code", "zip", "zip_code", "postcode",
            "address_line_1", "address_line_2",
        ].contains(name)
            || (name == "address" && !text.contains("0x"))
            || (["state", "line_1"].contains(name) && aboveWords.has("address"))
        {
            return "address"
        }
        return isPersonName(name, aboveWords) ? "name" : nil
    }

    private static func isPersonName(_ name: String, _ above: [String]) -> Bool {
        let whole = [
            "full_name", "first_name", "last_name", "middle_name", "given_name", "surname", "customer_name",
            "user_name", "username", "buyer_name", "payer_name", "cardholder_name", "holder_name", "billing_name",
            "account_holder", "account_name",
        ]
        if whole.contains(name) { return true }
        let isPerson = above.has(
            "customer",
            "buyer",
            "payer",
            "user",
            "billing",
            "shipping",
            "card",
            "person",
            "contact",
            "recipient",
            "purchaser"
        )
        if ["first", "last", "middle"].contains(name) { return above.last == "name" }
        return name == "name" && isPerson && !above.has("product", "plan", "price", "items", "item", "merchant")
    }
}
