// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// The merchant's own services: each event as a Standard Webhook whose body is the event as CloudEvents JSON.
///
/// Source: standard-webhooks/standard-webhooks, spec/standard-webhooks.md: the id is the same in every attempt, and 410
/// says that the receiver wants no more, which pauses the sink.
public struct ForwardSink: Sink {
    let url: String
    let secrets: [Secret]

    /// Everything that says something about a customer.
    public var capabilities: SinkCapabilities { .wholeStory }

    /// The next step of one attempt.
    public func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
        guard capabilities.kinds.contains(delivery.event.kind) else {
            return .end(.init(.notApplicable, reason: "\(delivery.event.kind.rawValue) says nothing about a customer"))
        }
        guard let result = exchanges.last?.result else { return .call(call(delivery)) }
        if case .answer(let answer) = result {
            if answer.isSuccess { return .end(.init(.delivered, reason: "taken (\(answer.status))")) }
            if answer.status == 410 {
                // Nothing is to be sent there any more, and nothing shall be lost: the deliveries wait for a person.
                let remedy = "remove the sink, or mend its \"url\""
                return .retry(.init(reason: "the receiver is gone (410); \(remedy)", scope: .credentials))
            }
            // Anything else may be a deployment that goes wrong for a while; nothing of it says never.
            return Step.usual(result) ?? .retry(.init(reason: "status \(answer.status)", after: answer.retryAfter))
        }
        return Step.usual(result) ?? .retry(.init(reason: "no answer"))
    }

    private func call(_ delivery: Delivery) -> Call {
        var call = Call.json("webhook", url: url, delivery.event.cloudEvent)
        call.headers.set("Content-Type", "application/cloudevents+json")
        call.standardWebhook = StandardWebhook(id: Self.id(delivery.idempotencyKey), secrets: secrets)
        return call
    }

    /// The idempotency key as it may stand in a header field: ids of providers may hold anything.
    private static func id(_ key: String) -> String {
        key.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? key : URLText.encoded(key)
    }
}
