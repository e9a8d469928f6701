// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

/// Finds in the text of a mapping file what an explanation speaks of.
struct MappingPlaces {
    private let document: JSONDocument
    private let places: TextPlaces
    private var rules: [String: JSONNode] = [:]
    private var ignores: [String: JSONNode] = [:]

    init(_ document: JSONDocument, _ places: TextPlaces) {
        self.document = document
        self.places = places
        for rule in document.elements(of: document.member(document.root, "rules")) {
            if let id = document.member(rule, "id").flatMap(document.string) { rules[id] = rule }
        }
        for entry in document.elements(of: document.member(document.root, "ignore")) {
            if let why = document.member(entry, "why").flatMap(document.string) { ignores[why] = entry }
        }
    }

    /// The head of a rule or ignore entry: its `id`, or its `why`.
    func trial(_ name: String, isIgnoreEntry: Bool) -> PreviewPlace? {
        guard let node = isIgnoreEntry ? ignores[name] : rules[name] else { return nil }
        return member(of: node, isIgnoreEntry ? "why" : "id")
    }

    /// The clause that was false, or else the condition that holds it.
    func condition(_ name: String, isIgnoreEntry: Bool, clause: String?) -> PreviewPlace? {
        guard let node = isIgnoreEntry ? ignores[name] : rules[name] else { return nil }
        guard let clause, let condition = document.member(node, "where") else { return member(of: node, "at") }
        let range = document.byteRange(condition)
        let wanted = Array(clause.utf8)
        // Written with an escape, or put together by the parser, it does not stand there letter by letter.
        guard let start = document.bytes[range].firstRange(of: wanted)?.lowerBound else { return places.place(range) }
        return places.place(start..<start + wanted.count)
    }

    /// Where a rule fills a target: in its `set`, in a group that it uses, in the envelope, or in a key of its own.
    func target(_ name: String, rule: String?) -> PreviewPlace? {
        if name.hasPrefix("event.") {
            return document.member(document.root, "event").flatMap { member(of: $0, String(name.dropFirst(6))) }
        }
        guard let node = rule.flatMap({ rules[$0] }) else { return nil }
        if name == "key" || name == "aliases" { return member(of: node, name) }
        if let own = document.member(node, "set").flatMap({ member(of: $0, name) }) { return own }
        let groups = document.member(document.root, "defs")
        for group in document.elements(of: document.member(node, "use")).reversed() {
            guard let group = document.string(group),
                let place = groups.flatMap({ document.member($0, JSONKey(group)) }).flatMap({ member(of: $0, name) })
            else { continue }
            return place
        }
        return nil
    }

    /// A member from its name to the end of its value.
    private func member(of node: JSONNode, _ name: String) -> PreviewPlace? {
        guard let value = document.member(node, JSONKey(name)), let head = document.nameByteRange(value) else {
            return nil
        }
        return places.place(head.lowerBound..<document.byteRange(value).upperBound)
    }
}

extension JSONDocument {
    /// The elements of an array; none where it is anything else.
    func elements(of node: JSONNode?) -> [JSONNode] {
        guard let node, kind(node) == .array else { return [] }
        var result: [JSONNode] = []
        var next = firstChild(node)
        while let child = next {
            result.append(child)
            next = nextSibling(child)
        }
        return result
    }
}
