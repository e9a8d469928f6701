// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// What every webhook of the provider says of itself: id, type, time, live or test, API version.
struct EnvelopeGuess: Sendable {
    private(set) var id: JSONValue?
    private(set) var type: JSONValue
    private(set) var time: JSONValue?
    private(set) var live: JSONValue?
    private(set) var api: JSONValue?
    private(set) var versions: [String] = []
    private(set) var guesses: [Guess] = []
    private(set) var contradictions: [String] = []

    /// Places that the envelope reads.
    private(set) var places: Set<Place> = []

    /// Where the type stands, the best first; empty where there is none.
    private(set) var typePlaces: [Place] = []

    /// The type of a body without one.
    static let untyped = "untyped"

    /// Where the id stands; `nil` where it is in no place of the body.
    private(set) var idPlace: Place?

    private let inventory: Inventory
    private let values: [JSONValue]
    private var count: Int { values.count }

    /// Bodies whose object is the body itself, so that its id is the object's and not the event's.
    private let isFlat: Bool

    /// Objects beside what the webhook is about that speak of the webhook itself.
    private let envelopes: Set<Place>

    init(_ bodies: [SampleBody], headers: HeaderFields) {
        values = bodies.map(\.value)
        inventory = Inventory(values)
        type = .object([.init("const", .string(Self.untyped))])
        isFlat = !values.contains { ObjectGuess.place(in: Inventory([$0]), type: []).place != .root }
        envelopes = Self.envelopes(inventory, count: values.count)
        guessType()
        guessID(headers)
        guessTime()
        guessLive()
        guessVersion()
    }

    /// The type of a body.
    func type(of body: JSONValue) -> String {
        for place in typePlaces {
            if let text = body.value(at: place)?.string, !text.isEmpty { return text }
        }
        return Self.untyped
    }

    /// Members of the first two levels, outside of what the webhook is about.
    private var near: [Field] {
        inventory.fields.filter { field in
            guard field.place.depth == 1 || field.place.depth == 2, !field.place.isInArray else { return false }
            return field.place.depth == 1 || envelopes.contains(field.place.parent)
        }
    }

    /// Told by their names; or, in each body beside another object, by an instant and a value that no other body has.
    private static func envelopes(_ inventory: Inventory, count: Int) -> Set<Place> {
        let objects = inventory.fields.filter { $0.place.depth == 1 && $0.hasObject && !$0.place.isInArray }
        return Set(
            objects.filter { object in
                if Words.of(object.place.name).allSatisfy(Vocabulary.envelopes.contains) { return true }
                let children = inventory.fields.filter { $0.place.parent == object.place && $0.place.depth == 2 }
                guard objects.count > 1, object.sampleCount == count, children.allSatisfy(\.isScalar) else {
                    return false
                }
                let hasInstant = children.contains { timeForm($0) != nil && $0.sampleCount == count }
                let hasID = children.contains { Vocabulary.looksLikeID($0) && Set($0.texts).count == count }
                let hasMoney = children.contains { MoneyNames.isMoneyLike($0, in: inventory) }
                return hasInstant && hasID && !hasMoney
            }.map(\.place)
        )
    }

    // MARK: Type

    private static let typeNames = [
        "event_type", "type", "event_name", "event", "eventtype", "topic", "alert_name", "resource_name", "action",
        "notification_type", "kind",
    ]

    private mutating func guessType() {
        func isType(_ field: Field) -> Bool {
            field.isText && field.values.allSatisfy { $0.string.map(Self.isTypeText) ?? false }
        }
        func rank(_ field: Field) -> Int {
            let name = field.plainName
            // Flutterwave's `event.type` names the means of payment and stands beside the real one.
            var rank =
                (field.place.name == "event.type" ? 30 : Self.typeNames.firstIndex(of: name) ?? 14)
                + (field.place.depth - 1) * 3
            if field.values.contains(where: { !Words.of($0.string ?? "").allSatisfy { $0 == "event" } }) { rank -= 2 }
            if field.values.contains(where: { Words.of($0.string ?? "").count > 1 }) { rank -= 6 }
            if Set(field.texts).count > 1 { rank -= 4 }
            return rank - field.sampleCount * 10 / count
        }
        let candidates = near.filter { field in
            let name = field.plainName
            return (Self.typeNames.contains(name) || field.place.name == "event.type" || speaksOfTypes(field))
                && isType(field)
                && !field.texts.allSatisfy { $0.lowercased() == "event" }
        }
        let ordered = candidates.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
            .map(\.element)
        guard let best = ordered.first else {
            guesses.append(
                Guess(
                    "event.type",
                    "\"\(Self.untyped)\"",
                    .weak,
                    "no member says what happened; the rules tell the bodies apart by their members and status"
                )
            )
            return
        }
        typePlaces = [best.place]
        var rest = without(best.place, in: values)
        for field in ordered.dropFirst() where !rest.isEmpty {
            let left = without(field.place, in: rest)
            guard left.count < rest.count else { continue }
            typePlaces.append(field.place)
            rest = left
        }
        let missing = rest.count
        places.formUnion(typePlaces)
        let selectors = typePlaces.map(\.selector)
        if missing > 0 || typePlaces.count > 1 {
            var members = [JSONValue.Member("first", .array(selectors.map(JSONValue.string)))]
            if missing > 0 { members.append(.init("default", .string(Self.untyped))) }
            type = .object(members)
        } else {
            type = .string(selectors[0])
        }
        let seen = Set(best.texts).sorted()
        guesses.append(
            Guess(
                "event.type",
                selectors.joined(separator: ", else "),
                missing > 0 ? .likely : .shown,
                "holds " + seen.prefix(4).map { "\"\($0)\"" }.joined(separator: ", ") + (seen.count > 4 ? "…" : "")
                    + (missing > 0 ? "; \(missing) of \(count) bodies have none and are \"\(Self.untyped)\"" : "")
            )
        )
    }

    /// Whether a member that no list names says what happened: by its name, or in each body by two words as in `sale.done`.
    private func speaksOfTypes(_ field: Field) -> Bool {
        let words = Words.of(field.place.name)
        guard field.sampleCount == count, !words.contains(where: Vocabulary.notTypes.contains),
            Self.timeForm(field) == nil, !field.isNumeric
        else { return false }
        if words.contains(where: Vocabulary.types.contains) { return true }
        return field.texts.allSatisfy { text in
            Words.of(text).count > 1 && !text.contains { $0.isASCII && $0.isNumber }
        }
    }

    private static func isTypeText(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 100
            && text.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "._-:/".utf8.contains(byte)
            }
    }

    /// The bodies in which nothing stands at a place.
    private func without(_ place: Place, in bodies: [JSONValue]) -> [JSONValue] {
        bodies.filter { $0.value(at: place)?.idText == nil }
    }

    // MARK: Id

    private mutating func guessID(_ headers: HeaderFields) {
        let headerNames = headers.fields.map(\.name)
        let wanted = ["webhook-id", "svix-id", "x-event-id"]
        let header = headerNames.first { name in
            wanted.contains { HeaderFields.same(name, $0) } || name.lowercased().hasSuffix("-event-id")
        }
        if let header {
            id = .object([.init("header", .string(header))])
            guesses.append(
                Guess(
                    "event.id",
                    "the header \(header)",
                    .likely,
                    "its name says so; fixtures have no headers, their tests carry it"
                )
            )
            return
        }
        let names = ["event_id", "webhook_id", "message_id", "id", "notification_id", "delivery_id", "uuid"]
        let candidates = near.filter { field in
            guard field.isText, !places.contains(field.place) else { return false }
            guard names.contains(field.plainName) || idRank(field) != nil else { return false }
            // In a flat body that is the object's, which comes again with each change of it.
            if field.plainName == "id", isFlat || field.sampleCount < count { return false }
            return Set(field.texts).count == field.texts.count
        }
        let best = candidates.enumerated().min { first, second in
            func rank(_ field: Field) -> Int {
                (names.firstIndex(of: field.plainName) ?? idRank(field) ?? 99) + (field.place.depth - 1) * 10
                    - field.sampleCount * 5 / count
            }
            return (rank(first.element), first.offset) < (rank(second.element), second.offset)
        }?.element
        guard let best else {
            let why =
                isFlat
                ? "the body's own id is its object's, which comes again with each change"
                : "no id of the webhook itself"
            guesses.append(
                Guess("event.id", "the body's digest", .weak, why + "; repeats are recognised by SHA-256 of the body")
            )
            return
        }
        id = .string(best.place.selector)
        idPlace = best.place
        places.insert(best.place)
        let isEverywhere = best.sampleCount == count
        guesses.append(
            Guess(
                "event.id",
                best.place.selector,
                isEverywhere ? ((idRank(best) ?? 0) < 20 ? .shown : .likely) : .weak,
                (count > 1 ? "another value in each body" : "its name says so")
                    + (names.contains(best.plainName) || (idRank(best) ?? 99) < 20
                        ? "" : ", as nothing else in the envelope has")
                    + (isEverywhere
                        ? "" : ", but only in \(best.sampleCount) of \(count); the digest of the body stands in")
            )
        )
    }

    /// How well a member that is in each body fits as the id of the webhook; `nil` where nothing speaks for it.
    private func idRank(_ field: Field) -> Int? {
        guard field.sampleCount == count, Set(field.texts).count == field.texts.count, Self.timeForm(field) == nil,
            Vocabulary.looksLikeID(field)
        else { return nil }
        let words = Words.of(field.place.name)
        let hasID = words.contains(where: Vocabulary.ids.contains)
        let hasEnvelope = words.contains(where: Vocabulary.envelopes.contains)
        if words.allSatisfy({ Vocabulary.ids.contains($0) || Vocabulary.envelopes.contains($0) }) {
            // In a flat body an id that does not name the webhook is the object's.
            if hasEnvelope { return hasID ? 8 : 9 }
            return isFlat ? nil : 10
        }
        let others = near.filter { other in
            other.place != field.place && other.place.parent == field.place.parent && Vocabulary.looksLikeID(other)
                && other.sampleCount == count && Set(other.texts).count == count
        }
        return !isFlat && count > 1 && others.isEmpty && !field.isNumeric ? 20 : nil
    }

    // MARK: Time

    /// How a time is written; `nil` where it is none that a mapping can read.
    static func timeForm(_ field: Field) -> String? {
        var forms: Set<String> = []
        for value in field.values {
            guard let text = value.idText else { return nil }
            if let number = Int64(text) {
                if (1_000_000_000..<10_000_000_000).contains(number) {
                    forms.insert("unix")
                } else if (1_000_000_000_000..<10_000_000_000_000).contains(number) {
                    forms.insert("unix_ms")
                } else {
                    return nil
                }
            } else if Timestamp(rfc3339: text) != nil {
                forms.insert("rfc3339")
            } else {
                return nil
            }
        }
        return forms.count == 1 ? forms.first : nil
    }

    private static let timeNames = [
        "occurred_at", "event_time", "event_timestamp", "timestamp", "created", "created_at", "create_time", "sent_at",
        "sale_timestamp", "time", "date", "created_datetime", "updated_at", "paid_at", "updated", "cancelled_at",
        "canceled_at",
    ]

    private mutating func guessTime() {
        func candidates(_ fields: [Field]) -> [(field: Field, form: String)] {
            fields.compactMap { field in
                guard !field.place.isInArray, !places.contains(field.place), let form = Self.timeForm(field) else {
                    return nil
                }
                let words = Words.of(field.place.name)
                let isInstant = words.contains(where: Vocabulary.times.contains) || form == "rfc3339"
                guard
                    Self.timeNames.contains(field.plainName)
                        || isInstant && !words.contains(where: Vocabulary.otherTimes.contains)
                else { return nil }
                return (field, form)
            }
        }
        func order(_ found: [(field: Field, form: String)], _ names: [String]) -> [(field: Field, form: String)] {
            func rank(_ field: Field) -> Int {
                let isNamed = Words.of(field.place.name).contains(where: Vocabulary.times.contains)
                return (names.firstIndex(of: field.plainName) ?? (isNamed ? 40 : 50)) + (field.place.depth - 1) * 6
                    - field.values.count * 20 / count
            }
            return found.enumerated().sorted {
                (rank($0.element.field), $0.offset) < (rank($1.element.field), $1.offset)
            }.map(\.element)
        }
        let strangers = ["customer", "card", "product", "items", "item", "price", "plan", "subscriber", "entity"]
        let inner = inventory.fields.filter { field in
            field.place.depth <= 4 && !near.contains { $0.place == field.place }
                && !field.place.names(below: .root).contains { strangers.contains($0.lowercased()) }
        }
        let late = ["updated_at", "updated", "paid_at", "sale_timestamp", "cancelled_at", "created_at", "created"]
        let ordered =
            isFlat
            ? order(candidates(inventory.fields), late + Self.timeNames)
            : order(candidates(near), Self.timeNames) + order(candidates(inner), late + Self.timeNames)
        var chosen: [(field: Field, form: String)] = []
        var rest = values
        for candidate in ordered where !rest.isEmpty && chosen.count < 6 {
            let left = without(candidate.field.place, in: rest)
            guard left.count < rest.count else { continue }
            chosen.append(candidate)
            rest = left
        }
        guard let first = chosen.first else {
            guesses.append(
                Guess(
                    "event.time",
                    "nothing",
                    .weak,
                    "no member is an instant in Unix seconds, Unix milliseconds or RFC 3339"
                )
            )
            return
        }
        places.formUnion(chosen.map(\.field.place))
        let expressions = chosen.map { JSONValue.object([.init($0.form, .string($0.field.place.selector))]) }
        if Set(chosen.map(\.form)).count == 1, chosen.count > 1 {
            time = .object([
                .init(first.form, .object([.init("first", .array(chosen.map { .string($0.field.place.selector) }))]))
            ])
        } else if chosen.count > 1 {
            time = .object([.init("first", .array(expressions))])
            contradictions.append(
                "times are written in different forms: "
                    + chosen.map { "\($0.field.place.selector) as \($0.form)" }.joined(separator: ", ")
            )
        } else {
            time = expressions[0]
        }
        let words = [
            "unix": "ten digits: Unix seconds", "unix_ms": "thirteen digits: Unix milliseconds",
            "rfc3339": "text as in RFC 3339",
        ]
        guesses.append(
            Guess(
                "event.time",
                chosen.map(\.field.place.selector).joined(separator: ", else "),
                isOwnTime(first.field) ? .shown : .likely,
                (words[first.form] ?? "")
                    + (isOwnTime(first.field)
                        ? "" : "; the webhook states no time of its own, this is the object's")
            )
        )
    }

    /// Whether an instant is the webhook's own and not that of what it is about.
    private func isOwnTime(_ field: Field) -> Bool {
        !isFlat && (field.place.depth == 1 || envelopes.contains(field.place.parent))
    }

    // MARK: Live and version

    private mutating func guessLive() {
        let fields = inventory.fields.filter { $0.place.depth <= 3 && !$0.place.isInArray && $0.isScalar }
        for field in (1...3).flatMap({ depth in fields.filter { $0.place.depth == depth } }) {
            let isBool = field.values.allSatisfy { $0.bool != nil }
            let words = Words.of(field.place.name)
            if isBool, words.has("livemode", "live", "production") {
                live = .string(field.place.selector)
                guesses.append(Guess("event.live", field.place.selector, .shown, "a Boolean of that name"))
            } else if isBool, words.has("testmode", "test", "sandbox", "testing", "demo") {
                live = ["map": .string(field.place.selector), "to": ["true": false, "false": true]]
                guesses.append(
                    Guess("event.live", "not \(field.place.selector)", .shown, "a Boolean of that name, turned round")
                )
            } else if words.has("mode", "environment", "env", "stage", "realm"), field.isText,
                field.texts.allSatisfy({
                    ["test", "live", "prod", "production", "sandbox", "local"].contains($0.lowercased())
                })
            {
                var table: [JSONValue.Member] = []
                for (word, isLive) in [
                    ("live", true), ("prod", true), ("production", true), ("test", false), ("sandbox", false),
                    ("local", false),
                ] {
                    let seen = field.texts.first { $0.lowercased() == word } ?? word
                    table.append(.init(seen, .bool(isLive)))
                }
                live = .object([.init("map", .string(field.place.selector)), .init("to", .object(table))])
                guesses.append(
                    Guess("event.live", field.place.selector, .likely, "holds \"\(field.texts.first ?? "")\"")
                )
            } else {
                continue
            }
            places.insert(field.place)
            return
        }
        guesses.append(
            Guess(
                "event.live",
                "nothing",
                .weak,
                "no member tells test from live; the provider instance says so in the configuration"
            )
        )
    }

    private mutating func guessVersion() {
        for field in near
        where ["api_version", "resource_version", "event_version", "schema_version", "version"].contains(
            field.plainName
        ) {
            guard field.isText else { continue }
            api = .string(field.place.selector)
            places.insert(field.place)
            versions = Set(field.texts).sorted()
            guesses.append(
                Guess(
                    "event.api",
                    field.place.selector,
                    .shown,
                    "holds " + versions.map { "\"\($0)\"" }.joined(separator: ", ")
                )
            )
            return
        }
    }
}

extension JSONValue {
    /// The one value at a place; `nil` where it leads through an array.
    func value(at place: Place) -> JSONValue? {
        var value = self
        for step in place.steps {
            guard case .member(let name) = step, let next = value[name] else { return nil }
            value = next
        }
        return value
    }
}
