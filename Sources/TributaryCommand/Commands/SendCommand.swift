// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryDelivery
import TributaryJSON
import TributaryModel

extension Subcommand {
    /// `tributary send`.
    static let send = Subcommand(
        name: "send",
        summary: "sign a file as a provider would, post it to a running daemon, and say what became of it",
        operands: "PROVIDER FILE",
        operandsMax: 2,
        options: signingOptions + [
            Option(name: "to", value: "URL", summary: "the daemon, http://127.0.0.1:8787 unless stated"),
            Option(
                name: "instance",
                value: "NAME",
                summary: "the provider instance, the provider's name unless stated"
            ),
            Option(
                name: "path",
                value: "env:NAME|file:PATH",
                summary: "the secret path behind the instance's name, where it has one"
            ),
            Option(name: "json", value: nil, summary: "print the daemon's answer as it is"),
        ],
        examples: [
            ("tributary send stripe event.json --secret env:STRIPE_WEBHOOK_SECRET", "as Stripe would"),
            ("tributary send stripe event.json --instance shop-eu --secret file:eu.secret", "to another instance"),
        ],
        run: { arguments in
            guard arguments.operands.count == 2 else {
                throw UsageError("which provider, which file? For example: tributary send stripe event.json …")
            }
            let body = try Input.read(arguments.operands[1])
            let signing = try Signing(of: arguments.operands[0], arguments)
            let headers = try signing.headers(for: body)
            let path = try Signing.secret("path", arguments)
            guard path != nil || !signing.needsPath else {
                throw UsageError(
                    "only its address proves this provider's webhooks: --path env:NAME or --path file:PATH"
                )
            }
            var base = arguments["to"] ?? "http://127.0.0.1:8787"
            while base.hasSuffix("/") { base.removeLast() }
            guard base.hasPrefix("http://") || base.hasPrefix("https://") else {
                throw UsageError("--to wants an address such as http://127.0.0.1:8787")
            }
            let client = try HTTPClient()
            let instance = arguments["instance"] ?? arguments.operands[0]
            let url = "\(base)/webhooks/\(instance)" + (path.map { "/" + $0.revealedText } ?? "")
            let posted: Posted
            do throws(TransportFailure) {
                posted = try await Posted(body, headers, to: url, with: client)
            } catch {
                guard [.connect, .timeoutConnect].contains(error.code) else { throw error }
                throw CommandFailure("no daemon answers at \(base); start one with `tributary serve`")
            }
            await client.close()
            Terminal.write(arguments.has("json") ? posted.body + "\n" : posted.text)
            return posted.status == 200 ? .fine : .wrong
        }
    )
}

/// A posted webhook and what the daemon answered.
struct Posted: Sendable {
    /// The HTTP status.
    let status: Int
    /// The answer's body.
    let body: String
    private let json: JSONValue?

    /// Whether the same webhook had been stored before.
    var isRepeat: Bool { json?["status"] == "repeated" }

    /// Posts a signed body.
    init(_ body: [UInt8], _ headers: HeaderFields, to url: String, with client: HTTPClient)
        async throws(TransportFailure)
    {
        var headers = headers
        if headers["Content-Type"] == nil { headers.set("Content-Type", "application/json") }
        headers.set("Prefer", "return=representation")
        let request = ClientRequest(.post, url, headers: headers, body: body, addresses: .any, allowsPlaintext: true)
        let answer = try await client.send(request)
        status = answer.status
        self.body = String(decoding: answer.body, as: UTF8.self)
        // Whatever answers there may be no daemon of ours; then its words are shown as they are.
        json = try? JSONValue(parsing: answer.body)
    }

    /// What became of it, in words.
    var text: String {
        guard let webhooks = json?["webhooks"]?.elements else { return "\(status)  \(refusal)\n" }
        var text = ""
        for webhook in webhooks {
            let number = webhook["number"]?.numberText ?? "?"
            guard webhook["status"] == "stored" else {
                text += "\(status)  stored before, as webhook \(number): nothing is entered or sent twice\n"
                continue
            }
            let words = [
                webhook["outcome"]?.string, webhook["rule"]?.string.map { "by the rule \($0)" },
                webhook["why"]?.string.map { "– \($0)" },
            ]
            text += "\(status)  stored as webhook \(number): \(words.compactMap(\.self).joined(separator: " "))\n"
        }
        let events = json?["events"]?.elements ?? []
        guard !events.isEmpty, !isRepeat else { return text }
        text +=
            Table(
                rows: events.map {
                    ["    " + ($0["kind"]?.string ?? ""), $0["total"]?.string ?? "", $0["key"]?.string ?? ""]
                }
            )
            .text
        let numbers = webhooks.compactMap { $0["number"]?.numberText }
        return text + numbers.map { "See: tributary deliveries --webhook \($0)\n" }.joined()
    }

    /// A problem document in words (RFC 9457), or whatever came.
    private var refusal: String {
        guard let title = json?["title"]?.string else { return String(body.prefix(500)) }
        let detail = json?["detail"]?.string.map { ": \($0)" } ?? ""
        return title + detail + (json?["code"]?.string.map { " (\($0))" } ?? "")
    }
}
