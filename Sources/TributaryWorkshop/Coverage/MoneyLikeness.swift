// SPDX-License-Identifier: Apache-2.0

import TributaryMapping
import TributaryModel

/// Tells by name and value whether a field is probably an amount of money, and why.
enum MoneyLikeness {
    /// Words that name amounts.
    private static let words: Set<String> = [
        "amount", "amounts", "total", "totals", "subtotal", "price", "prices", "fee", "fees", "tax", "taxes", "vat",
        "gst", "discount", "discounts", "discounted", "refund", "refunds", "refunded", "paid", "net", "gross",
        "balance", "cost", "costs", "due", "earnings", "earning", "proceeds", "revenue", "commission", "payout",
        "tip", "surcharge", "shipping", "charged", "captured", "remaining", "received", "withheld", "credit",
        "credits", "debit", "deposit", "margin", "royalty", "markup", "turnover", "mrr", "usd",
    ]

    /// Last words of names that stand beside amounts and are none.
    private static let others: Set<String> = [
        "id", "ids", "at", "on", "by", "date", "time", "timestamp", "until", "from", "count", "quantity", "qty", "rate",
        "percent", "percentage", "percents", "number", "version", "code", "decimals", "exponent", "digits", "index",
        "days", "months", "type", "status", "zip", "phone", "attempts", "position", "period", "ratio", "precision",
    ]

    /// Names that say nothing, so that the object around them tells.
    private static let neutral: Set<String> = ["value", "unit", "cents", "minor", "major", "units", "decimal", "raw"]

    /// Why a field looks like money; `nil` where it does not.
    ///
    /// - Parameters:
    ///   - path: Where the field stands.
    ///   - value: What it says.
    ///   - siblings: The names beside it.
    /// - Returns: The reason in words.
    static func reason(_ path: FieldPath, _ value: JSONValue, siblings: Set<String>) -> String? {
        guard let name = path.name, let form = form(of: value) else { return nil }
        let own = split(name)
        guard let last = own.last, !others.contains(last), own.first != "is", own.first != "has" else { return nil }
        if let word = own.first(where: words.contains) { return "\(form), named \"\(word)\"" }
        guard own.allSatisfy(neutral.contains) else { return nil }
        if let around = path.names.dropLast().last, let word = split(around).first(where: words.contains) {
            return "\(form) within \"\(word)\""
        }
        let currency = siblings.sorted().first { split($0).contains("currency") }
        return currency.map { "\(form) beside \"\($0)\"" }
    }

    /// The kind of number; `nil` for all else.
    private static func form(of value: JSONValue) -> String? {
        switch value {
        case .number(let text): isInteger(text) ? "integer" : "decimal"
        case .string(let text) where isDecimal(text): isInteger(text) ? "integer text" : "decimal text"
        case .null, .bool, .string, .array, .object: nil
        }
    }

    private static func isInteger(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
    }

    /// Digits with at most one point, and a sign at most in front.
    private static func isDecimal(_ text: String) -> Bool {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        // Longer digits are ids.
        return (1...2).contains(parts.count) && digits.count <= 16
            && parts.allSatisfy { part in !part.isEmpty && part.allSatisfy { (0x30...0x39).contains($0) } }
    }

    /// The lower-case words of a name, whether they are joined by `_`, `-`, blanks, points or capital letters.
    private static func split(_ name: String) -> [String] {
        var words: [String] = []
        var word = ""
        var wasLower = false
        for scalar in name.unicodeScalars {
            let isUpper = ("A"..."Z").contains(scalar)
            if ["_", "-", " ", ".", "/"].contains(scalar) || isUpper && wasLower {
                if !word.isEmpty { words.append(word) }
                word = ""
            }
            if !["_", "-", " ", ".", "/"].contains(scalar) {
                word.unicodeScalars.append(isUpper ? Unicode.Scalar(UInt8(scalar.value) + 0x20) : scalar)
            }
            wasLower = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
        }
        if !word.isEmpty { words.append(word) }
        return words
    }
}
