// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryJSON
import TributaryMapping
import TributaryModel

/// Reads the sections of a description.
final class PostbackReader {
    let language: DescriptionReader
    /// The settings that the file declares, by name; filled before anything refers to them.
    var settings: [PostbackSetting] = []
    /// The settings that something refers to.
    var used: Set<String> = []
    /// Whether what is read stands behind a look-up.
    var mayReferToFound = false

    struct Sections {
        var name: String
        var version: String
        var address: PostbackAddress
        var settings: [PostbackSetting]
        var capabilities: PostbackCapabilities
        var requests: [PostbackRequest]
        var answers: [AnswerRule]
        var tests: [PostbackTest]
    }

    private static let keys = [
        "$schema", "postback", "name", "version", "about", "address", "settings", "capabilities", "requests", "answers",
        "sample", "tests",
    ]

    init(_ language: DescriptionReader) { self.language = language }

    /// Reads everything; `nil` where something that is needed is missing or wrong, which has then been reported.
    func sections() -> Sections? {
        let root = language.document.root
        let what = "a description"
        guard let members = language.members(root, of: what, allowed: Self.keys) else { return nil }
        for name in ["$schema", "about"] { _ = members[name].flatMap { language.text($0, "\"\(name)\"") } }
        if let format = language.require("postback", in: members, of: root, what),
            let number = language.integer(format, "\"postback\""), number != 1
        {
            let message = "\"postback\" is the version of the format, which is 1; found \(number)"
            language.report(.wrongValue, message, at: format)
        }
        let name = language.require("name", in: members, of: root, what).flatMap { self.name($0) }
        let version = language.require("version", in: members, of: root, what)
            .flatMap { language.text($0, "\"version\"") }
        if let node = members["settings"] { settings = language.entries(node, "\"settings\"").compactMap(setting) }
        let address = language.require("address", in: members, of: root, what).flatMap { self.address($0) }
        let capabilities = members["capabilities"].map { self.capabilities($0) } ?? PostbackCapabilities()
        let requests = language.require("requests", in: members, of: root, what).map { self.requests($0) } ?? []
        let answers = members["answers"].map { self.answers($0) } ?? []
        let sample = members["sample"].map { self.texts($0, "\"sample\"") } ?? [:]
        let tests = members["tests"].map { self.tests($0, sample: sample) } ?? []
        for setting in settings where !used.contains(setting.name) && !language.diagnostics.hasErrors {
            guard let node = members["settings"].flatMap({ language.document.member($0, JSONKey(setting.name)) }) else {
                continue
            }
            let message = "nothing in the file refers to the setting \"\(setting.name)\""
            language.report(.doubtfulExpression, message, at: node, severity: .warning)
        }
        guard let name, let version, let address else { return nil }
        return Sections(
            name: name,
            version: version,
            address: address,
            settings: settings,
            capabilities: capabilities,
            requests: requests,
            answers: answers,
            tests: tests
        )
    }

    private func name(_ node: JSONNode) -> String? {
        guard let name = language.text(node, "\"name\"") else { return nil }
        let isName = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "-")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        if isName { return name }
        let hint = "lower-case letters, digits and -"
        language.report(.wrongValue, "\"\(name)\" cannot be a platform's name", hint: hint, at: node)
        return nil
    }

    // MARK: Settings

    private func setting(_ name: String, _ node: JSONNode) -> PostbackSetting? {
        let what = "the setting \"\(name)\""
        guard
            let members = language.members(
                node,
                of: what,
                allowed: ["about", "type", "choices", "default", "required"]
            )
        else { return nil }
        _ = members["about"].flatMap { language.text($0, "\"about\"") }
        var kind = PostbackSetting.Kind.text
        if let node = members["type"], let word = language.text(node, "\"type\"") {
            switch word {
            case "text": kind = .text
            case "host": kind = .host
            case "currency": kind = .currency
            case "secret": kind = .secret
            default: language.reportChoice(word, "type", of: ["text", "host", "currency", "secret"], at: node)
            }
        }
        if let node = members["choices"], let choices = language.texts(node, "\"choices\"") { kind = .choice(choices) }
        let fallback = members["default"].flatMap { language.text($0, "\"default\"") }
        let required = members["required"].flatMap { language.bool($0, "\"required\"") }
        let setting = PostbackSetting(
            name: name,
            kind: kind,
            isRequired: required ?? (fallback == nil),
            fallback: fallback
        )
        if let fallback, let node = members["default"], let problem = setting.problem(with: fallback) {
            language.report(.wrongValue, "the default of \(what): \(problem)", at: node)
        }
        return setting
    }

    /// Notes that something refers to a setting; reports one that is not declared.
    func refer(to name: String, at node: JSONNode) -> PostbackSetting? {
        used.insert(name)
        if let setting = settings.first(where: { $0.name == name }) { return setting }
        guard settings.isEmpty else {
            language.reportChoice(name, "setting of this file", of: settings.map(\.name), at: node)
            return nil
        }
        let message = "\"\(name)\" is no setting of this file"
        language.report(.wrongValue, message, hint: "declare it in \"settings\"", at: node)
        return nil
    }

    /// An object of texts.
    func texts(_ node: JSONNode, _ what: String) -> [String: String] {
        var texts: [String: String] = [:]
        for entry in language.entries(node, what) {
            texts[entry.name] = language.text(entry.node, "\"\(entry.name)\"")
        }
        return texts
    }

    // MARK: The address

    func address(_ node: JSONNode) -> PostbackAddress? {
        guard let text = language.text(node, "\"address\"") else { return nil }
        func refuse(_ message: String, _ hint: String) -> PostbackAddress? {
            language.report(.wrongValue, message, hint: hint, at: node)
            return nil
        }
        let example = "such as \"https://track.example.com\" or \"https://{domain}\""
        guard text.hasPrefix("https://") else { return refuse("the address does not begin with https://", example) }
        var parts: [PostbackAddress.Part] = [.text("https://")]
        var rest = text.dropFirst("https://".count)
        guard !rest.isEmpty, rest.first != "/" else { return refuse("the address names no host", example) }
        while let open = rest.firstIndex(of: "{") {
            guard let close = rest[open...].firstIndex(of: "}") else {
                return refuse("a brace in the address is never closed", example)
            }
            if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
            let name = String(rest[rest.index(after: open)..<close])
            guard let setting = refer(to: name, at: node) else { return nil }
            guard setting.kind == .host else {
                return refuse("\"\(name)\" stands in the address", "give the setting \"type\": \"host\"")
            }
            parts.append(.setting(name))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        let plain = parts.reduce(into: "") { if case .text(let piece) = $1 { $0 += piece } }
        let isPlain = plain.dropFirst("https://".count).utf8.allSatisfy { byte in
            PostbackAddress.isHost(String(UnicodeScalar(byte))) || "./:-_~".utf8.contains(byte)
        }
        guard isPlain, !text.hasSuffix("/") else {
            return refuse("the address is more than scheme, host and path", "no ?, #, @ or blank, and no / at its end")
        }
        return PostbackAddress(parts: parts)
    }

    // MARK: Capabilities

    private func capabilities(_ node: JSONNode) -> PostbackCapabilities {
        var capabilities = PostbackCapabilities()
        let names = ["refunds", "identifiers", "parameters", "ordered", "send"]
        guard let members = language.members(node, of: "\"capabilities\"", allowed: names) else { return capabilities }
        let choices = ["none", "full", "once", "partial"]
        if let node = members["refunds"], language.document.kind(node) == .object {
            capabilities.refundsSetting = refundsSetting(node, choices)
        } else if let node = members["refunds"], let word = language.text(node, "\"refunds\"") {
            if let refunds = RefundSupport(rawValue: word) {
                capabilities.refunds = refunds
            } else {
                language.reportChoice(word, "way of taking refunds", of: choices, at: node)
            }
        }
        if let node = members["identifiers"], let nodes = language.list(node, "\"identifiers\"") {
            capabilities.identifiers = nodes.compactMap(identifier)
        }
        if let node = members["parameters"] {
            for entry in language.entries(node, "\"parameters\"") {
                capabilities.parameters[entry.name] = identifier(entry.node)
            }
        }
        if let node = members["ordered"] { capabilities.needsOrder = language.bool(node, "\"ordered\"") ?? false }
        if let node = members["send"] { capabilities.kindsByDefault = kinds(node, "\"send\"") }
        return capabilities
    }

    /// The setting that says how refunds are taken: all of its choices must be ways of taking them.
    private func refundsSetting(_ node: JSONNode, _ choices: [String]) -> String? {
        guard let members = language.members(node, of: "\"refunds\"", allowed: ["setting"]),
            let name = language.require("setting", in: members, of: node, "\"refunds\""),
            let setting = language.text(name, "\"setting\"").flatMap({ refer(to: $0, at: name) })
        else { return nil }
        if case .choice(let own) = setting.kind, own.allSatisfy(choices.contains) { return setting.name }
        let hint = "give it \"choices\" out of \(choices.joined(separator: ", "))"
        language.report(.wrongValue, "the setting \"\(setting.name)\" says nothing about refunds", hint: hint, at: name)
        return nil
    }

    private func identifier(_ node: JSONNode) -> Identifier? {
        guard let word = language.text(node, "an identifier") else { return nil }
        if let identifier = Identifier(rawValue: word) { return identifier }
        language.reportChoice(word, "identifier", of: Identifier.all.map(\.rawValue), at: node)
        return nil
    }

    func kinds(_ node: JSONNode, _ what: String) -> Set<EventKind> {
        var kinds: Set<EventKind> = []
        for element in language.list(node, what) ?? [] {
            guard let word = language.text(element, "each entry of \(what)") else { continue }
            if let kind = EventKind(rawValue: word) {
                kinds.insert(kind)
            } else {
                language.reportUnknownKind(word, at: element)
            }
        }
        return kinds
    }
}
