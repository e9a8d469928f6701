// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryJSON
import TributaryMapping
import TributaryModel

extension Subcommand {
    /// `tributary tokens`.
    static let tokens = Subcommand(
        name: "tokens",
        summary: "list who may call /v1, or make a token for your own backend",
        operands: "[new NAME]",
        operandsMax: 2,
        options: [
            Option(
                name: "scope",
                value: "SCOPE",
                summary: "what the new token opens: events, leads, clicks or read; repeatable"
            ),
            Option(name: "config", value: "FILE", summary: "the configuration, tributary.json unless stated"),
            Option(name: "json", value: nil, summary: "the list as a JSON array, the new token as an object"),
        ],
        examples: [
            ("tributary tokens", "names, scopes and where each secret comes from; never a secret"),
            (
                "tributary tokens new backend --scope events --scope leads --scope clicks",
                "a token with 256 random bits, shown this once, and the lines for tributary.json"
            ),
            ("tributary tokens new crm --scope leads --json", "for scripts"),
        ],
        run: { arguments in
            guard let word = arguments.operands.first else {
                guard arguments.all("scope").isEmpty else {
                    throw UsageError("--scope belongs to `tributary tokens new NAME`")
                }
                return try TokenList(arguments["config"] ?? "tributary.json").write(asJSON: arguments.has("json"))
            }
            guard word == "new" else {
                throw UsageError("there is no \"tokens \(word)\"; say: tributary tokens new NAME --scope events")
            }
            let token = try NewToken(arguments)
            Terminal.write(arguments.has("json") ? token.json.indentedText + "\n" : token.text)
            return .fine
        }
    )
}

/// The tokens that a configuration names, without their secrets.
private struct TokenList {
    private struct Row {
        var name: String
        var scopes: [String]
        /// `env:NAME` or `file:PATH`.
        var from: String
        /// Whether the secret is there and good enough, as seen from this shell.
        var isUsable: Bool
    }

    private let rows: [Row]

    init(_ path: String) throws {
        let bytes = try Input.file(path)
        let check = ConfigurationFile.check(bytes, path: path)
        // What is no JSON is told by the configuration's own reader.
        guard let json = try? JSONValue(parsing: bytes) else { throw check.diagnostics }
        let usable = Set(check.configuration.tokens.map(\.name))
        rows = (json["tokens"]?.elements ?? []).map { token in
            let reference = token["secret"]?.string ?? ""
            // A secret that somebody wrote into the file is an error there, and is not repeated here.
            let isReference = reference.hasPrefix("env:") || reference.hasPrefix("file:")
            let name = token["name"]?.string ?? ""
            return Row(
                name: name,
                scopes: (token["scopes"]?.elements ?? []).compactMap(\.string),
                from: isReference ? reference : "",
                isUsable: usable.contains(name)
            )
        }
    }

    func write(asJSON: Bool) -> ExitCode {
        let code: ExitCode = rows.allSatisfy(\.isUsable) ? .fine : .wrong
        if asJSON {
            let list = rows.map { row in
                JSONValue.object([
                    .init("name", .string(row.name)), .init("scopes", .array(row.scopes.map { .string($0) })),
                    .init("secret", .string(row.from)), .init("usable", .bool(row.isUsable)),
                ])
            }
            Terminal.write(JSONValue.array(list).indentedText + "\n")
            return code
        }
        guard !rows.isEmpty else {
            Terminal.write(
                "no tokens: nobody may call /v1; make one with `tributary tokens new backend --scope events`\n"
            )
            return .fine
        }
        let cells = rows.map { row in
            [row.name, row.scopes.joined(separator: " "), row.from, row.isUsable ? "usable" : "not usable here"]
        }
        Terminal.write(Table(rows: cells, heading: ["TOKEN", "SCOPES", "SECRET FROM", "STATE"]).text)
        if code == .wrong { Terminal.complain("`tributary check` says why a token cannot be used") }
        return code
    }
}

/// A token that was just made.
private struct NewToken {
    private let name: String
    private let scopes: [AccessScope]
    private let secret: String

    /// Random bytes of a token: twice what a token must have.
    private static let byteCount = 32

    init(_ arguments: Arguments) throws(UsageError) {
        guard arguments.operands.count == 2 else { throw UsageError("what is it called? tributary tokens new NAME") }
        name = arguments.operands[1]
        let letters = "abcdefghijklmnopqrstuvwxyz0123456789_-"
        guard (1...64).contains(name.utf8.count), name.allSatisfy({ letters.contains($0) }) else {
            throw UsageError(
                "a token's name has 1 to 64 characters out of a-z, 0-9, - and _: it is the source of its ids"
            )
        }
        let words = AccessScope.allCases.map(\.rawValue)
        var scopes: [AccessScope] = []
        for text in arguments.all("scope") {
            guard let scope = AccessScope(rawValue: text) else {
                let question = Spelling.question(text, in: words).map { "; \($0)" } ?? ""
                throw UsageError(
                    "there is no scope \"\(text)\"\(question) (there are: \(words.joined(separator: ", ")))"
                )
            }
            if !scopes.contains(scope) { scopes.append(scope) }
        }
        guard !scopes.isEmpty else {
            throw UsageError("what may its bearer do? --scope with \(words.joined(separator: ", ")); repeatable")
        }
        self.scopes = scopes
        // The system's generator; the same one that click ids come from.
        let digits = Engine.systemRandom(Self.byteCount).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        secret = digits.joined()
    }

    private var variable: String { "TRIBUTARY_TOKEN_" + name.uppercased().replacing("-", with: "_") }

    private var configuration: JSONValue {
        .object([
            .init("name", .string(name)), .init("secret", .string("env:\(variable)")),
            .init("scopes", .array(scopes.map { .string($0.rawValue) })),
        ])
    }

    var json: JSONValue {
        .object([
            .init("token", .string(secret)), .init("variable", .string(variable)),
            .init("configuration", configuration),
        ])
    }

    var text: String {
        """
        \(secret)

        It is shown this once and kept nowhere. Your backend sends it with every call:
          Authorization: Bearer TOKEN

        The daemon reads it from its environment, where you set \(variable) to it. In tributary.json:
          "tokens": [\(configuration.text)]

        Then restart the daemon; `tributary tokens` shows what it may do.

        """
    }
}
