// SPDX-License-Identifier: Apache-2.0

import Foundation
import Tributary
import TributaryJSON
import TributaryMapping
import TributaryModel
import TributarySigning

/// How a command line wants a body to be signed.
struct Signing {
    private let declaration: VerifyDeclaration
    private let verifier: (any Verifier)?
    private let secret: Secret
    private let id: String?
    private let given: HeaderFields

    /// Whether only the address can prove a webhook.
    var needsPath: Bool { declaration == .path }

    init(of name: String, _ arguments: Arguments) throws {
        declaration = try MappingSource(name).mapping().verify
        verifier = try Self.verifier(of: declaration, settings: Self.settings(name, arguments))
        given = try arguments.headers()
        id = arguments["id"]
        if let secret = try Self.secret("secret", arguments) {
            self.secret = secret
        } else {
            guard !(verifier?.needsSecret ?? declaration.needsSecret) else {
                throw UsageError("needs --secret env:NAME or --secret file:PATH")
            }
            secret = Secret([])
        }
    }

    /// The header fields of the request: those that prove the body, and those of the command line.
    func headers(for body: [UInt8]) throws -> HeaderFields {
        var headers = given
        let proof = try Self.proof(of: body, by: declaration, verifier, secret: secret, id: id, headers: given)
        for field in proof.fields { headers.set(field.name, field.value) }
        return headers
    }

    /// A secret that an option names; `nil` where the option is not given.
    static func secret(_ option: String, _ arguments: Arguments) throws(UsageError) -> Secret? {
        guard let text = arguments[option] else { return nil }
        guard let reference = SecretReference(text) else {
            throw UsageError(
                "--\(option) wants env:NAME or file:PATH: a secret on the command line is seen by everyone"
            )
        }
        if let secret = ConfigurationFile.secret(reference) { return secret }
        switch reference {
        case .environment(let name): throw UsageError("the environment variable \(name) is not set, or empty")
        case .file(let path): throw UsageError("the file \(path) cannot be read, or is empty")
        }
    }

    /// The plugin that a declaration names; `nil` for what needs none.
    static func verifier(
        of declaration: VerifyDeclaration,
        settings: PluginSettings
    ) throws -> (any Verifier)? {
        guard case .plugin(let name) = declaration else { return nil }
        guard let plugin = BuiltIn.verifiers.first(where: { $0.name == name }) else {
            throw CommandFailure("the mapping is verified by the plugin \"\(name)\", which this program does not have")
        }
        do throws(ConfigurationProblems) {
            return try plugin.makeVerifier(settings)
        } catch {
            let problems = error.problems.map { $0.message + ($0.hint.map { "; \($0)" } ?? "") }
            throw UsageError("--set: " + problems.joined(separator: "\n"))
        }
    }

    /// The header fields that prove a body now.
    static func proof(
        of body: [UInt8],
        by declaration: VerifyDeclaration,
        _ verifier: (any Verifier)?,
        secret: Secret,
        id: String?,
        headers: HeaderFields = HeaderFields()
    ) throws -> HeaderFields {
        let id = id ?? "msg_" + UUID().uuidString.lowercased()
        if let verifier {
            do throws(VerifierSigningFailure) {
                let webhook = Webhook(provider: "", headers: headers, body: body)
                return try verifier.sign(webhook, secret: secret, id: id, at: .now)
            } catch {
                throw UsageError(error.reason)
            }
        }
        do throws(WebhookSigner.Failure) {
            let signer = WebhookSigner(declaration)
            return try signer.sign(body: body, secret: secret, id: id, now: .now, headers: headers)
        } catch {
            switch error {
            case .secret(let problem): throw UsageError(problem.remedy)
            case .missingID: throw UsageError("this provider signs an id; give it with --id")
            case .missingHeader(let name): throw UsageError("this provider signs \(name); give it with --header")
            case .timeOutOfRange: throw UsageError("the clock of this machine is wrong")
            case .plugin(let name): throw UsageError("only the plugin \(name) can sign for this provider")
            }
        }
    }

    /// The verifier's settings on a command line; texts, or `true`, `false` and numbers as in JSON.
    private static func settings(_ name: String, _ arguments: Arguments) throws(UsageError) -> PluginSettings {
        var members: [JSONValue.Member] = []
        var secrets: [String: Secret] = [:]
        var isLive = true
        for text in arguments.all("set") {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else { throw UsageError("--set wants NAME=VALUE") }
            if let reference = SecretReference(parts[1]) { secrets[parts[0]] = ConfigurationFile.secret(reference) }
            // What is no JSON is a text.
            let value = try? JSONValue(parsing: Array(parts[1].utf8))
            if parts[0] == "live", let value = value?.bool {
                isLive = value
                continue
            }
            members.append(.init(parts[0], value ?? .string(parts[1])))
        }
        var settings = PluginSettings(for: .provider, name: name, members: members, secrets: secrets)
        settings.isLive = isLive
        return settings
    }
}
