// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

extension VerifyDeclaration {
    private enum SchemeName: String, CaseIterable {
        case hmac
        case token
        case basic
        case path
        case none
    }

    /// Reads the `verify` object of a mapping file.
    ///
    /// One of:
    /// - `{"preset": "stripe" | "standard-webhooks"}`, where `header`, `timestamp`, `id`, `key` and `tolerance` may
    ///   replace the preset's own (Polar: `"key": "text"`; Svix: other header names).
    /// - `{"scheme": "hmac"}` with `algorithm` (`sha1`, `sha256`, `sha512`), `header`, `message`, `encoding` (`hex`,
    ///   `hex-any-case`, `base64`) and `key` (`text`, `base64`, `hex`, `whsec`), all required, and where needed
    ///   `signature` (`"plain"`, `{"prefix": "sha256="}` or `{"pairs": "v1", "by": ",", "is": "="}`),
    ///   `timestamp` (`{"header": …}` or `{"pair": "t"}`, with `"unit": "s" | "ms"`), `id` (`{"header": …}`) and
    ///   `tolerance` in seconds. `message` lists what is signed: `"t"`, `"id"`, `"body"`, `{"header": …}`,
    ///   `{"const": …}`.
    /// - `{"scheme": "token", "header": …}`, with `prefix` where one stands before the token.
    /// - `{"scheme": "basic"}`, `{"scheme": "path"}` or `{"scheme": "none"}`.
    /// - `{"any": [verify, …]}`: two or more of the above that have different headers, first those that bind the body.
    /// - `{"plugin": NAME}`: what only code can prove.
    ///
    /// - Parameters:
    ///   - json: `{"preset": …}`, `{"scheme": …}` with the parts of that scheme, `{"any": […]}` or `{"plugin": …}`.
    ///   - pointer: RFC 6901 pointer to the object in its file, for the places in the error.
    /// - Throws: ``VerifyDeclarationError`` with every problem found.
    public init(json: JSONValue, at pointer: String = "") throws(VerifyDeclarationError) {
        var problems: [VerifyDeclarationError.Problem] = []
        guard var reader = DeclarationReader(json, at: pointer, collecting: &problems) else {
            throw VerifyDeclarationError(problems)
        }
        let declaration = Self.read(&reader)
        guard let declaration, reader.problems.isEmpty else { throw VerifyDeclarationError(reader.problems) }
        self = declaration
    }

    private static func read(_ reader: inout DeclarationReader) -> VerifyDeclaration? {
        if reader.member("preset") != nil {
            reader.close(["preset", "header", "timestamp", "id", "key", "tolerance"])
            guard let preset = reader.word("preset", Preset.self) else { return nil }
            return HMACDeclaration.read(&reader, over: preset.declaration).map(VerifyDeclaration.hmac)
        }
        if let alternatives = reader.member("any") {
            reader.close(["any"])
            return Self.alternatives(alternatives, &reader)
        }
        if reader.member("plugin") != nil {
            reader.close(["plugin"])
            return reader.name("plugin").map(VerifyDeclaration.plugin)
        }
        guard reader.member("scheme") != nil else {
            reader.close(["preset", "scheme", "any", "plugin"] + HMACDeclaration.keys)
            let message = "\"preset\", \"scheme\", \"any\" or \"plugin\" is missing"
            reader.refuse(.missingKey, reader.pointer, message)
            return nil
        }
        guard let scheme = reader.word("scheme", SchemeName.self) else { return nil }
        switch scheme {
        case .hmac:
            reader.close(["scheme"] + HMACDeclaration.keys)
            return HMACDeclaration.read(&reader, over: nil).map(VerifyDeclaration.hmac)
        case .token:
            reader.close(["scheme", "header", "prefix"])
            let (header, prefix) = (reader.text("header"), reader.optionalText("prefix"))
            guard let header else { return nil }
            do throws(VerifyDeclarationError) {
                return .token(try TokenDeclaration(header: header, prefix: prefix ?? ""))
            } catch {
                reader.refuse(.badHeaderName, reader.place("header"), "a header name was expected")
                return nil
            }
        case .basic:
            reader.close(["scheme"])
            return .basic
        case .path:
            reader.close(["scheme"])
            return .path
        case .none:
            reader.close(["scheme"])
            return .unauthenticated
        }
    }

    /// The `verify` object that reads back as this declaration; a preset where it is exactly one.
    public var json: JSONValue {
        switch self {
        case .hmac(let declaration):
            if let preset = Preset.allCases.first(where: { $0.declaration == declaration }) {
                return ["preset": .string(preset.rawValue)]
            }
            return declaration.json
        case .token(let token):
            var members = [
                JSONValue.Member("scheme", .string(SchemeName.token.rawValue)), .init("header", .string(token.header)),
            ]
            if !token.prefix.isEmpty { members.append(.init("prefix", .string(token.prefix))) }
            return .object(members)
        case .basic: return ["scheme": .string(SchemeName.basic.rawValue)]
        case .path: return ["scheme": .string(SchemeName.path.rawValue)]
        case .any(let alternatives): return ["any": .array(alternatives.map(\.json))]
        case .plugin(let name): return ["plugin": .string(name)]
        case .unauthenticated: return ["scheme": .string(SchemeName.none.rawValue)]
        }
    }
}
