// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension SinkConformance {
    /// Somebody whom no partner brought is not booked, and not tried for ever.
    func stranger() async -> [Breach] {
        var breaches: [Breach] = []
        let check = "sale of a stranger"
        subject.front.reset(faults: FaultPlan())
        guard let amount = subject.amounts.first else { return [] }
        let course = await deliver(subject.stranger.payment("in_9", amount), check, &breaches)
        if course.end?.end != .notAttributed {
            breaches.append(Breach(check: check, message: "came to rest as \(course.rest)"))
        }
        compare(check, [], &breaches)
        return breaches
    }

    /// A refused key pauses the sink with the first attempt.
    func wrongKey() async -> [Breach] {
        var breaches: [Breach] = []
        let check = "refused key"
        subject.front.reset(faults: FaultPlan())
        guard let amount = subject.amounts.first, let sink = subject.sinkWithWrongKey else { return [] }
        let payment = subject.buyer.payment("in_1", amount)
        let course = await deliver(payment, to: sink, check, &breaches)
        if course.rest != .paused || course.attempts != 1 {
            breaches.append(Breach(check: check, message: "came to rest as \(course.rest) after \(course.attempts)"))
        }
        compare(check, [], &breaches)
        return breaches
    }

    /// Kinds that the platform has no place for end without a call.
    func unsupportedKinds() -> [Breach] {
        let kinds = Set(EventKind.allCases).subtracting(subject.sink.capabilities.kinds)
        return kinds.sorted { $0.rawValue < $1.rawValue }.compactMap { kind in
            let delivery = Delivery(id: 1, event: subject.buyer.event(kind, Reference("x", "1")), idempotencyKey: "k")
            if SinkTranscript(delivery, to: subject.sink).end?.end == .notApplicable { return nil }
            return Breach(
                check: "kind \(kind.rawValue)",
                message: "is not in the capabilities, but did not end at once"
            )
        }
    }

    /// Whatever the platform answers, a sink comes to a step, claims nothing after a failure, and quotes no person.
    func oddAnswers() -> [Breach] {
        let statuses = [200, 201, 204, 301, 302, 400, 401, 403, 404, 408, 409, 418, 422, 425, 429, 500, 502, 503, 599]
        let email = "ada@example.com"
        let bodies: [JSONValue?] = [
            nil, .null, [:], [], "text", 7, ["id": .null, "data": .null, "error": .null, "message": .null],
            ["id": [:], "data": ["id": ["x"]], "commissions": ["a", 1, .null], "status": 3],
            ["error": .string("bad \(email)"), "message": .string("bad \(email)")],
            ["error": ["code": "X", "message": .string("bad \(email)"), "field": "amount"]],
        ]
        var results = statuses.flatMap { status in bodies.map { Exchange.Result.odd(status, $0) } }
        results += [true, false].map { .failure(CallFailure(code: "connectionLost", mayHaveArrived: $0)) }
        var breaches: [Breach] = []
        for delivery in sampleDeliveries() {
            for result in results {
                let last = SinkTranscript(delivery, to: subject.sink, answering: Array(repeating: result, count: 33))
                breaches += judge(last, of: delivery, after: result, email: email)
            }
        }
        return breaches
    }

    private func judge(
        _ transcript: SinkTranscript,
        of delivery: Delivery,
        after result: Exchange.Result,
        email: String
    ) -> [Breach] {
        var status = 0
        if case .answer(let answer) = result { status = answer.status }
        let check = "\(delivery.event.kind.rawValue) answered with \(status)"
        var messages: [String] = []
        if transcript.calls.count > subject.callsMax { messages.append("calls without end") }
        if let end = transcript.end {
            if end.reason.contains(email) { messages.append("quotes an e-mail address") }
            let isOver = end.end.isStored && status != 409
            if isOver, !(200..<300).contains(status) { messages.append("claims \(end.end.rawValue)") }
            let isPassing = [0, 408, 425, 429].contains(status) || status >= 500
            if isPassing, !transcript.calls.isEmpty, end.end != .needsHuman {
                messages.append("gives up as \(end.end.rawValue) what may pass")
            }
        }
        if [401, 403].contains(status), !transcript.calls.isEmpty, transcript.retry?.scope != .credentials {
            messages.append("does not pause")
        }
        return messages.map { Breach(check: check, message: $0) }
    }

    private func sampleDeliveries() -> [Delivery] {
        guard let amount = subject.amounts.first(where: { $0.minor > 1 }) else { return [] }
        let payment = subject.buyer.payment("in_1", amount)
        var doubted = payment
        doubted.mayHaveArrivedBefore = true
        let lost = Step.End(.delivered, reason: "stored")
        let kept = Step.End(.delivered, reason: "stored", receipt: Receipt([.init("conversion", "1")]))
        let refunds = [lost, kept].flatMap { end in
            [1, amount.minor].map { subject.buyer.correction("re_1", of: payment, ended: end, from: 0, to: $0) }
        }
        return [subject.buyer.signUp(), payment, doubted] + refunds.compactMap(\.self)
    }
}

extension Exchange.Result {
    fileprivate static func odd(_ status: Int, _ json: JSONValue?) -> Self {
        .answer(Answer(status: status, body: json?.encoded() ?? Array("<html>".utf8), json: json))
    }
}
