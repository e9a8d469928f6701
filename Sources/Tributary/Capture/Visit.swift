// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Somebody opened a page, perhaps by a partner's link.
public struct Visit: Sendable, Hashable {
    /// The whole address of the page.
    public var url: String

    /// The address of the page before.
    public var referrer: String?

    /// The visitor's browser.
    public var userAgent: String?

    /// The visitor's address.
    public var ip: String?

    /// Whether the visitor has consented; `nil` where nobody says.
    public var consent: Bool?

    /// The request's `Cookie` field, or the value of our cookie in it.
    public var cookie: String?

    /// The click that the visitor's browser remembers where it has no cookie.
    public var click: String?

    /// Whether it is a real person, and not a test.
    public var live: Bool

    /// Creates a visit.
    public init(
        url: String,
        referrer: String? = nil,
        userAgent: String? = nil,
        ip: String? = nil,
        consent: Bool? = nil,
        cookie: String? = nil,
        click: String? = nil,
        live: Bool = true
    ) {
        self.url = url
        self.referrer = referrer
        self.userAgent = userAgent
        self.ip = ip
        self.consent = consent
        self.cookie = cookie
        self.click = click
        self.live = live
    }

    /// Reads `{"url", "referrer"?, "user_agent"?, "ip"?, "consent"?, "cookie"?, "click"?, "live"?}`.
    init(_ value: JSONValue) throws(EventProblem) {
        guard let members = value.members else {
            throw EventProblem("", "expected a visit", remedy: #"send { "url": "https://…?ref=…" }"#)
        }
        let names = ["url", "referrer", "user_agent", "ip", "consent", "cookie", "click", "live"]
        for member in members where !names.contains(member.name) {
            let remedy = ConfigurationReader.question(member.name, in: names)
            throw EventProblem("/" + member.name, "a visit has no such member", remedy: remedy)
        }
        func text(_ name: String) throws(EventProblem) -> String? {
            guard let found = value[name], !found.isNull else { return nil }
            guard let text = found.string else {
                throw EventProblem("/" + name, "expected a text", remedy: "put it in quotation marks")
            }
            return text.isEmpty ? nil : text
        }
        func bool(_ name: String) throws(EventProblem) -> Bool? {
            guard let found = value[name], !found.isNull else { return nil }
            guard let bool = found.bool else {
                throw EventProblem("/" + name, "expected true or false", remedy: "leave out the quotation marks")
            }
            return bool
        }
        guard let url = try text("url"), LandingAddress(url) != nil else {
            throw EventProblem(
                "/url",
                "expected an absolute address over HTTP",
                remedy: "send the page's whole address"
            )
        }
        self.init(
            url: url,
            referrer: try text("referrer"),
            userAgent: try text("user_agent"),
            ip: try text("ip"),
            consent: try bool("consent"),
            cookie: try text("cookie"),
            click: try text("click"),
            live: try bool("live") ?? true
        )
    }
}
