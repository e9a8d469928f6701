// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributarySigning

/// What proves the webhooks of one provider instance, beside the path of its address.
enum Proof: Sendable {
    /// A scheme that the mapping declares.
    case declared(SignatureVerifier)
    /// A plugin that the mapping names.
    case plugin(any Verifier)
    /// The path alone, which was compared before.
    case path

    /// Finds the proof that a mapping declares.
    ///
    /// - Throws: ``ConfigurationProblems`` with everything that the instance lacks for it.
    init(
        _ declaration: VerifyDeclaration,
        of instance: ProviderInstance,
        _ plugins: Plugins
    ) throws(ConfigurationProblems) {
        var problems: [ConfigurationProblems.Problem] = []
        if case .plugin(let name) = declaration {
            do throws(ConfigurationProblems) {
                self = .plugin(try Self.verifier(name, of: instance, plugins))
            } catch {
                self = .path
                problems += error.problems
            }
        } else {
            self = declaration == .path ? .path : .declared(SignatureVerifier(declaration))
            do throws(ConfigurationProblems) {
                var settings = instance.settings
                try settings.finish()
            } catch {
                problems += error.problems
            }
        }
        if problems.isEmpty || !declaration.isPlugin { problems += self.problems(with: instance) }
        guard problems.isEmpty else { throw ConfigurationProblems(problems) }
    }

    private static func verifier(
        _ name: String,
        of instance: ProviderInstance,
        _ plugins: Plugins
    ) throws(ConfigurationProblems) -> any Verifier {
        guard let plugin = plugins.verifiers.first(where: { $0.name == name }) else {
            let names = plugins.verifiers.map { $0.name }.sorted()
            throw .init([
                .init(
                    "/providers/" + instance.name,
                    "the mapping is verified by the plugin \"\(name)\", which this program does not have",
                    code: .unknownVerifier,
                    hint: names.isEmpty ? "it has none" : ConfigurationReader.question(name, in: names)
                )
            ])
        }
        var settings = instance.settings
        settings.isLive = instance.live
        return try plugin.makeVerifier(settings)
    }

    /// What the instance lacks.
    private func problems(with instance: ProviderInstance) -> [ConfigurationProblems.Problem] {
        let place = "/providers/" + instance.name
        if isUnauthenticated, !instance.acceptsUnauthenticated {
            let hint = "if you accept that, set \"accept_unauthenticated_webhooks\": true"
            let message = "the mapping verifies nothing: anybody could invent sales"
            return [.init(place, message, code: .unauthenticated, hint: hint)]
        }
        var problems = problems(withSecretsOf: instance, at: place + "/secrets")
        if let path = instance.path {
            // A configuration that was read has been asked already; one that a program made has not.
            if let problem = SecretPath.problem(with: path) {
                problems.append(.init(place + "/path", problem, code: .unusablePath, hint: SecretPath.remedy))
            }
        } else if !bindsBody, !isUnauthenticated {
            let message =
                isPath
                ? "the provider signs nothing: only a \"path\" that nobody can guess proves its webhooks"
                : "no signature covers the body, so whoever has seen one webhook could forge others: needs \"path\""
            problems.append(.init(place + "/path", message, code: .missingPath, hint: SecretPath.hint(instance.name)))
        }
        return problems
    }

    private func problems(
        withSecretsOf instance: ProviderInstance,
        at place: String
    ) -> [ConfigurationProblems.Problem] {
        guard needsSecret || (!isPath && !instance.secrets.isEmpty) else { return [] }
        guard !instance.secrets.isEmpty else {
            let hint = "for example \"secrets\": [\"env:STRIPE_WEBHOOK_SECRET\"]"
            return [.init(place, "needs the provider's signing secret", code: .missingSecret, hint: hint)]
        }
        return instance.secrets.enumerated().compactMap { index, secret in
            problem(with: secret).map { .init(place + "/\(index)", $0, code: .unusableSecret) }
        }
    }

    private var isPath: Bool {
        switch self {
        case .path: true
        case .declared, .plugin: false
        }
    }

    private var isUnauthenticated: Bool {
        switch self {
        case .declared(let verifier): verifier.isUnauthenticated
        case .plugin, .path: false
        }
    }

    private var bindsBody: Bool {
        switch self {
        case .declared(let verifier): verifier.declaration.bindsBody
        case .plugin(let verifier): verifier.bindsBody
        case .path: false
        }
    }

    private var needsSecret: Bool {
        switch self {
        case .declared(let verifier): verifier.declaration.needsSecret
        case .plugin(let verifier): verifier.needsSecret
        case .path: false
        }
    }

    private func problem(with secret: Secret) -> String? {
        switch self {
        case .declared(let verifier): verifier.declaration.problem(with: secret)?.remedy
        case .plugin(let verifier): verifier.problem(with: secret)
        case .path: nil
        }
    }
}

extension VerifyDeclaration {
    fileprivate var isPlugin: Bool {
        switch self {
        case .plugin: true
        case .hmac, .token, .basic, .path, .any, .unauthenticated: false
        }
    }
}
