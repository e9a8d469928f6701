// SPDX-License-Identifier: Apache-2.0

extension Event {
    /// The event as a CloudEvents 1.0 JSON object; ``init(cloudEvent:)`` gives back an equal event.
    ///
    /// Unknown facts are left out. Money is `{"amount": "24.00", "currency": "EUR"}`: decimal text, so that no reader is
    /// tempted to make a binary fraction of it.
    public var cloudEvent: JSONValue {
        .object([
            .init("specversion", "1.0"),
            .init("id", .string(id)),
            .init("type", .string(kind.rawValue)),
            .init("source", .string(source)),
            .init("subject", .string(key.description)),
            .init("time", .string(time.description)),
            .init("datacontenttype", "application/json"),
            .init("data", data),
        ])
    }

    private var data: JSONValue {
        var object = ObjectBuilder()
        object.add("aliases", aliases.map { .string($0.description) })
        object.add("live", live.map(JSONValue.bool))
        object.add("phase", phase?.rawValue)
        object.add("milestone", milestone)
        object.add("customer", customer.json)
        object.add("attribution", attribution.json)
        for field in AmountField.allCases { object.add(field.rawValue, self[field]?.json) }
        object.add("subscription", subscription.json)
        object.add("lines", lines.map(\.json))
        for field in ReferenceField.allCases {
            object.add(field.rawValue, self[field].map { .object([.init("ref", .string($0))]) })
        }
        object.add("provider", provider.json)
        object.add("raw", raw.json)
        return object.value
    }

    /// Reads an event back from its CloudEvents JSON object.
    ///
    /// - Throws: ``EventFormatError`` with the place of the first thing that is missing, misshapen or unknown.
    public init(cloudEvent: JSONValue) throws(EventFormatError) {
        let envelope = try EventReader(cloudEvent, at: "")
        try envelope.allow(["specversion", "id", "type", "source", "subject", "time", "datacontenttype", "data"])
        guard try envelope.text("specversion") == "1.0" else {
            throw EventFormatError(at: "/specversion", expected: "\"1.0\"")
        }
        guard let kind = EventKind(rawValue: try envelope.text("type")) else {
            throw EventFormatError(at: "/type", expected: "one of the model's kinds")
        }
        guard let key = Reference(text: try envelope.text("subject")) else {
            throw EventFormatError(at: "/subject", expected: "a business key such as invoice:in_1")
        }
        guard let time = Timestamp(rfc3339: try envelope.text("time")) else {
            throw EventFormatError(at: "/time", expected: "an RFC 3339 time")
        }
        let data = try envelope.object("data")
        let facts = try data.object("provider")
        try facts.allow(["name", "event", "type", "api"])
        self.init(
            id: try envelope.text("id"),
            source: try envelope.text("source"),
            kind: kind,
            key: key,
            time: time,
            provider: ProviderFacts(
                name: try facts.text("name"),
                event: try facts.text("event"),
                type: try facts.text("type"),
                api: try facts.optionalText("api")
            )
        )
        try read(data)
    }

    private mutating func read(_ data: EventReader) throws(EventFormatError) {
        let ownNames = [
            "aliases", "live", "phase", "milestone", "customer", "attribution", "subscription", "lines", "provider",
            "raw",
        ]
        try data.allow(ownNames + AmountField.allCases.map(\.rawValue) + ReferenceField.allCases.map(\.rawValue))
        for (index, element) in try data.array("aliases").enumerated() {
            guard let reference = element.string.flatMap(Reference.init(text:)) else {
                throw EventFormatError(
                    at: data.place + "/aliases/\(index)",
                    expected: "a reference such as charge:ch_1"
                )
            }
            aliases.append(reference)
        }
        live = try data.optionalBool("live")
        if let text = try data.optionalText("phase") {
            guard let phase = Phase(rawValue: text) else {
                throw EventFormatError(at: data.place + "/phase", expected: "one of the model's phases")
            }
            self.phase = phase
        }
        milestone = try data.optionalText("milestone")
        if let object = try data.optionalObject("customer") { customer = try Customer(object) }
        if let object = try data.optionalObject("attribution") { attribution = try Attribution(object) }
        if let object = try data.optionalObject("subscription") { subscription = try Subscription(object) }
        for field in AmountField.allCases { self[field] = try data.optionalMoney(field.rawValue) }
        for field in ReferenceField.allCases {
            guard let object = try data.optionalObject(field.rawValue) else { continue }
            try object.allow(["ref"])
            self[field] = try object.text("ref")
        }
        for (index, element) in try data.array("lines").enumerated() {
            lines.append(try Line(EventReader(element, at: data.place + "/lines/\(index)")))
        }
        raw = try data.parameters("raw")
    }
}

extension Money {
    /// `{"amount": "24.00", "currency": "EUR"}`.
    public var json: JSONValue { ["amount": .string(majorText), "currency": .string(currency.code)] }
}

extension Customer {
    fileprivate var json: JSONValue? {
        var object = ObjectBuilder()
        object.add("user", user)
        object.add("ref", ref)
        object.add("email", email)
        return object.valueUnlessEmpty
    }

    fileprivate init(_ object: EventReader) throws(EventFormatError) {
        try object.allow(["user", "ref", "email"])
        self.init(
            user: try object.optionalText("user"),
            ref: try object.optionalText("ref"),
            email: try object.optionalText("email")
        )
    }
}

extension Attribution {
    fileprivate var json: JSONValue? {
        var object = ObjectBuilder()
        object.add("click", click)
        object.add("referral", referral)
        object.add("code", code)
        object.add("coupon", coupon)
        object.add("params", params.json)
        object.add("landing", landing)
        return object.valueUnlessEmpty
    }

    fileprivate init(_ object: EventReader) throws(EventFormatError) {
        try object.allow(["click", "referral", "code", "coupon", "params", "landing"])
        self.init(
            click: try object.optionalText("click"),
            referral: try object.optionalText("referral"),
            code: try object.optionalText("code"),
            coupon: try object.optionalText("coupon"),
            params: try object.parameters("params"),
            landing: try object.optionalText("landing")
        )
    }
}

extension Subscription {
    fileprivate var json: JSONValue? {
        var object = ObjectBuilder()
        object.add("ref", ref)
        object.add("interval", interval?.rawValue)
        object.add("interval_count", intervalCount.map { .integer($0) })
        object.add("trial_end", trialEnd?.description)
        return object.valueUnlessEmpty
    }

    fileprivate init(_ object: EventReader) throws(EventFormatError) {
        try object.allow(["ref", "interval", "interval_count", "trial_end"])
        self.init(ref: try object.optionalText("ref"), intervalCount: try object.optionalInteger("interval_count"))
        if let text = try object.optionalText("interval") {
            guard let interval = Interval(rawValue: text) else {
                throw EventFormatError(at: object.place + "/interval", expected: "day, week, month or year")
            }
            self.interval = interval
        }
        if let text = try object.optionalText("trial_end") {
            guard let time = Timestamp(rfc3339: text) else {
                throw EventFormatError(at: object.place + "/trial_end", expected: "an RFC 3339 time")
            }
            trialEnd = time
        }
    }
}

extension Line {
    fileprivate var json: JSONValue {
        var object = ObjectBuilder()
        object.add("product", product)
        object.add("price", price)
        object.add("name", name)
        object.add("quantity", quantity.map { .integer($0) })
        object.add("total", total?.json)
        return object.value
    }

    fileprivate init(_ object: EventReader) throws(EventFormatError) {
        try object.allow(["product", "price", "name", "quantity", "total"])
        self.init(
            product: try object.optionalText("product"),
            price: try object.optionalText("price"),
            name: try object.optionalText("name"),
            quantity: try object.optionalInteger("quantity"),
            total: try object.optionalMoney("total")
        )
    }
}

extension ProviderFacts {
    fileprivate var json: JSONValue {
        var object = ObjectBuilder()
        object.add("name", name)
        object.add("event", event)
        object.add("type", type)
        object.add("api", api)
        return object.value
    }
}

extension [Attribution.Parameter] {
    /// An object; of several entries with one name the first is kept, which is the one that readers find.
    fileprivate var json: JSONValue? {
        guard !isEmpty else { return nil }
        var names: Set<String> = []
        return .object(
            compactMap { names.insert($0.name).inserted ? JSONValue.Member($0.name, .string($0.value)) : nil }
        )
    }
}
