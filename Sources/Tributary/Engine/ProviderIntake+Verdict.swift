// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributarySigning

extension ProviderIntake {
    /// Most calls that may be made for one webhook, those answered from the cache included.
    static let callsMax = 3

    /// Why a webhook is not taken; `nil` when it is genuine.
    ///
    /// - Parameters:
    ///   - webhook: What arrived at this instance's address.
    ///   - now: The moment of arrival.
    ///   - calls: Makes what a verifier wants fetched.
    /// - Returns: the receipt's result, or `nil`.
    func refusal(of webhook: Webhook, at now: Timestamp, calls: VerifierCalls) async -> WebhookReceipt.Result? {
        switch proof {
        case .path: return nil
        case .declared(let verifier):
            switch verifier.verify(headers: webhook.headers, body: webhook.body, secrets: secrets, now: now) {
            case .genuine: return nil
            case .refused(let refusal): return .refused(code: refusal.rawValue, remedy: refusal.remedy)
            }
        case .plugin(let verifier): return await refusal(of: webhook, by: verifier, at: now, calls: calls)
        }
    }

    /// In what a webhook that was refused differs from a genuine one, where a declaration judged it.
    func explanation(of webhook: Webhook, at now: Timestamp) -> [String] {
        guard case .declared(let verifier) = proof else { return [] }
        return verifier.explanation(headers: webhook.headers, body: webhook.body, secrets: secrets, now: now)
    }

    private func refusal(
        of webhook: Webhook,
        by verifier: any Verifier,
        at now: Timestamp,
        calls: VerifierCalls
    ) async -> WebhookReceipt.Result? {
        // The path has been compared; a plugin has no business with it.
        var webhook = webhook
        webhook.path = nil
        var exchanges: [Exchange] = []
        let deadline = ContinuousClock.now + VerifierCalls.timeMax
        while true {
            switch verifier.step(for: webhook, secrets: secrets, at: now, after: exchanges) {
            case .genuine: return nil
            case .refused(let refused): return .refused(code: refused.code, remedy: refused.remedy)
            case .unavailable(let unavailable):
                await calls.forget(unavailable.forgetting, of: name)
                return .unavailable(reason: unavailable.reason, retryAfter: unavailable.retryAfter)
            case .call(let call):
                guard exchanges.count < Self.callsMax else {
                    return .unavailable(reason: "tooManyCalls", retryAfter: .seconds(30))
                }
                let result = await calls.perform(call, for: name, until: deadline) { exchange, key in
                    verifier.lifetime(of: exchange, under: key, at: now)
                }
                exchanges.append(Exchange(call.call, result))
            }
        }
    }
}
