// SPDX-License-Identifier: Apache-2.0

import Foundation
import Tributary
import TributaryMapping
import TributaryModel
import TributarySigning

extension Subcommand {
    /// `tributary sign`.
    static let sign = Subcommand(
        name: "sign",
        summary: "print the headers that make a body a genuine webhook of a provider",
        operands: "PROVIDER < body",
        operandsMax: 1,
        options: signingOptions + [
            Option(name: "json", value: nil, summary: "print an object instead of header lines")
        ],
        examples: [
            (
                "tributary sign stripe --secret env:STRIPE_WEBHOOK_SECRET < event.json",
                "as `Name: value` lines, to be used with any HTTP client"
            ),
            (
                "tributary sign stripe --secret file:stripe.secret < event.json > headers && "
                    + "curl -H @headers --data-binary @event.json http://127.0.0.1:8787/webhooks/stripe",
                "as curl takes them"
            ),
        ],
        run: { arguments in
            guard let name = arguments.operands.first else {
                throw UsageError("which provider? There are: " + ShippedMappings.names.joined(separator: ", "))
            }
            let signing = try Signing(of: name, arguments)
            let headers = try signing.headers(for: try Input.standardInput())
            if arguments.has("json") {
                let members = headers.fields.map { JSONValue.Member($0.name, .string($0.value)) }
                Terminal.write(JSONValue.object(members).indentedText + "\n")
            } else {
                for field in headers.fields { Terminal.write("\(field.name): \(field.value)\n") }
            }
            return .fine
        }
    )

    /// The options of commands that sign.
    static let signingOptions = [
        Option(name: "secret", value: "env:NAME|file:PATH", summary: "the signing secret"),
        Option(name: "id", value: "ID", summary: "the webhook's id, for schemes that sign one; random unless stated"),
        Option(name: "header", value: "'Name: value'", summary: "a header of the request; may be repeated"),
    ]
}

/// How a command line wants a body to be signed.
struct Signing {
    private let declaration: VerifyDeclaration
    private let secret: Secret
    private let id: String?
    private let given: HeaderFields

    init(of name: String, _ arguments: Arguments) throws {
        declaration = try MappingSource(name).mapping().verify
        given = try arguments.headers()
        id = arguments["id"]
        guard declaration.needsSecret else {
            secret = Secret([])
            return
        }
        guard let text = arguments["secret"] else { throw UsageError("needs --secret env:NAME or --secret file:PATH") }
        guard let reference = SecretReference(text) else {
            throw UsageError("--secret wants env:NAME or file:PATH: a secret on the command line is seen by everyone")
        }
        guard let secret = ConfigurationFile.secret(reference) else {
            switch reference {
            case .environment(let name): throw UsageError("the environment variable \(name) is not set, or empty")
            case .file(let path): throw UsageError("the file \(path) cannot be read, or is empty")
            }
        }
        self.secret = secret
    }

    /// The header fields of the request: those that prove the body, and those of the command line.
    func headers(for body: [UInt8]) throws -> HeaderFields {
        var headers = given
        for field in try Self.proof(of: body, by: declaration, secret: secret, id: id, headers: given).fields {
            headers.set(field.name, field.value)
        }
        return headers
    }

    /// The header fields that prove a body now.
    static func proof(
        of body: [UInt8],
        by declaration: VerifyDeclaration,
        secret: Secret,
        id: String?,
        headers: HeaderFields = HeaderFields()
    ) throws -> HeaderFields {
        let id = id ?? "msg_" + UUID().uuidString.lowercased()
        do throws(WebhookSigner.Failure) {
            let signer = WebhookSigner(declaration)
            return try signer.sign(body: body, secret: secret, id: id, now: .now, headers: headers)
        } catch {
            switch error {
            case .secret(let problem): throw UsageError(problem.remedy)
            case .missingID: throw UsageError("this provider signs an id; give it with --id")
            case .missingHeader(let name): throw UsageError("this provider signs \(name); give it with --header")
            case .timeOutOfRange: throw UsageError("the clock of this machine is wrong")
            }
        }
    }
}
