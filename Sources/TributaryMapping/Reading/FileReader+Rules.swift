// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

extension FileReader {
    private static let ruleKeys = [
        "id", "on", "profiles", "at", "where", "emit", "key", "aliases", "use", "set", "why",
    ]

    func rules(_ node: JSONNode, profiles: [String], groups: [String: AssignmentGroup]) -> [Rule] {
        guard let elements = list(node, "\"rules\"") else { return [] }
        var firstOfID: [String: JSONNode] = [:]
        return elements.compactMap { element in
            guard let members = members(element, of: "a rule", allowed: Self.ruleKeys) else { return nil }
            guard let idNode = require("id", in: members, of: element, "a rule"), let id = text(idNode, "\"id\"")
            else {
                _ = rule(element, members, id: "?", at: headRange(element), profiles, groups)
                return nil
            }
            if let first = firstOfID[id] {
                report(
                    .repeatedRule,
                    "there are two rules \"\(id)\"",
                    hint: "the other one is in line \(line(of: document.byteRange(first).lowerBound))",
                    at: idNode
                )
            } else {
                firstOfID[id] = idNode
            }
            return rule(element, members, id: id, at: document.byteRange(idNode), profiles, groups)
        }
    }

    private func rule(
        _ node: JSONNode,
        _ members: [String: JSONNode],
        id: String,
        at range: Range<Int>,
        _ profiles: [String],
        _ groups: [String: AssignmentGroup]
    ) -> Rule? {
        let types = require("on", in: members, of: node, "a rule").flatMap { texts($0, "\"on\"") }
        let chosen = members["profiles"].flatMap { profileList($0, profiles) }
        let (at, condition) = place(members)
        let kind = require("emit", in: members, of: node, "a rule").flatMap { self.kind($0) }
        let keys = require("key", in: members, of: node, "a rule").flatMap { self.keys($0) }
        let aliases = members["aliases"].map { self.aliases($0) } ?? []
        let why = members["why"].flatMap { text($0, "\"why\"") }
        let used = members["use"].map { self.groups(usedIn: $0, of: groups) } ?? []
        let own = members["set"].map { self.assignments($0) } ?? []
        if let kind { requireTargets(of: kind, members["set"], used, node) }
        guard let types, let kind, let keys else { return nil }
        return Rule(
            id: id,
            types: types,
            profiles: chosen,
            at: at,
            condition: condition,
            kind: kind,
            keys: keys,
            aliases: aliases,
            assignments: Self.joined(used, own),
            why: why,
            range: range
        )
    }

    /// `at` and `where` of a rule or ignore entry.
    func place(_ members: [String: JSONNode]) -> (at: Selector?, condition: Predicate?) {
        (
            members["at"].flatMap { selector($0, "\"at\"", .some, singular: false) },
            members["where"].flatMap { predicate($0, "\"where\"") }
        )
    }

    func profileList(_ node: JSONNode, _ profiles: [String]) -> [String]? {
        guard let names = texts(node, "\"profiles\"") else { return nil }
        for name in names { check(profile: name.name, at: name.range, profiles) }
        return names.map(\.name)
    }

    func check(profile: String, at range: Range<Int>, _ profiles: [String]) {
        guard !profiles.contains(profile) else { return }
        report(
            .unknownProfile,
            "the file declares no profile \"\(profile)\"",
            hint: Spelling.question(profile, in: profiles)
                ?? (profiles.isEmpty
                    ? "declare it at the top: \"profiles\": [\"\(profile)\"]"
                    : "declared are \(profiles.joined(separator: ", "))"),
            at: range
        )
    }

    private func kind(_ node: JSONNode) -> EventKind? {
        guard let text = text(node, "\"emit\"") else { return nil }
        if let kind = EventKind(rawValue: text) { return kind }
        let names = EventKind.allCases.map(\.rawValue)
        report(
            .unknownKind,
            "there is no kind of event \"\(text)\"",
            hint: Spelling.question(text, in: names) ?? "the kinds are \(names.joined(separator: ", "))",
            at: node
        )
        return nil
    }

    /// One pair, or several of which the first that is there counts.
    private func keys(_ node: JSONNode) -> [Identifier]? {
        guard document.kind(node) == .object else { return identifier(node, "\"key\"").map { [$0] } }
        guard let members = members(node, of: "\"key\"", allowed: ["first"]),
            let first = require("first", in: members, of: node, "\"key\""),
            let pairs = list(first, "\"first\"")
        else { return nil }
        if pairs.isEmpty { report(.empty, "\"first\" must not be empty", at: first) }
        let keys = pairs.compactMap { identifier($0, "a key") }
        return keys.isEmpty || keys.count < pairs.count ? nil : keys
    }

    private func aliases(_ node: JSONNode) -> [Identifier] {
        (list(node, "\"aliases\"") ?? []).compactMap { identifier($0, "an alias") }
    }

    private func identifier(_ node: JSONNode, _ what: String) -> Identifier? {
        guard document.kind(node) == .array else {
            reportType(node, what, expected: "a pair such as [\"invoice\", \"@.id\"]")
            return nil
        }
        let parts = elements(node)
        guard parts.count == 2 else {
            report(
                .wrongValue,
                "\(what) is a pair, what it is an id of and where the id is; found \(parts.count)",
                hint: "for example [\"invoice\", \"@.id\"]",
                at: node
            )
            return nil
        }
        let type = text(parts[0], "the first entry of \(what)")
        let expression = expression(parts[1], what, .some, .text)
        guard let type, let expression else { return nil }
        let isWord = type.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard isWord else {
            report(
                .wrongValue,
                "\"\(type)\" cannot name what an id is of",
                hint: "use lower-case letters, digits and _",
                at: parts[0]
            )
            return nil
        }
        return Identifier(type: type, expression: expression)
    }

    /// What fills the targets that an object names.
    func assignments(_ node: JSONNode) -> [Assignment] {
        guard document.kind(node) == .object else {
            reportType(node, "\"set\"", expected: "an object")
            return []
        }
        return children(node).compactMap { name, value in
            guard let target = Target(name) else {
                reportUnknownTarget(name, value)
                return nil
            }
            return expression(value, "\"\(name)\"", .some, target.shape).map {
                Assignment(name: name, target: target, expression: $0)
            }
        }
    }

    private func reportUnknownTarget(_ name: String, _ value: JSONNode) {
        let names = Target.byName.keys.sorted()
        var hint = Spelling.question(name, in: names)
        if hint == nil, let whole = names.first(where: { $0.hasSuffix("." + name) }) {
            hint = "did you mean \"\(whole)\"?"
        }
        if hint == nil, name.hasPrefix("raw.") { hint = "behind raw. stand lower-case letters, digits and _" }
        report(
            .unknownTarget,
            "the common event has no \"\(name)\"",
            hint: hint ?? "an id for support goes to \"raw.<name>\"",
            at: nameRange(value)
        )
    }

    private func requireTargets(
        of kind: EventKind,
        _ set: JSONNode?,
        _ used: [AssignmentGroup],
        _ rule: JSONNode
    ) {
        let required = Rule.required(kind)
        guard !required.isEmpty else { return }
        let names = used.flatMap(\.names) + (set.map { children($0).map(\.name) } ?? [])
        guard !names.contains(where: { Target($0).map(required.contains) == true }) else { return }
        let words = required.map { "\"\($0.fieldName)\"" }.joined(separator: " or ")
        report(.missingTarget, "a \(kind.rawValue) needs \(words) in \"set\"", at: set ?? rule)
    }

    // MARK: Ignore

    func ignores(_ node: JSONNode, profiles: [String]) -> [IgnoreEntry] {
        guard let elements = list(node, "\"ignore\"") else { return [] }
        return elements.compactMap { element in
            let what = "an ignore entry"
            guard let members = members(element, of: what, allowed: ["on", "why", "at", "where", "profiles"]) else {
                return nil
            }
            let types = require("on", in: members, of: element, what).flatMap { texts($0, "\"on\"") }
            let why = require("why", in: members, of: element, what).flatMap { text($0, "\"why\"") }
            let chosen = members["profiles"].flatMap { profileList($0, profiles) }
            let (at, condition) = place(members)
            if let node = members["at"], members["where"] == nil {
                report(.missingKey, "\"at\" of an ignore entry is for its \"where\", which is missing", at: node)
            }
            guard let types, let why else { return nil }
            return IgnoreEntry(types: types, why: why, profiles: chosen, at: at, condition: condition)
        }
    }
}

extension Target {
    /// The name in a mapping file.
    var fieldName: String {
        if case .raw(let name) = self { return "raw." + name }
        return Self.byName.first { $0.value == self }?.key ?? ""
    }
}
