// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// A postback address with names in braces, taken apart.
struct PostbackTemplate: Sendable {
    private(set) var origin = ""
    private(set) var path = ""
    private(set) var query: [JSONValue.Member] = []
    /// Settings that are secrets, in the order of the address.
    private(set) var secrets: [String] = []
    /// Settings that stand for names that mean nothing here.
    private(set) var settings: [String] = []
    private(set) var notes: [String] = []
    private(set) var namesCurrency = false

    /// What platforms call the values, and where they stand here.
    ///
    /// Source: `reference/platforms.md` section 13.1, and what the trackers in 13 call them.
    private static let places: [(names: [String], value: JSONValue)] = [
        (["click_id", "clickid", "cid", "transaction_id", "subid", "click"], "$.ids.click"),
        (["referral_id"], "$.ids.referral"), (["code", "affiliate", "partner"], "$.ids.code"),
        (["payout", "amount", "revenue", "sale_amount", "sum", "value"], "$.amount.major"),
        (["amount_minor", "amount_cents"], "$.amount.minor"), (["currency"], "$.amount.currency"),
        (["txid", "tid", "order_id", "orderid", "order", "invoice", "conversion_id"], "$.key"),
        (["event", "event_type", "et", "goal"], "@.type"),
        (["status"], ["const": "approved"]),
        (["customer_id", "user_id"], ["first": ["$.ids.user", "$.ids.customer"]]),
        (["email_sha256"], ["sha256": ["lower": ["trim": "@.data.customer.email"]]]),
        (["coupon", "promo_code"], "$.ids.coupon"), (["product_id", "product"], "@.data.lines[0].product"),
        (["timestamp", "time", "date"], "$.time.unix"), (["timestamp_ms"], "$.time.unix_ms"),
        (["ip"], "@.data.raw.ip"), (["user_agent", "ua"], "@.data.raw.user_agent"),
    ]

    private static let secretNames = [
        "secret", "token", "key", "api_key", "apikey", "security_token", "hash", "password",
    ]

    init(_ url: String) throws(PostbackDraft.Problem) {
        func refused(_ why: String) -> PostbackDraft.Problem { .init(description: "the address \(why)") }
        guard url.hasPrefix("https://") else { throw refused("does not begin with https://") }
        let rest = url.dropFirst("https://".count)
        let host = rest.prefix { !"/?#".contains($0) }
        guard !host.isEmpty, PostbackAddress.isHost(String(host.prefix { $0 != ":" })) else {
            throw refused("names no host, or one with a value in it; put the host of your own account there")
        }
        origin = "https://" + host
        let target = rest.dropFirst(host.count).prefix { $0 != "#" }
        let way = target.prefix { $0 != "?" }
        path = way.isEmpty ? "/" : try text(String(way))
        for pair in target.dropFirst(way.count + 1).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let name = parts.first, !name.isEmpty else { throw refused("has a parameter without a name") }
            guard !query.contains(where: { $0.name == name }) else { throw refused("has the parameter \(name) twice") }
            query.append(.init(name, try value(parts.count > 1 ? parts[1] : "", of: name)))
        }
        if query.allSatisfy({ $0.value != "$.ids.click" }), !path.contains("$.ids.click") {
            notes.append("nothing in the address stands for the click; look for {click_id} in the platform's pages")
        }
    }

    /// The value of a parameter: a selector, an operator, a setting, or a text with braces.
    private mutating func value(_ text: String, of name: String) throws(PostbackDraft.Problem) -> JSONValue {
        guard text.hasPrefix("{"), text.hasSuffix("}"), !text.dropFirst().dropLast().contains("{") else {
            guard text.contains("{") else { return ["const": .string(text)] }
            return ["text": .string(try self.text(text))]
        }
        let macros = text.dropFirst().dropLast().split(separator: "|").map(String.init)
        guard macros.count > 1 else { return meaning(of: macros.first ?? "", name) }
        return ["first": .array(macros.map { meaning(of: $0, name) })]
    }

    /// A text in which selectors stand for names in braces.
    private mutating func text(_ text: String) throws(PostbackDraft.Problem) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            guard let close = rest[open...].firstIndex(of: "}") else {
                throw .init(description: "the address has a brace that is never closed")
            }
            result += rest[..<open]
            let macro = String(rest[rest.index(after: open)..<close])
            guard let selector = meaning(of: macro, macro).string else {
                let hint = "give it a parameter of its own"
                throw .init(description: "{\(macro)} cannot stand inside of a text; \(hint)")
            }
            result += "{\(selector)}"
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    private mutating func meaning(of macro: String, _ parameter: String) -> JSONValue {
        let name = macro.lowercased()
        if let digit = name.hasPrefix("sub") ? name.last : nil, "12345".contains(digit), name.count <= 6 {
            return .string("@.data.attribution.params.\(name)")
        }
        if let place = Self.places.first(where: { $0.names.contains(name) }) {
            if name == "currency" { namesCurrency = true }
            if name == "status" {
                notes.append("\(parameter) is sent as \"approved\"; change it where that is not their word")
            }
            return place.value
        }
        let setting = Self.settingName(name)
        if Self.secretNames.contains(name) {
            if !secrets.contains(setting) { secrets.append(setting) }
        } else {
            if !settings.contains(setting) { settings.append(setting) }
            notes.append("{\(macro)} is nothing that an event has, so it became the setting \"\(setting)\"")
        }
        return ["setting": .string(setting)]
    }

    /// A name that selectors can spell.
    private static func settingName(_ text: String) -> String {
        let kept = text.unicodeScalars.map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) ? Character(scalar) : "_"
        }
        let name = String(kept.prefix(40))
        return name.isEmpty || name.first?.isNumber == true ? "value_" + name : name
    }
}
