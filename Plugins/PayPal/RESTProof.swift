// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel
import TributarySigning

/// Asks PayPal's API whether a webhook is its own.
struct RESTProof: Sendable {
    /// Most webhook ids: each costs a call, and one more fetches the token.
    static let webhookIDsMax = 2

    private static let tokenKey = "token"

    let url: String
    let clientID: String
    let clientSecret: Secret
    /// Whether the operator wrote the address, which may then be this machine.
    let isConfigured: Bool

    func step(
        for transmission: Transmission,
        _ body: [UInt8],
        _ webhookIDs: [String],
        after exchanges: [Exchange]
    ) -> VerifierStep {
        // What is no single value could end the field that it is put into, and begin others.
        guard JSONText.isObject(body) else { return .refused(Objection.bodyNotJSON.refused) }
        guard let first = exchanges.first else { return .call(tokenCall) }
        guard case .answer(let answer) = first.result, answer.isSuccess,
            let token = answer.json?["access_token"]?.string, !token.isEmpty
        else { return unavailable("tokenNotGiven", first, forgetting: [Self.tokenKey]) }
        for (index, exchange) in exchanges.dropFirst().enumerated() {
            guard case .answer(let answer) = exchange.result else { return unavailable("verificationFailed", exchange) }
            switch answer.status {
            case 200..<300:
                switch answer.json?["verification_status"]?.string {
                case "SUCCESS": return .genuine
                case "FAILURE": if index == webhookIDs.count - 1 { return .refused(Self.mismatch) }
                default: return unavailable("verificationUnclear", exchange)
                }
            // The token ended before its time, or was taken back: the next try gets a new one.
            case 401: return unavailable("tokenRefused", exchange, forgetting: [Self.tokenKey])
            case 400, 404, 422:
                if index == webhookIDs.count - 1 { return .refused(Objection.verificationRejected.refused) }
            default: return unavailable("verificationFailed", exchange)
            }
        }
        let tried = exchanges.count - 1
        guard tried < webhookIDs.count else { return .refused(Self.mismatch) }
        return .call(verifyCall(transmission, body, webhookIDs[tried], Secret(token)))
    }

    /// A token serves until a minute before its end.
    static func lifetime(ofToken answer: Answer) -> Duration {
        guard answer.json?["access_token"]?.string != nil, let seconds = answer.json?["expires_in"]?.int64 else {
            return .seconds(60)
        }
        return .seconds(max(0, min(seconds, 7 * 86_400) - 60))
    }

    private static let mismatch = Objection.shared(.signatureMismatch).refused

    private var tokenCall: VerifierCall {
        let credentials = Base64.encode(Array(clientID.utf8) + [UInt8(ascii: ":")] + clientSecret.revealed)
        let call = Call(
            "token",
            url: url + "/v1/oauth2/token",
            headers: ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"],
            secretHeaders: [.init("Authorization", prefix: "Basic ", Secret(credentials))],
            body: Array("grant_type=client_credentials".utf8)
        )
        return VerifierCall(call, cacheKey: Self.tokenKey, mayReachLoopback: isConfigured)
    }

    private func verifyCall(
        _ transmission: Transmission,
        _ body: [UInt8],
        _ webhookID: String,
        _ token: Secret
    ) -> VerifierCall {
        let others: JSONValue = [
            "auth_algo": .string(Transmission.algorithm), "cert_url": .string(transmission.address.url),
            "transmission_id": .string(transmission.id), "transmission_sig": .string(transmission.signatureText),
            "transmission_time": .string(transmission.time), "webhook_id": .string(webhookID),
        ]
        // The very bytes that came: written anew, numbers and escapes could change, and the checksum with them. Ours stand
        // behind them, as of members with the same name readers mostly take the last.
        var text = Array(#"{"webhook_event":"#.utf8)
        text += body
        text.append(UInt8(ascii: ","))
        text += others.encoded().dropFirst()
        let call = Call(
            "verify",
            url: url + "/v1/notifications/verify-webhook-signature",
            headers: ["Content-Type": "application/json", "Accept": "application/json"],
            secretHeaders: [.init("Authorization", prefix: "Bearer ", token)],
            body: text
        )
        return VerifierCall(call, mayReachLoopback: isConfigured)
    }

    private func unavailable(
        _ reason: String,
        _ exchange: Exchange,
        forgetting: Set<String> = []
    ) -> VerifierStep {
        var wait = Duration.seconds(forgetting.isEmpty ? 30 : 1)
        if case .answer(let answer) = exchange.result, let asked = answer.retryAfter { wait = max(wait, asked) }
        return .unavailable(.init(reason: reason, retryAfter: wait, forgetting: forgetting))
    }
}
