// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel
import TributarySigning

/// Checks the signature here, with a certificate that is PayPal's beyond doubt.
struct OfflineProof: Sendable {
    /// Most certificates that may come with a leaf.
    static let chainMax = 10

    /// Where the certificate comes from.
    enum Source: Sendable {
        /// From the address that the webhook names.
        case address
        /// From the operator's files, each of which may be the right one.
        case files([CertificateList])
    }

    let trust: TrustStore
    let source: Source
    let isLive: Bool

    /// The name in PayPal's certificates.
    private var name: String {
        isLive ? "messageverificationcerts.paypal.com" : "messageverificationcerts.sandbox.paypal.com"
    }

    func step(
        for transmission: Transmission,
        _ messages: [[UInt8]],
        at now: Timestamp,
        after exchanges: [Exchange]
    ) -> VerifierStep {
        switch source {
        case .files(let lists): return verdict(on: transmission, messages, under: lists, at: now)
        case .address:
            guard let exchange = exchanges.last else {
                let call = Call("certificate", method: "GET", url: transmission.address.url)
                return .call(VerifierCall(call, cacheKey: transmission.address.url))
            }
            guard case .answer(let answer) = exchange.result, answer.isSuccess else {
                return .unavailable(.init(reason: "certificateNotFetched", retryAfter: .seconds(60)))
            }
            // PayPal once served a page in its place, which said nothing about the webhook.
            guard let list = Self.certificates(in: answer) else {
                return .unavailable(.init(reason: "certificateNotPEM", retryAfter: .seconds(60)))
            }
            return verdict(on: transmission, messages, under: [list], at: now)
        }
    }

    /// A certificate never changes under its address, and whatever else comes may be better in a minute.
    static func lifetime(of answer: Answer) -> Duration {
        certificates(in: answer) == nil ? .seconds(60) : .seconds(7 * 86_400)
    }

    private static func certificates(in answer: Answer) -> CertificateList? {
        CertificateList(pem: answer.body, countMax: chainMax)
    }

    private func verdict(
        on transmission: Transmission,
        _ messages: [[UInt8]],
        under lists: [CertificateList],
        at now: Timestamp
    ) -> VerifierStep {
        var objections: [Objection] = []
        for list in lists {
            let objection =
                trust.objection(to: list, name: name, at: now)
                ?? RSASignature.objection(to: transmission.signature, of: messages, under: list)
            guard let objection else { return .genuine }
            objections.append(objection)
        }
        // Of several certificates the one that is in order tells more about the webhook than an old one.
        let mismatch = Objection.shared(.signatureMismatch)
        return .refused((objections.contains(mismatch) ? mismatch : objections.first ?? mismatch).refused)
    }
}
