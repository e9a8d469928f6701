// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Holds a verifier to its contract, with genuine webhooks that are changed in every way.
///
/// A genuine webhook stays genuine, whatever proxies do to the case and order of its header fields; with any byte of its
/// signed body changed, without or with a changed header that proves it, without secrets, or with empty and wrong ones it
/// never is. The same arguments give the same step, and no verifier asks without end or calls in clear.
public struct VerifierConformance: Sendable {
    /// A promise that a verifier did not keep.
    public struct Breach: Sendable, Hashable, CustomStringConvertible {
        /// The check, for example `body with byte 3 changed`.
        public var check: String
        /// What was seen.
        public var message: String
        /// Check and message.
        public var description: String { "\(check): \(message)" }
    }

    /// Most calls for one webhook.
    public static let callsMax = 3

    let subject: VerifierSubject
    let perform: @Sendable (VerifierCall) async -> Exchange.Result

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - subject: The verifier, and a webhook that it takes.
    ///   - perform: Answers its calls as the provider would; a verifier without calls needs none.
    public init(
        _ subject: VerifierSubject,
        perform: @escaping @Sendable (VerifierCall) async -> Exchange.Result = { _ in
            .failure(CallFailure(code: "connect", mayHaveArrived: false))
        }
    ) {
        self.subject = subject
        self.perform = perform
    }

    /// Runs every check.
    ///
    /// - Returns: all broken promises; empty for a verifier that keeps them.
    public func breaches() async -> [Breach] {
        var breaches: [Breach] = []
        await expect("the webhook as it is", isGenuine: true, subject.webhook, &breaches)
        var shouted = subject.webhook
        shouted.headers = HeaderFields(
            shouted.headers.fields.reversed().map { .init(name: $0.name.uppercased(), value: $0.value) }
        )
        await expect("header names in capitals, in reverse", isGenuine: true, shouted, &breaches)
        await bodies(&breaches)
        await headers(&breaches)
        await secrets(&breaches)
        await withoutAnswers(&breaches)
        return breaches
    }

    private func bodies(_ breaches: inout [Breach]) async {
        let body = subject.webhook.body
        let stride = max(1, body.count / 64)
        for index in Swift.stride(from: 0, to: body.count, by: stride) {
            var webhook = subject.webhook
            webhook.body[index] ^= 0x01
            await expect("body with byte \(index) changed", isGenuine: false, webhook, &breaches)
        }
        let others: [(String, [UInt8])] = [
            ("no body", []), ("body without its last byte", Array(body.dropLast())),
            ("body with a blank behind it", body + [0x20]), ("body twice", body + body),
        ]
        for (check, other) in others {
            var webhook = subject.webhook
            webhook.body = other
            await expect(check, isGenuine: false, webhook, &breaches)
        }
    }

    private func headers(_ breaches: inout [Breach]) async {
        for name in subject.provingHeaders {
            let fields = subject.webhook.headers.fields
            let others = fields.filter { !HeaderFields.same($0.name, name) }
            guard let value = subject.webhook.headers[name] else {
                breaches.append(.init(check: name, message: "the subject's webhook does not have this header"))
                continue
            }
            let flipped = value.first == "A" ? "B" : "A"
            let variants: [(String, [HeaderFields.Field])] = [
                ("without \(name)", others), ("\(name) empty", others + [.init(name: name, value: "")]),
                ("\(name) changed", others + [.init(name: name, value: flipped + value.dropFirst())]),
                ("\(name) cut", others + [.init(name: name, value: String(value.dropLast()))]),
                (
                    "\(name) of 100,000 characters",
                    others + [.init(name: name, value: String(repeating: "a", count: 100_000))]
                ),
                ("\(name) twice, once wrong", fields + [.init(name: name, value: flipped + value.dropFirst())]),
            ]
            for (check, fields) in variants {
                var webhook = subject.webhook
                webhook.headers = HeaderFields(fields)
                await expect(check, isGenuine: false, webhook, &breaches)
            }
        }
    }

    private func secrets(_ breaches: inout [Breach]) async {
        guard subject.verifier.needsSecret else { return }
        let wrong = Secret("another secret 0123456789abcdef")
        let sets: [(String, [Secret], Bool)] = [
            ("no secret", [], false), ("an empty secret", [Secret([])], false), ("a wrong secret", [wrong], false),
            ("several secrets, the last one right", [wrong] + subject.secrets, true),
            ("several secrets, one empty", [Secret([])] + subject.secrets, true),
        ]
        for (check, secrets, isGenuine) in sets {
            await expect(check, isGenuine: isGenuine, subject.webhook, secrets: secrets, &breaches)
        }
        if subject.verifier.problem(with: Secret([])) == nil {
            breaches.append(.init(check: "an empty secret", message: "is no problem for the configuration"))
        }
    }

    /// Whatever a provider's server answers, or does not, proves nothing.
    private func withoutAnswers(_ breaches: inout [Breach]) async {
        guard
            case .call = subject.verifier.step(
                for: subject.webhook,
                secrets: subject.secrets,
                at: subject.now,
                after: []
            )
        else { return }
        let results: [Exchange.Result] =
            ["connect", "timeoutTotal", "rateLimited", "answerTooLarge"]
            .map { .failure(CallFailure(code: $0, mayHaveArrived: false)) }
            + [200, 204, 301, 401, 404, 429, 500].map { .answer(Answer(status: $0)) }
            + [.answer(Answer(status: 200, body: Array("<html>".utf8))), .answer(Answer(status: 200, json: [:]))]
        for result in results {
            await expect("every call ends as \(result)", isGenuine: false, subject.webhook, &breaches) { _ in result }
        }
    }

    private func expect(
        _ check: String,
        isGenuine: Bool,
        _ webhook: Webhook,
        secrets: [Secret]? = nil,
        _ breaches: inout [Breach],
        perform other: (@Sendable (VerifierCall) async -> Exchange.Result)? = nil
    ) async {
        let secrets = secrets ?? subject.secrets
        var exchanges: [Exchange] = []
        while true {
            let step = subject.verifier.step(for: webhook, secrets: secrets, at: subject.now, after: exchanges)
            if step != subject.verifier.step(for: webhook, secrets: secrets, at: subject.now, after: exchanges) {
                breaches.append(.init(check: check, message: "the same arguments gave two steps"))
            }
            switch step {
            case .genuine:
                if !isGenuine { breaches.append(.init(check: check, message: "was taken as genuine")) }
                return
            case .refused, .unavailable:
                if isGenuine { breaches.append(.init(check: check, message: "was not taken: \(step)")) }
                return
            case .call(let call):
                guard exchanges.count < Self.callsMax else {
                    breaches.append(.init(check: check, message: "wanted more than \(Self.callsMax) calls"))
                    return
                }
                if !call.call.url.hasPrefix("https://"), !call.mayReachLoopback {
                    breaches.append(.init(check: check, message: "wanted a call that is not https"))
                }
                exchanges.append(Exchange(call.call, await (other ?? perform)(call)))
            }
        }
    }
}
