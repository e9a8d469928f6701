// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryMapping
import TributaryModel

extension PostbackReader {
    private static let requestKeys = ["id", "on", "where", "before", "end", "reason", "find"] + callKeys

    func requests(_ node: JSONNode) -> [PostbackRequest] {
        guard let nodes = language.list(node, "\"requests\"") else { return [] }
        if nodes.isEmpty { language.report(.empty, "\"requests\" must not be empty", at: node) }
        var requests: [PostbackRequest] = []
        for node in nodes {
            guard let request = request(node) else { continue }
            if requests.contains(where: { $0.id == request.id }) {
                language.report(.repeatedRule, "there is another request \"\(request.id)\"", at: node)
            }
            requests.append(request)
        }
        return requests
    }

    private func request(_ node: JSONNode) -> PostbackRequest? {
        let what = "a request"
        guard let members = language.members(node, of: what, allowed: Self.requestKeys) else { return nil }
        let id = language.require("id", in: members, of: node, what).flatMap { language.text($0, "\"id\"") }
        let kinds = language.require("on", in: members, of: node, what).map { self.kinds($0, "\"on\"") } ?? []
        let condition = members["where"].flatMap { self.condition($0, "\"where\"") }
        var before = members["before"].flatMap { language.list($0, "\"before\"") }?.compactMap(ending) ?? []
        let calls = (Self.callKeys + ["find"]).filter { members[$0] != nil }
        guard let end = members["end"] else {
            if let reason = members["reason"] {
                language.report(.unknownKey, "\"reason\" belongs to a request that ends without a call", at: reason)
            }
            let find = members["find"].flatMap { self.find($0) }
            mayReferToFound = members["find"] != nil
            defer { mayReferToFound = false }
            let call = call(node, members, "a request")
            return id.map {
                PostbackRequest(id: $0, kinds: kinds, condition: condition, before: before, find: find, call: call)
            }
        }
        if let name = calls.first, let member = members[name] {
            language.report(.twoOperators, "a request either makes a call or has an \"end\", not both", at: member)
        }
        if let end = self.end(end), let reason = language.require("reason", in: members, of: node, what),
            let reason = template(reason, "\"reason\"")
        {
            before.append(PostbackEnding(condition: nil, end: end, reason: reason))
        }
        return id.map { PostbackRequest(id: $0, kinds: kinds, condition: condition, before: before, call: nil) }
    }

    func ending(_ node: JSONNode) -> PostbackEnding? {
        let what = "an entry of \"before\""
        guard let members = language.members(node, of: what, allowed: ["where", "end", "reason"]) else { return nil }
        let condition = language.require("where", in: members, of: node, what)
            .flatMap { self.condition($0, "\"where\"") }
        let end = language.require("end", in: members, of: node, what).flatMap { self.end($0) }
        let reason = language.require("reason", in: members, of: node, what).flatMap { template($0, "\"reason\"") }
        guard let condition, let end, let reason else { return nil }
        return PostbackEnding(condition: condition, end: end, reason: reason)
    }

    private func end(_ node: JSONNode) -> DeliveryEnd? {
        guard let word = language.text(node, "\"end\"") else { return nil }
        if let end = DeliveryEnd(rawValue: word) { return end }
        language.reportChoice(word, "end", of: DeliveryEnd.allCases.map(\.rawValue), at: node)
        return nil
    }

    // MARK: JSON

    func object(_ node: JSONNode, _ what: String) -> JSONTemplate? {
        let entries = language.entries(node, what)
        let members = entries.compactMap { entry in
            json(entry.node, "\"\(entry.name)\"").map { JSONTemplate.Member(name: entry.name, value: $0) }
        }
        return members.count == entries.count ? .object(members) : nil
    }

    private func json(_ node: JSONNode, _ what: String) -> JSONTemplate? {
        let document = language.document
        if document.kind(node) == .array {
            let nodes = language.list(node, what) ?? []
            let elements = nodes.compactMap { json($0, "an element of \(what)") }
            return elements.count == nodes.count ? .list(elements) : nil
        }
        guard document.kind(node) == .object, let first = document.firstChild(node), let key = document.name(first)
        else { return expression(node, what).map(JSONTemplate.expression) }
        switch key {
        case "object", "number", "string", "setting":
            guard language.members(node, of: what, allowed: [key]) != nil else { return nil }
            switch key {
            case "object": return object(first, what)
            case "number": return expression(first, "\"number\"").map(JSONTemplate.number)
            case "string": return expression(first, "\"string\"").map(JSONTemplate.string)
            default: return settingName(first).map(JSONTemplate.setting)
            }
        case "each", "item":
            guard let members = language.members(node, of: "\"each\"", allowed: ["each", "item"]),
                let each = language.require("each", in: members, of: node, what)
                    .flatMap({ language.selection($0, "\"each\"") }),
                let item = language.require("item", in: members, of: node, what).flatMap({ json($0, "\"item\"") })
            else { return nil }
            check([each.text], at: node)
            return .each(each, item)
        default: return expression(node, what).map(JSONTemplate.expression)
        }
    }
}
