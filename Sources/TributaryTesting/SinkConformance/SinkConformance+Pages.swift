// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension SinkConformance {
    /// Pages that answer in place of the platform, and ids that are e-mail addresses.
    ///
    /// A page for people stands at another address, on a parked domain or before a firewall: it is neither a success nor a
    /// word about the buyer. And whatever a sink says of a record, it quotes no address of a person.
    ///
    /// - Returns: all broken promises.
    public func breachesByPages() -> [Breach] {
        let page = Array("<!doctype html><html><title>Parked</title></html>".utf8)
        let results = [200, 201, 302, 400, 404, 405, 409, 410, 422].map {
            Exchange.Result.answer(Answer(status: $0, headers: ["Content-Type": "text/html"], body: page))
        }
        var breaches: [Breach] = []
        for delivery in personalDeliveries() {
            for result in results {
                let last = SinkTranscript(delivery, to: subject.sink, answering: Array(repeating: result, count: 33))
                guard let end = last.end, case .answer(let answer) = result else { continue }
                let check = "\(delivery.event.kind.rawValue) answered with a page and \(answer.status)"
                if end.reason.contains("ada@") {
                    breaches.append(Breach(check: check, message: "quotes an e-mail address: \(end.reason)"))
                }
                guard !last.calls.isEmpty, let mistake = Self.mistake(about: end, after: answer.status) else {
                    continue
                }
                breaches.append(Breach(check: check, message: mistake))
            }
        }
        return breaches
    }

    private static func mistake(about end: Step.End, after status: Int) -> String? {
        switch end.end {
        case .delivered, .unproven: "takes a page for a success"
        case .duplicate: status == 409 ? nil : "takes a page for a duplicate"
        case .notAttributed, .notApplicable, .rejectedByPlatform: "takes a page for a word about the buyer"
        case .needsHuman, .permanent: nil
        }
    }

    /// Deliveries of a merchant whose ids are e-mail addresses.
    private func personalDeliveries() -> [Delivery] {
        guard let amount = subject.amounts.first(where: { $0.minor > 1 }) else { return [] }
        let payment = subject.buyer.payment("in_ada@example.com", amount)
        let end = Step.End(.delivered, reason: "stored")
        let changes: [(kind: EventKind, from: Int64, to: Int64)] = [
            (.refundSucceeded, 0, 1), (.refundSucceeded, 0, amount.minor), (.refundReversed, amount.minor, 0),
        ]
        let corrections = changes.map { change in
            subject.buyer.correction(
                "re_1",
                of: payment,
                ended: end,
                from: change.from,
                to: change.to,
                kind: change.kind
            )
        }
        return [subject.buyer.signUp(), payment] + corrections.compactMap(\.self)
    }
}
