// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

extension DaemonRoutes {
    /// Whether the sender wants to be told what became of its webhook; providers never ask.
    ///
    /// Source: RFC 7240 section 4.2.
    static func wantsRepresentation(_ request: ServerRequest) -> Bool {
        request.headers["Prefer"]?.lowercased().contains("return=representation") ?? false
    }

    /// What became of a webhook, for people: `tributary send` prints it.
    static func representation(of settlements: [Settlement], _ receipt: WebhookReceipt) -> ServerResponse {
        let isRepeat = settlements.allSatisfy { $0.status == .repeated }
        let webhooks = zip(settlements, receipt.outcomes).map { settlement, outcome in
            JSONValue.object([
                .init("number", .integer(settlement.number)),
                .init("status", settlement.status == .stored ? "stored" : "repeated"),
                .init("outcome", .string(outcome.kind.rawValue)),
                .init("rule", outcome.rule.map(JSONValue.string) ?? .null),
                .init("why", outcome.why.map(JSONValue.string) ?? .null),
            ])
        }
        let events = receipt.events.map { event in
            JSONValue.object([
                .init("kind", .string(event.kind.rawValue)),
                .init("key", .string(event.key.description)),
                .init("total", event.total.map { .string($0.description) } ?? .null),
            ])
        }
        return .json([
            "status": isRepeat ? "repeated" : "stored", "webhooks": .array(webhooks), "events": .array(events),
        ])
    }
}
