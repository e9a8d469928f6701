// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryJSON
import TributaryMapping
import TributaryModel
import TributarySigning

/// Puts the values of a delivery into the places of a request, each encoded for its place.
struct CallBuilder {
    let address: String
    let settings: SettingValues
    let document: DeliveryDocument

    /// The reason why a request cannot be made.
    struct Refusal: Error {
        let reason: String
    }

    func call(_ template: CallTemplate, label: String, isChange: Bool = true) throws(Refusal) -> Call {
        let path = try path(template.path)
        let fields = try values(of: template.query)
        let query = fields.compactMap { field in field.text.map { (field.name, $0) } }
        var call = Call(
            label,
            method: template.method,
            url: address + path + (query.isEmpty ? "" : "?" + Self.encoded(query)),
            // Nobody tells a platform of an event by a call that changes nothing; only a look-up changes none.
            isChange: isChange
        )
        call.secretParameters = fields.compactMap { field in field.secret.map { .init(field.name, $0) } }
        for field in try headers(template.headers) {
            if let secret = field.secret {
                call.secretHeaders.append(.init(field.name, prefix: field.prefix, secret))
            } else if let text = field.text {
                call.headers.set(field.name, field.prefix + text)
            }
        }
        switch template.body {
        case .none: break
        case .form(let fields):
            let pairs = try values(of: fields).map { ($0.name, $0.text ?? $0.secret?.revealedText ?? "") }
            call.body = Array(Self.encoded(pairs).utf8)
            call.headers.set("Content-Type", "application/x-www-form-urlencoded")
        case .json(let json):
            call.body = (try value(json, at: document.event) ?? [:]).encoded()
            call.headers.set("Content-Type", "application/json")
        }
        if let signing = template.signing { sign(&call, signing) }
        return call
    }

    // MARK: Signatures

    /// Signs a call, unless the operator has given no key, which only a setting that is not required allows.
    private func sign(_ call: inout Call, _ signing: PostbackSigning) {
        guard let secret = settings.secrets[signing.secret] else { return }
        if let form = signing.message.timed, case .header(let name) = signing.place {
            call.signing = CallSigning(
                form: form,
                timestampHeader: signing.timestampHeader,
                signatureHeader: name,
                secret: secret
            )
            return
        }
        let message = signing.message == .body ? call.body ?? [] : Self.query(of: call, signing.message)
        let tag = HMAC.digest(.sha256, key: secret.revealed, message: message).hexText
        // What is signed may be sent once more by whoever reads the signature, so nothing prints that either.
        switch signing.place {
        case .header(let name):
            call.secretHeaders.append(.init(name, prefix: signing.prefix, Secret(tag)))
        case .parameter(let name): call.secretParameters.append(.init(name, Secret(signing.prefix + tag)))
        }
    }

    private static func query(of call: Call, _ message: PostbackSigning.Message) -> [UInt8] {
        let url = call.revealedURL
        let query = url.firstIndex(of: "?").map { url[url.index(after: $0)...] } ?? ""
        guard message == .sortedQuery else { return Array(query.utf8) }
        // In the order of the bytes of their names, which percent-encoding keeps in ASCII; equal names stay in theirs.
        let pairs = query.split(separator: "&").enumerated().map {
            (name: $1.prefix { $0 != "=" }, offset: $0, text: $1)
        }
        let sorted = pairs.sorted {
            $0.name == $1.name ? $0.offset < $1.offset : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
        return Array(sorted.map(\.text).joined(separator: "&").utf8)
    }

    // MARK: Places

    /// A value may fill a segment, never leave it: a slash is encoded, and a segment of dots is refused.
    private func path(_ template: CompiledTemplate) throws(Refusal) -> String {
        let path = try evaluated { () throws(EvaluationFault) in
            try template.text(in: document.json, at: document.event, placing: URLText.encoded)
        }
        guard let path else {
            throw Refusal(reason: "the path needs \(template.selectors.joined(separator: ", ")), which is not there")
        }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !segments.contains("."), !segments.contains("..") else {
            throw Refusal(reason: "a value would lead out of the request's path")
        }
        return path
    }

    private struct Filled {
        let name: String
        var prefix = ""
        var text: String?
        var secret: Secret?
    }

    /// The fields that have a value.
    private func values(of fields: [PostbackField]) throws(Refusal) -> [Filled] {
        var filled: [Filled] = []
        for field in fields {
            switch field.value {
            case .expression(let expression):
                guard let value = try value(expression, at: document.event) else {
                    if field.isAlwaysSent { filled.append(Filled(name: field.name, text: "")) }
                    continue
                }
                guard let text = Self.text(of: value) else {
                    throw Refusal(reason: "\"\(field.name)\" wants a text, number or truth value")
                }
                filled.append(Filled(name: field.name, text: text))
            case .setting(let name, let prefix):
                if let secret = settings.secrets[name] {
                    filled.append(Filled(name: field.name, prefix: prefix, secret: secret))
                } else if let text = settings.texts[name] {
                    filled.append(Filled(name: field.name, prefix: prefix, text: text))
                }
            case .basic(let user, let password):
                let pair = [user, password].map { settings.secrets[$0]?.revealedText ?? settings.texts[$0] ?? "" }
                let secret = Secret(Base64.encode(Array(pair.joined(separator: ":").utf8)))
                filled.append(Filled(name: field.name, prefix: "Basic ", secret: secret))
            }
        }
        return filled
    }

    /// Header fields take visible ASCII and blanks between; anything else could begin a field of its own.
    private func headers(_ fields: [PostbackField]) throws(Refusal) -> [Filled] {
        let filled = try values(of: fields)
        for field in filled {
            let value = (field.text ?? field.secret?.revealedText ?? "").utf8
            let isClean = value.allSatisfy { (0x20...0x7E).contains($0) } && value.first != 0x20 && value.last != 0x20
            guard isClean else { throw Refusal(reason: "the value for the header \(field.name) cannot stand in one") }
        }
        return filled
    }

    private static func encoded(_ pairs: [(String, String)]) -> String {
        pairs.map { URLText.encoded($0) + "=" + URLText.encoded($1) }.joined(separator: "&")
    }

    private static func text(of value: JSONValue) -> String? {
        value.string ?? value.numberText ?? value.bool.map { $0 ? "true" : "false" }
    }

    // MARK: JSON

    private func value(_ template: JSONTemplate, at node: JSONNode) throws(Refusal) -> JSONValue? {
        switch template {
        case .expression(let expression): return try value(expression, at: node)
        case .number(let expression):
            guard let text = try value(expression, at: node).flatMap(Self.text) else { return nil }
            // Only digits that JSON takes; anything else would be text that nobody quoted.
            guard let number = try? JSONValue(parsing: Array(text.utf8)), number.numberText != nil else {
                throw Refusal(reason: "a number is wanted where the event has a text that is none")
            }
            return number
        case .string(let expression): return try value(expression, at: node).flatMap(Self.text).map(JSONValue.string)
        case .setting(let name):
            return (settings.texts[name] ?? settings.secrets[name]?.revealedText).map(JSONValue.string)
        case .object(let members):
            var filled: [JSONValue.Member] = []
            for member in members {
                if let value = try value(member.value, at: node) { filled.append(.init(member.name, value)) }
            }
            return .object(filled)
        case .list(let elements):
            var filled: [JSONValue] = []
            for element in elements {
                if let value = try value(element, at: node) { filled.append(value) }
            }
            return .array(filled)
        case .each(let selection, let item):
            let nodes = try evaluated { () throws(EvaluationFault) in try selection.nodes(in: document.json, at: node) }
            var filled: [JSONValue] = []
            for node in nodes {
                if let value = try value(item, at: node) { filled.append(value) }
            }
            return .array(filled)
        }
    }

    private func value(_ expression: CompiledExpression, at node: JSONNode) throws(Refusal) -> JSONValue? {
        try evaluated { () throws(EvaluationFault) in try expression.value(in: document.json, at: node) }
    }

    private func evaluated<Value>(_ work: () throws(EvaluationFault) -> Value) throws(Refusal) -> Value {
        do throws(EvaluationFault) {
            return try work()
        } catch {
            throw Refusal(reason: error.description)
        }
    }
}
