// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryMapping
import TributaryModel

extension PostbackReader {
    private static let requestKeys = [
        "id", "on", "where", "before", "end", "reason", "method", "path", "query", "headers", "form", "json", "answers",
    ]

    /// Keys of a request that make a call.
    private static let callKeys = ["method", "path", "query", "headers", "form", "json", "answers"]

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
        let calls = Self.callKeys.filter { members[$0] != nil }
        guard let end = members["end"] else {
            if let reason = members["reason"] {
                language.report(.unknownKey, "\"reason\" belongs to a request that ends without a call", at: reason)
            }
            let call = call(node, members)
            return id.map { PostbackRequest(id: $0, kinds: kinds, condition: condition, before: before, call: call) }
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

    private func ending(_ node: JSONNode) -> PostbackEnding? {
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

    private func call(_ node: JSONNode, _ members: [String: JSONNode]) -> CallTemplate? {
        let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        var method = members["json"] == nil && members["form"] == nil ? "GET" : "POST"
        if let node = members["method"], let word = language.text(node, "\"method\"") {
            if methods.contains(word) {
                method = word
            } else {
                language.reportChoice(word, "method", of: methods, at: node)
            }
        }
        let path = language.require("path", in: members, of: node, "a request").flatMap { self.path($0) }
        let query = members["query"].map { fields($0, "\"query\"") } ?? []
        let headers = members["headers"].map { self.headers($0) } ?? []
        var body = PostbackBody.none
        if let form = members["form"] { body = .form(fields(form, "\"form\"")) }
        if let json = members["json"] {
            if members["form"] != nil {
                language.report(.twoOperators, "a request has \"form\" or \"json\", not both", at: json)
            }
            if let object = object(json, "\"json\"") { body = .json(object) }
        }
        if method == "GET", let node = members["json"] ?? members["form"] {
            language.report(.wrongValue, "a GET has no body", hint: "name the \"method\"", at: node)
        }
        let answers = members["answers"].map { self.answers($0) } ?? []
        return path.map {
            CallTemplate(method: method, path: $0, query: query, headers: headers, body: body, answers: answers)
        }
    }

    // MARK: Places

    private func path(_ node: JSONNode) -> CompiledTemplate? {
        guard let path = template(node, "\"path\"") else { return nil }
        guard path.head.hasPrefix("/") else {
            language.report(.wrongValue, "a path begins with /", hint: "the host stands in \"address\"", at: node)
            return nil
        }
        let isClean = path.literals.allSatisfy { text in
            text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"?#\\\"<>^`{|}".utf8.contains($0) }
        }
        guard isClean else {
            let hint = "parameters stand in \"query\", and a blank is written %20"
            language.report(.wrongValue, "a path holds neither blanks nor ? nor #", hint: hint, at: node)
            return nil
        }
        return path
    }

    private func fields(_ node: JSONNode, _ what: String) -> [PostbackField] {
        language.entries(node, what).compactMap { field($0.name, $0.node, mayAuthenticate: false) }
    }

    private func headers(_ node: JSONNode) -> [PostbackField] {
        let own = [
            "host", "content-length", "content-type", "transfer-encoding", "connection", "expect", "upgrade", "te",
            "trailer", "keep-alive", "proxy-authorization", "proxy-connection",
        ]
        return language.entries(node, "\"headers\"").compactMap { entry in
            let isToken =
                !entry.name.isEmpty
                && entry.name.utf8.allSatisfy { byte in
                    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                        || "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            guard isToken else {
                let message = "\"\(entry.name)\" cannot be the name of a header field"
                language.reportName(.badHeaderName, message, at: entry.node)
                return nil
            }
            guard !own.contains(entry.name.lowercased()) else {
                let message = "the header \(entry.name) is the client's own business"
                language.reportName(.badHeaderName, message, at: entry.node)
                return nil
            }
            return field(entry.name, entry.node, mayAuthenticate: true)
        }
    }

    private func field(_ name: String, _ node: JSONNode, mayAuthenticate: Bool) -> PostbackField? {
        let document = language.document
        if document.kind(node) == .object, document.member(node, "setting") != nil {
            let allowed = mayAuthenticate ? ["setting", "prefix"] : ["setting"]
            guard let members = language.members(node, of: "\"\(name)\"", allowed: allowed),
                let setting = members["setting"].flatMap({ self.setting($0) })
            else { return nil }
            // A prefix may end with a blank, as `Bearer ` does.
            let prefix = members["prefix"].flatMap { language.text($0, "\"prefix\"") } ?? ""
            return PostbackField(name: name, value: .setting(setting, prefix: prefix))
        }
        if mayAuthenticate, document.kind(node) == .object, let basic = document.member(node, "basic") {
            _ = language.members(node, of: "\"\(name)\"", allowed: ["basic"])
            guard let members = language.members(basic, of: "\"basic\"", allowed: ["user", "password"]),
                let user = language.require("user", in: members, of: basic, "\"basic\"").flatMap({ setting($0) }),
                let password = language.require("password", in: members, of: basic, "\"basic\"")
                    .flatMap({ setting($0) })
            else { return nil }
            return PostbackField(name: name, value: .basic(user: user, password: password))
        }
        return expression(node, "\"\(name)\"").map { PostbackField(name: name, value: .expression($0)) }
    }

    private func setting(_ node: JSONNode) -> String? {
        language.text(node, "\"setting\"").flatMap { refer(to: $0, at: node)?.name }
    }

    // MARK: JSON

    private func object(_ node: JSONNode, _ what: String) -> JSONTemplate? {
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
            default: return setting(first).map(JSONTemplate.setting)
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
