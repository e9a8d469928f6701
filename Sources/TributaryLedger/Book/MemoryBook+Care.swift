// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

extension MemoryBook {
    /// What was decided about a webhook of the journal, and its events in the order of their positions.
    public func judged(_ webhook: Int64) -> JudgedWebhook {
        guard let submission = webhooks[webhook] else { preconditionFailure("webhook \(webhook) was never journaled") }
        return JudgedWebhook(
            mapping: submission.mapping,
            outcome: submission.outcome,
            events: entered(with: webhook).map(\.event)
        )
    }

    /// The events of a webhook in the order of their positions.
    public func entered(with webhook: Int64) -> [StoredEvent] {
        let first = webhook << EventEntry.positionBits
        var found: [StoredEvent] = []
        while let event = events[first | Int64(found.count)] { found.append(event) }
        return found
    }

    /// Keeps what a mapping decides now about a webhook of the journal.
    public mutating func rejudge(_ webhook: Int64, _ mapping: MappingStamp, _ outcome: JournalOutcome) {
        webhooks[webhook]?.mapping = mapping
        webhooks[webhook]?.outcome = outcome
    }

    /// Puts another event in the place of one, under its own key; kind, scope and number stay.
    public mutating func replace(_ event: Int64, with erased: Event) {
        guard let before = events[event] else { return }
        let scope = before.entry.scope
        let told = Told(kind: erased.kind, place: Place(scope: scope, reference: before.event.key))
        if self.told[told] == event {
            self.told[told] = nil
            self.told[Told(kind: erased.kind, place: Place(scope: scope, reference: erased.key))] = event
        }
        events[event]?.event = erased
        let webhook = event >> EventEntry.positionBits
        let position = Int(event & (1 << EventEntry.positionBits - 1))
        if webhooks[webhook]?.events.indices.contains(position) == true {
            webhooks[webhook]?.events[position] = erased
        }
    }

    /// Forgets what is known about an id.
    public mutating func unbind(_ reference: Reference, in scope: Scope) {
        links[Place(scope: scope, reference: reference)] = nil
    }

    /// All deliveries of an event, whatever sinks are configured.
    public func deliveries(of event: Int64) -> [DeliveryRow] {
        deliveries.values.filter { $0.event == event }.sorted { $0.number < $1.number }
    }

    /// Drops the body and the header fields of a webhook.
    ///
    /// - Returns: whether there were any.
    public mutating func eraseContent(ofWebhook number: Int64) -> Bool {
        guard let webhook = webhooks[number], !webhook.body.isEmpty || !webhook.headers.fields.isEmpty else {
            return false
        }
        webhooks[number]?.body = []
        webhooks[number]?.headers = [:]
        return true
    }
}
