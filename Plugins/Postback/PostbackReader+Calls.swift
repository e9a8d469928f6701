// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryMapping

extension PostbackReader {
    /// Keys that make a call.
    static let callKeys = ["address", "method", "path", "query", "headers", "form", "json", "sign", "answers"]

    func call(_ node: JSONNode, _ members: [String: JSONNode], _ what: String) -> CallTemplate? {
        let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        var method = members["json"] == nil && members["form"] == nil ? "GET" : "POST"
        if let node = members["method"], let word = language.text(node, "\"method\"") {
            if methods.contains(word) {
                method = word
            } else {
                language.reportChoice(word, "method", of: methods, at: node)
            }
        }
        let path = language.require("path", in: members, of: node, what).flatMap { self.path($0) }
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
        let address = members["address"].flatMap { self.address($0) }
        let signing = members["sign"].flatMap { self.signing($0, isBody: members["form"] ?? members["json"] != nil) }
        let answers = members["answers"].map { self.answers($0) } ?? []
        return path.map {
            CallTemplate(
                address: address,
                method: method,
                path: $0,
                query: query,
                headers: headers,
                body: body,
                signing: signing,
                answers: answers
            )
        }
    }

    /// A look-up before a call.
    func find(_ node: JSONNode) -> PostbackFind? {
        let what = "\"find\""
        guard let members = language.members(node, of: what, allowed: Self.callKeys + ["choose", "before"]) else {
            return nil
        }
        let call = call(node, members, what)
        let choose = language.require("choose", in: members, of: node, what)
            .flatMap { selection($0, "\"choose\"") }
        mayReferToFound = true
        defer { mayReferToFound = false }
        let before = members["before"].flatMap { language.list($0, "\"before\"") }?.compactMap(ending) ?? []
        guard let call, let choose else { return nil }
        return PostbackFind(call: call, choose: choose, before: before)
    }

    // MARK: Signatures

    private func signing(_ node: JSONNode, isBody: Bool) -> PostbackSigning? {
        let what = "\"sign\""
        let keys = ["of", "secret", "header", "parameter", "prefix", "timestamp_header"]
        guard let members = language.members(node, of: what, allowed: keys) else { return nil }
        let secret = language.require("secret", in: members, of: node, what).flatMap { key($0) }
        var message: PostbackSigning.Message?
        if let of = language.require("of", in: members, of: node, what), let word = language.text(of, "\"of\"") {
            message = PostbackSigning.Message(rawValue: word)
            if message == nil {
                let choices = PostbackSigning.Message.allCases.map(\.rawValue)
                language.reportChoice(word, "thing to sign", of: choices, at: of)
            } else if word == "body", !isBody {
                let hint = "\"query\" signs what a call without a body sends"
                language.report(.wrongValue, "the call has no body to sign", hint: hint, at: of)
            }
        }
        let prefix = members["prefix"].flatMap { language.text($0, "\"prefix\"") } ?? ""
        let timestamp = members["timestamp_header"].flatMap { headerName($0) }
        guard let place = signaturePlace(node, members), let secret, let message else { return nil }
        if message.timed != nil {
            guard case .header = place, let timestamp, prefix.isEmpty else {
                let hint = "give \"header\" and \"timestamp_header\", and no \"prefix\""
                let text = "a signature over the time stands in a header field beside another with the time"
                language.report(.wrongValue, text, hint: hint, at: node)
                return nil
            }
            return PostbackSigning(
                message: message,
                secret: secret,
                place: place,
                prefix: "",
                timestampHeader: timestamp
            )
        }
        if let node = members["timestamp_header"] {
            let hint = "sign \"timestamp.body\""
            language.report(.wrongValue, "the time is not signed", hint: hint, at: node)
        }
        return PostbackSigning(message: message, secret: secret, place: place, prefix: prefix, timestampHeader: "")
    }

    private func signaturePlace(_ node: JSONNode, _ members: [String: JSONNode]) -> PostbackSigning.Place? {
        switch (members["header"], members["parameter"]) {
        case (let header?, nil): return headerName(header).map { .header($0) }
        case (nil, let parameter?): return language.text(parameter, "\"parameter\"").map { .parameter($0) }
        case (nil, nil), (.some, .some):
            language.report(.wrongValue, "a signature has a \"header\" or a \"parameter\", one of both", at: node)
            return nil
        }
    }

    /// The setting that holds a key.
    private func key(_ node: JSONNode) -> String? {
        guard let name = language.text(node, "\"secret\""), let setting = refer(to: name, at: node) else { return nil }
        guard setting.kind != .secret else { return name }
        let hint = "give it \"type\": \"secret\""
        language.report(.wrongValue, "\"\(name)\" is no secret, and signs", hint: hint, at: node)
        return nil
    }

    private func headerName(_ node: JSONNode) -> String? {
        guard let name = language.text(node, "the name of a header field") else { return nil }
        guard let problem = Self.problem(withHeader: name) else { return name }
        language.report(.badHeaderName, problem, at: node)
        return nil
    }

    private static func problem(withHeader name: String) -> String? {
        let isToken =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        guard isToken else { return "\"\(name)\" cannot be the name of a header field" }
        return ownHeaders.contains(name.lowercased()) ? "the header \(name) is the client's own business" : nil
    }

    private static let ownHeaders = [
        "host", "content-length", "content-type", "transfer-encoding", "connection", "expect", "upgrade", "te",
        "trailer", "keep-alive", "proxy-authorization", "proxy-connection",
    ]

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
        language.entries(node, "\"headers\"").compactMap { entry in
            if let problem = Self.problem(withHeader: entry.name) {
                language.reportName(.badHeaderName, problem, at: entry.node)
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
                let setting = members["setting"].flatMap({ settingName($0) })
            else { return nil }
            // A prefix may end with a blank, as `Bearer ` does.
            let prefix = members["prefix"].flatMap { language.text($0, "\"prefix\"") } ?? ""
            return PostbackField(name: name, value: .setting(setting, prefix: prefix))
        }
        if mayAuthenticate, document.kind(node) == .object, let basic = document.member(node, "basic") {
            _ = language.members(node, of: "\"\(name)\"", allowed: ["basic"])
            guard let members = language.members(basic, of: "\"basic\"", allowed: ["user", "password"]),
                let user = language.require("user", in: members, of: basic, "\"basic\"").flatMap({ settingName($0) }),
                let password = language.require("password", in: members, of: basic, "\"basic\"")
                    .flatMap({ settingName($0) })
            else { return nil }
            return PostbackField(name: name, value: .basic(user: user, password: password))
        }
        if document.kind(node) == .object, let own = document.member(node, "or_empty") {
            _ = language.members(node, of: "\"\(name)\"", allowed: ["or_empty"])
            return expression(own, "\"or_empty\"").map {
                PostbackField(name: name, value: .expression($0), isAlwaysSent: true)
            }
        }
        return expression(node, "\"\(name)\"").map { PostbackField(name: name, value: .expression($0)) }
    }

    func settingName(_ node: JSONNode) -> String? {
        language.text(node, "\"setting\"").flatMap { refer(to: $0, at: node)?.name }
    }
}
