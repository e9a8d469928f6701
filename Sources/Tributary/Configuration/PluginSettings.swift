// SPDX-License-Identifier: Apache-2.0

import TributaryMapping
public import TributaryModel

/// A plugin's part of the configuration, of one sink or one provider instance, read key by key.
///
/// Reading a key marks it as known and collects what is wrong instead of stopping; ``finish()`` refuses the keys that
/// nobody read and throws everything at once. Secrets arrive resolved. Read every key on every way through: the
/// configuration's schema is made of what a plugin asks for when its part is empty.
public struct PluginSettings: Sendable {
    /// What the settings belong to.
    public enum Owner: Sendable, Hashable {
        /// A sink.
        case sink
        /// A provider instance, whose mapping names a verifier.
        case provider
    }

    /// The sink's or the provider instance's name in the configuration.
    public let name: String

    /// Whether the provider instance's money is real, its setting `live`; the engine reads that one itself.
    public var isLive = true

    private let owner: Owner
    private let members: [JSONValue.Member]
    private let secrets: [String: Secret]
    private let files: SecretResolver?
    private let recorder: PluginSettingsRecorder?
    private var known: [String] = []
    private var problems: [ConfigurationProblems.Problem] = []

    /// Creates the settings of a sink or a provider instance.
    ///
    /// - Parameters:
    ///   - owner: What the settings belong to.
    ///   - name: The owner's name in the configuration.
    ///   - members: The members of its object, without those that the engine itself reads.
    ///   - secrets: The resolved secrets, by member name; those within an object as `settings.token`.
    ///   - files: Reads the files that settings name.
    public init(
        for owner: Owner = .sink,
        name: String,
        members: [JSONValue.Member],
        secrets: [String: Secret],
        files: SecretResolver? = nil
    ) { self.init(for: owner, name: name, members: members, secrets: secrets, files: files, recorder: nil) }

    init(
        for owner: Owner,
        name: String,
        members: [JSONValue.Member],
        secrets: [String: Secret],
        files: SecretResolver? = nil,
        recorder: PluginSettingsRecorder?
    ) {
        self.owner = owner
        self.name = name
        self.members = members
        self.secrets = secrets
        self.files = files
        self.recorder = recorder
    }

    /// The platform's address as the operator wrote it.
    var configuredURL: String? { members.first { $0.name == "url" }?.value.string }

    private mutating func value(
        _ key: String,
        _ about: String,
        _ schema: @autoclosure () -> JSONValue,
        default fallback: @autoclosure () -> JSONValue? = nil,
        isRequired: Bool = false
    ) -> JSONValue? {
        known.append(key)
        recorder?.note(key, schema().described(about, default: fallback()), isRequired: isRequired)
        return members.first { $0.name == key }?.value
    }

    /// Notes that something is wrong with a key.
    public mutating func note(_ key: String, _ message: String) { note(key, message, code: .wrongValue) }

    /// Notes that something is wrong with a value inside the object that a key has, see ``namedValues(_:about:)``.
    public mutating func note(_ key: String, entry: String, _ message: String) {
        note(key, message, code: .wrongValue, entry: entry)
    }

    private mutating func note(
        _ key: String,
        _ message: String,
        code: ConfigurationProblems.Code,
        hint: String? = nil,
        entry: String? = nil
    ) {
        var place = ConfigurationProblems.Problem.place(owner.place + name, key)
        if let entry { place = ConfigurationProblems.Problem.place(place, entry) }
        problems.append(.init(place, message, code: code, hint: hint))
    }

    /// A text, or a number's text.
    ///
    /// - Parameters:
    ///   - key: The setting's name.
    ///   - about: What it means, one sentence for the schema.
    /// - Returns: The text; `nil` where there is none or it was refused.
    public mutating func text(_ key: String, about: String = "") -> String? {
        guard let value = value(key, about, ["type": ["string", "integer"]]) else { return nil }
        guard let text = value.idText else {
            note(key, "expected a text that is not empty")
            return nil
        }
        return text
    }

    /// `true` or `false`.
    ///
    /// - Parameters:
    ///   - key: The setting's name.
    ///   - fallback: The value where it is not given.
    ///   - about: What it means, one sentence for the schema.
    /// - Returns: The value.
    public mutating func bool(_ key: String, default fallback: Bool, about: String = "") -> Bool {
        guard let value = value(key, about, ["type": "boolean"], default: .bool(fallback)) else { return fallback }
        guard let bool = value.bool else {
            note(key, "expected true or false")
            return fallback
        }
        return bool
    }

    /// A whole number within bounds.
    ///
    /// - Parameters:
    ///   - key: The setting's name.
    ///   - bounds: The least and the greatest number.
    ///   - fallback: The value where it is not given.
    ///   - about: What it means, one sentence for the schema.
    /// - Returns: The value.
    public mutating func integer(
        _ key: String,
        in bounds: ClosedRange<Int64>,
        default fallback: Int64,
        about: String = ""
    ) -> Int64 {
        let schema: JSONValue = [
            "type": "integer", "minimum": .integer(bounds.lowerBound), "maximum": .integer(bounds.upperBound),
        ]
        guard let value = value(key, about, schema, default: .integer(fallback)) else { return fallback }
        guard let integer = value.int64, bounds.contains(integer) else {
            note(key, "expected a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
            return fallback
        }
        return integer
    }

    /// One of a closed set of texts.
    ///
    /// - Parameters:
    ///   - key: The setting's name.
    ///   - fallback: The value where it is not given.
    ///   - about: What it means, one sentence for the schema.
    /// - Returns: The value.
    public mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String,
        default fallback: Choice,
        about: String = ""
    ) -> Choice where Choice.RawValue == String {
        let schema = JSONValue.choiceSchema(Choice.self)
        guard let value = value(key, about, schema, default: .string(fallback.rawValue)) else { return fallback }
        guard let choice = value.string.flatMap(Choice.init(rawValue:)) else {
            let words = Choice.allCases.map(\.rawValue)
            note(
                key,
                "expected one of " + words.map { "\"\($0)\"" }.joined(separator: ", "),
                code: .wrongValue,
                hint: value.string.flatMap { Spelling.question($0, in: words) }
            )
            return fallback
        }
        return choice
    }

    /// A list of texts; one text alone counts as a list of one.
    ///
    /// - Parameters:
    ///   - key: The setting's name.
    ///   - about: What it means, one sentence for the schema.
    /// - Returns: The texts; `nil` where there are none or they were refused.
    public mutating func texts(_ key: String, about: String = "") -> [String]? {
        let schema: JSONValue = ["type": ["string", "array"], "items": ["type": "string"], "minItems": 1]
        guard let value = value(key, about, schema) else { return nil }
        let texts = value.idText.map { [$0] } ?? value.elements?.compactMap(\.idText) ?? []
        guard !texts.isEmpty, texts.count == value.elements?.count ?? 1 else {
            note(key, "expected a list of texts")
            return nil
        }
        return texts
    }

    /// A list of texts without which the plugin cannot work; one text alone counts as a list of one.
    ///
    /// - Parameters:
    ///   - key: The setting's name.
    ///   - about: What it means, one sentence for the schema.
    ///   - hint: What to do where it is missing.
    /// - Returns: The texts; none where they are missing or were refused, and then ``finish()`` throws.
    public mutating func requiredTexts(_ key: String, about: String = "", hint: String? = nil) -> [String] {
        if let texts = texts(key, about: about) { return texts }
        if !members.contains(where: { $0.name == key }) {
            note(key, "the \(owner.word) needs \"\(key)\"", code: .missingSetting, hint: hint)
        }
        return []
    }

    /// A list of texts of a closed set, each at most once.
    ///
    /// - Parameters:
    ///   - key: The setting's name.
    ///   - fallback: The value where it is not given.
    ///   - about: What it means, one sentence for the schema.
    /// - Returns: The value.
    public mutating func choices<Choice: RawRepresentable & CaseIterable & Hashable>(
        _ key: String,
        default fallback: [Choice],
        about: String = ""
    ) -> [Choice] where Choice.RawValue == String {
        let schema: JSONValue = [
            "type": "array", "items": .choiceSchema(Choice.self), "minItems": 1, "uniqueItems": true,
        ]
        let shown = JSONValue.array(fallback.map { .string($0.rawValue) })
        guard let value = value(key, about, schema, default: shown) else { return fallback }
        let choices = value.elements?.compactMap { $0.string.flatMap(Choice.init(rawValue:)) } ?? []
        guard !choices.isEmpty, choices.count == value.elements?.count, Set(choices).count == choices.count else {
            let all = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            note(key, "expected a list, each at most once, of \(all)")
            return fallback
        }
        return choices
    }

    /// A secret; the configuration names it as `env:NAME` or `file:PATH`.
    ///
    /// - Parameters:
    ///   - key: The setting's name.
    ///   - about: What it means, one sentence for the schema.
    /// - Returns: The secret; `nil` where there is none or it was refused.
    public mutating func secret(_ key: String, about: String = "") -> Secret? {
        secret(key, about, isRequired: false)
    }

    /// A secret without which the plugin cannot work.
    ///
    /// - Parameters:
    ///   - key: The setting's name.
    ///   - about: What it means, one sentence for the schema.
    /// - Returns: The secret; an empty one where it is missing, and then ``finish()`` throws.
    public mutating func requiredSecret(_ key: String, about: String = "") -> Secret {
        requiredSecret(key, about: about, schema: .reference("secret"))
    }

    private mutating func requiredSecret(_ key: String, about: String, schema: JSONValue) -> Secret {
        if let secret = secret(key, about, isRequired: true, schema: schema) { return secret }
        if !members.contains(where: { $0.name == key }) {
            let hint = "name it as \"env:NAME\" or \"file:PATH\""
            note(key, "the \(owner.word) needs \"\(key)\", a secret", code: .missingSetting, hint: hint)
        }
        return Secret([])
    }

    /// One or several secrets, of which the first is the current one.
    ///
    /// - Parameters:
    ///   - key: The setting's name.
    ///   - about: What they mean, one sentence for the schema.
    /// - Returns: The secrets; where one is missing, ``finish()`` throws.
    public mutating func requiredSecrets(_ key: String, about: String = "") -> [Secret] {
        guard let elements = members.first(where: { $0.name == key })?.value.elements else {
            return [requiredSecret(key, about: about, schema: Self.secretsSchema)]
        }
        _ = value(key, about, Self.secretsSchema, isRequired: true)
        let found = elements.indices.compactMap { secrets["\(key).\($0)"] }
        if found.isEmpty || found.count < elements.count {
            let message = "expected a list of secrets, each named as \"env:NAME\" or \"file:PATH\" and there"
            note(key, message, code: .missingSecret)
        }
        return found
    }

    private static var secretsSchema: JSONValue {
        let list: JSONValue = ["type": "array", "items": .reference("secret"), "minItems": 1]
        return ["anyOf": [.reference("secret"), list]]
    }

    private mutating func secret(
        _ key: String,
        _ about: String,
        isRequired: Bool,
        schema: JSONValue = .reference("secret")
    ) -> Secret? {
        let value = value(key, about, schema, isRequired: isRequired)
        if let secret = secrets[key] { return secret }
        if let value {
            if value.string.flatMap(SecretReference.init) != nil {
                note(key, "the secret is not there or empty", code: .missingSecret)
            } else {
                let hint = "name it as \"env:NAME\" or \"file:PATH\""
                note(key, "a secret never stands in the file", code: .secretInFile, hint: hint)
            }
        }
        return nil
    }

    /// The platform's base address: `"url"` where it is given, without a trailing slash.
    public mutating func baseURL(default fallback: String) -> String {
        baseURL(shownDefault: .string(fallback), fallback: fallback)
    }

    private mutating func baseURL(shownDefault: JSONValue?, fallback: String) -> String {
        let about = "Replaces the platform's base address, for a test double or a proxy."
        let schema: JSONValue = ["type": "string", "pattern": "^https?://[^?#]+$"]
        guard let value = value("url", about, schema, default: shownDefault) else { return fallback }
        guard let text = value.string, text.hasPrefix("https://") || text.hasPrefix("http://"), !text.contains("?"),
            !text.contains("#")
        else {
            let example = fallback.isEmpty ? "https://track.example.com" : fallback
            note("url", "expected an address such as \"\(example)\"")
            return fallback
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// The platform's base address where `"url"` replaces it, without a trailing slash; `nil` unless it is given.
    public mutating func replacementURL() -> String? {
        let url = baseURL(shownDefault: nil, fallback: "")
        return url.isEmpty ? nil : url
    }

    /// Whether the configuration has that key, be its value right or wrong.
    public func isGiven(_ key: String) -> Bool { members.contains { $0.name == key } }

    /// A file that is read together with the configuration, for example a description.
    ///
    /// - Parameters:
    ///   - key: The setting's name; its value is the path.
    ///   - about: What it means, one sentence for the schema.
    /// - Returns: The path and the content; `nil` where there is none or it cannot be read.
    public mutating func file(_ key: String, about: String = "") -> (path: String, bytes: [UInt8])? {
        guard let value = value(key, about, ["type": "string", "minLength": 1]) else { return nil }
        guard let path = value.string, !path.isEmpty else {
            note(key, "expected the path of a file")
            return nil
        }
        guard let bytes = files?.bytes(.file(path)) else {
            note(key, "the file \(path) cannot be read")
            return nil
        }
        return (path, bytes)
    }

    /// An object of values under names that the plugin does not know beforehand.
    ///
    /// - Parameters:
    ///   - key: The setting's name.
    ///   - about: What it means, one sentence for the schema.
    /// - Returns: The values by name, in order.
    public mutating func namedValues(_ key: String, about: String = "") -> [(name: String, value: NamedValue)] {
        let item: JSONValue = ["type": ["string", "integer", "boolean"]]
        guard let value = value(key, about, ["type": "object", "additionalProperties": item]) else { return [] }
        guard let members = value.members else {
            note(key, "expected an object of names and values")
            return []
        }
        return members.compactMap { member in
            if let secret = secrets["\(key).\(member.name)"] { return (member.name, .secret(secret)) }
            if member.value.string.flatMap(SecretReference.init) != nil {
                note(key, "the secret is not there or empty", code: .missingSecret, entry: member.name)
                return nil
            }
            guard let text = member.value.idText ?? member.value.bool.map({ $0 ? "true" : "false" }) else {
                note(key, entry: member.name, "expected a text, a whole number, true or false")
                return nil
            }
            return (member.name, .text(text))
        }
    }

    /// A value under a name that a plugin does not know beforehand.
    public enum NamedValue: Sendable, Hashable {
        /// A text, or the text of a number or truth value.
        case text(String)
        /// A secret that the configuration names as `env:NAME` or `file:PATH`.
        case secret(Secret)
    }

    /// Refuses the keys that nobody read.
    ///
    /// - Throws: ``ConfigurationProblems`` with everything noted so far.
    public mutating func finish() throws(ConfigurationProblems) {
        let names = known + owner.commonNames
        for member in members where !known.contains(member.name) {
            let hint = ConfigurationReader.question(member.name, in: names)
            note(member.name, "this \(owner.word) has no setting \"\(member.name)\"", code: .unknownSetting, hint: hint)
        }
        guard problems.isEmpty else { throw ConfigurationProblems(problems) }
    }
}

extension PluginSettings.Owner {
    /// Where the owners stand in the configuration.
    fileprivate var place: String {
        switch self {
        case .sink: "/sinks/"
        case .provider: "/providers/"
        }
    }

    fileprivate var word: String {
        switch self {
        case .sink: "sink"
        case .provider: "provider instance"
        }
    }

    /// The settings that the engine itself reads.
    fileprivate var commonNames: [String] {
        switch self {
        case .sink: Setting<SinkInstance>.all.map(\.name)
        case .provider: Setting<ProviderInstance>.all.map(\.name)
        }
    }
}
