// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// A sign-up, as the merchant's own backend tells it.
public struct Lead: Sendable, Hashable {
    /// The caller's id of this message; the same one whenever it is sent again.
    public var id: String

    /// The merchant's own stable id of the person.
    public var user: String

    /// E-mail address, told to platforms only where their sink is set to.
    public var email: String?

    /// Our click id or its cookie, or a platform's click id.
    public var click: String?

    /// What else is known of where the person came from, by the names of the attribution keys and of the platforms.
    public var params: [Attribution.Parameter]

    /// When the person signed up; the moment of arrival unless stated.
    public var time: Timestamp?

    /// Whether it is real, and not a test.
    public var live: Bool

    /// Creates a sign-up.
    public init(
        id: String,
        user: String,
        email: String? = nil,
        click: String? = nil,
        params: [Attribution.Parameter] = [],
        time: Timestamp? = nil,
        live: Bool = true
    ) {
        self.id = id
        self.user = user
        self.email = email
        self.click = click
        self.params = params
        self.time = time
        self.live = live
    }

    /// Reads `{"id", "user", "email"?, "click"?, "params"?, "time"?, "live"?}`.
    init(_ value: JSONValue) throws(EventProblem) {
        guard let members = value.members else {
            throw EventProblem("", "expected a sign-up", remedy: #"send { "id": …, "user": … }"#)
        }
        let names = ["id", "user", "email", "click", "params", "time", "live"]
        for member in members where !names.contains(member.name) {
            let remedy = ConfigurationReader.question(member.name, in: names)
            throw EventProblem("/" + member.name, "a sign-up has no such member", remedy: remedy)
        }
        func text(_ name: String) throws(EventProblem) -> String? {
            guard let found = value[name], !found.isNull else { return nil }
            guard let text = found.string else {
                throw EventProblem("/" + name, "expected a text", remedy: "put it in quotation marks")
            }
            return text.isEmpty ? nil : text
        }
        guard let id = try text("id") else {
            throw EventProblem(
                "/id",
                "a sign-up needs an id",
                remedy: "send your own, the same whenever you send it again"
            )
        }
        guard let user = try text("user") else {
            throw EventProblem(
                "/user",
                "a sign-up needs your own id of the person",
                remedy: "send the one that never changes"
            )
        }
        self.init(id: id, user: user, email: try text("email"), click: try text("click"))
        for member in value["params"]?.members ?? [] {
            guard let text = member.value.string else {
                throw EventProblem("/params/" + member.name, "expected a text", remedy: "put it in quotation marks")
            }
            params.append(.init(member.name, text))
        }
        if let given = value["params"], given.members == nil, !given.isNull {
            throw EventProblem("/params", "expected an object of texts", remedy: #"for example { "ref": "sarah" }"#)
        }
        if let text = try text("time") {
            guard let time = Timestamp(rfc3339: text) else {
                throw EventProblem("/time", "expected an RFC 3339 time", remedy: "for example 2026-11-21T08:30:00Z")
            }
            self.time = time
        }
        if let given = value["live"] {
            guard let live = given.bool else {
                throw EventProblem("/live", "expected true or false", remedy: "leave it out for a real person")
            }
            self.live = live
        }
    }

    /// The sign-up as a common event; a person signs up once, whatever the id of the message.
    func event(from source: String, at now: Timestamp) -> Event {
        var event = Event(
            id: id,
            source: source,
            kind: .customerCreated,
            key: Reference("user", user),
            time: time ?? now,
            provider: ProviderFacts(name: source, event: id, type: EventKind.customerCreated.rawValue)
        )
        event.live = live
        event.customer = Customer(user: user, email: email)
        event.attribution = Attribution(click: click, params: params)
        return event
    }
}
