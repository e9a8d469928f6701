// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel
import TributarySigning

@Suite struct DeclarationTests {
    @Test(arguments: Provider.all)
    func `a declaration survives being written and read`(provider: Provider) throws {
        let declaration = try provider.declaration()
        #expect(try VerifyDeclaration(json: declaration.json) == declaration)
    }

    @Test func `a preset is written as its name`() throws {
        #expect(VerifyDeclaration.stripe.json == ["preset": "stripe"])
        #expect(VerifyDeclaration.standardWebhooks.json == ["preset": "standard-webhooks"])
        #expect(try VerifyDeclaration(json: ["preset": "stripe"]) == .stripe)
        #expect(try VerifyDeclaration(json: ["scheme": "none"]).json == ["scheme": "none"])
        #expect(try VerifyDeclaration(json: ["scheme": "none"]) == .unauthenticated)
    }

    static let good: [String: JSONValue] = [
        "scheme": "hmac", "algorithm": "sha256", "header": "X-Sign", "message": ["body"], "encoding": "hex",
        "key": "text",
    ]

    /// The good declaration with some members replaced; `nil` takes one away.
    static func changed(_ members: [String: JSONValue?]) -> JSONValue {
        var all = good
        for (name, value) in members { all[name] = value }
        return .object(all.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value) })
    }

    typealias Row = (members: [String: JSONValue?], pointer: String, code: VerifyDeclarationError.Code)

    @Test(
        arguments: [
            (["headr": "x"], "/verify/headr", .unknownKey), (["a/b~": "x"], "/verify/a~1b~0", .unknownKey),
            (["header": nil], "/verify", .missingKey), (["header": 1], "/verify/header", .wrongType),
            (["header": ""], "/verify/header", .badHeaderName), (["header": "a b"], "/verify/header", .badHeaderName),
            (["header": "a:"], "/verify/header", .badHeaderName), (["scheme": "hmca"], "/verify/scheme", .unknownValue),
            (["algorithm": "md5"], "/verify/algorithm", .unknownValue), (["algorithm": nil], "/verify", .missingKey),
            (["encoding": "Hex"], "/verify/encoding", .unknownValue), (["encoding": nil], "/verify", .missingKey),
            (["key": "utf8"], "/verify/key", .unknownValue), (["key": nil], "/verify", .missingKey),
            (["message": nil], "/verify", .missingKey), (["message": "body"], "/verify/message", .wrongType),
            (["message": []], "/verify/message", .contradiction),
            (["message": ["body", "body"]], "/verify/message", .contradiction),
            (["message": ["bdy", "body"]], "/verify/message/0", .unknownValue),
            (["message": [1, "body"]], "/verify/message/0", .wrongType),
            (["message": [["const": 1], "body"]], "/verify/message/0/const", .wrongType),
            (["message": [["text": ".", "const": "."], "body"]], "/verify/message/0/text", .unknownKey),
            (["message": [["header": "a b"], "body"]], "/verify/message/0/header", .badHeaderName),
            (["message": ["t", "body"]], "/verify/message", .contradiction),
            (["message": ["id", "body"]], "/verify/message", .contradiction),
            (["message": .array(Array(repeating: ["const": "."], count: 16) + ["body"])], "/verify/message", .badValue),
            (["timestamp": ["header": "X-T"]], "/verify/timestamp", .contradiction),
            (["timestamp": "X-T"], "/verify/timestamp", .wrongType),
            (["timestamp": ["header": "X-T", "unit": "min"]], "/verify/timestamp/unit", .unknownValue),
            (["timestamp": ["pair": "t"], "message": ["t", "body"]], "/verify/timestamp/pair", .contradiction),
            (["timestamp": ["hedaer": "X"]], "/verify/timestamp/hedaer", .unknownKey),
            (["id": ["header": "X-I"]], "/verify/id", .contradiction), (["id": "X-I"], "/verify/id", .wrongType),
            (["tolerance": 10], "/verify/tolerance", .contradiction),
            (["signature": "prefix"], "/verify/signature", .unknownValue),
            (["signature": ["prefix": ""]], "/verify/signature/prefix", .badValue),
            (["signature": ["pairs": "v1", "by": ", "]], "/verify/signature", .badValue),
            (["signature": ["pairs": "v1", "by": "="]], "/verify/signature", .badValue),
            (["signature": ["pairs": "v=1"]], "/verify/signature", .badValue),
            (["signature": ["pairs": ""]], "/verify/signature/pairs", .badValue),
            (["signature": ["pair": "v1"]], "/verify/signature/pair", .unknownKey),
        ] as [Row]
    )
    func `a mistake is named with its place`(row: Row) throws {
        let error = try #require(throws: VerifyDeclarationError.self) {
            try VerifyDeclaration(json: Self.changed(row.members), at: "/verify")
        }
        #expect(
            error.problems.contains { $0.pointer == row.pointer && $0.code == row.code },
            "\(error)"
        )
    }

    @Test(arguments: [0, -1, 604_801, Int64.max])
    func `a tolerance that would switch the check off is refused`(seconds: Int64) throws {
        let error = try #require(throws: VerifyDeclarationError.self) {
            try VerifyDeclaration(json: ["preset": "stripe", "tolerance": .integer(seconds)])
        }
        #expect(error.problems.map(\.pointer) == ["/tolerance"])
        #expect(error.problems.map(\.code) == [.badValue])
    }

    @Test(
        arguments: [
            (["preset": "stripe", "scheme": "hmac"], "/scheme"), (["preset": "strip"], "/preset"),
            (["preset": "stripe", "algorithm": "sha1"], "/algorithm"), ([:], ""), ([1], ""), ("stripe", ""),
            (["scheme": "token"], ""), (["scheme": "token", "header": "a", "key": "text"], "/key"),
            (["scheme": "token", "header": "a b"], "/header"), (["scheme": "basic", "header": "a"], "/header"),
            (["scheme": "none", "why": "x"], "/why"), (["schema": "hmac"], "/schema"),
            (["preset": "stripe", "id": ["header": "X"]], "/id"),
            (["preset": "stripe", "tolerance": "300"], "/tolerance"),
            (["preset": "stripe", "tolerance": .number("1.5")], "/tolerance"),
        ] as [(JSONValue, String)]
    )
    func `what is not part of the language is refused`(json: JSONValue, pointer: String) throws {
        let error = try #require(throws: VerifyDeclarationError.self) { try VerifyDeclaration(json: json) }
        #expect(error.problems.contains { $0.pointer == pointer }, "\(error)")
    }

    @Test func `all mistakes are told at once, with what was probably meant`() throws {
        let error = try #require(throws: VerifyDeclarationError.self) {
            try VerifyDeclaration(
                json: Self.changed(["algoritm": "sha256", "algorithm": nil, "encoding": "hexx", "key": "txt"])
            )
        }
        #expect(error.problems.count == 4)
        #expect(error.problems.compactMap(\.suggestion).sorted() == ["algorithm", "hex", "text"])
        #expect(error.description.contains(#"did you mean "algorithm"?"#))
    }

    @Test func `a declaration built in code is held to the same rules`() throws {
        #expect(throws: VerifyDeclarationError.self) {
            try HMACDeclaration(.sha256, header: "X-Sign", message: [.timestamp, .body], encoding: .hex, key: .text)
        }
        #expect(throws: VerifyDeclarationError.self) {
            try HMACDeclaration(.sha256, header: "X-Sign", message: [.text(".")], encoding: .hex, key: .text)
        }
        #expect(throws: VerifyDeclarationError.self) { try TokenDeclaration(header: "") }
        let built = try HMACDeclaration(.sha256, header: "X-Sign", encoding: .hex, key: .text)
        #expect(try VerifyDeclaration(json: Self.changed([:])) == .hmac(built))
        #expect(VerifyDeclaration.hmac(built).bindsBody)
    }

    @Test func `only an HMAC binds the body`() throws {
        for provider in Provider.all {
            #expect(try provider.declaration().bindsBody == Provider.bound.contains { $0.name == provider.name })
        }
    }
}
