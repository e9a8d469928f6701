// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

extension PlanWalk {
    /// Builds one event for each node that a rule took; one that cannot be built spoils them all.
    func emit(
        _ rule: PlannedRule,
        _ scope: SelectorScope,
        _ nodes: some Collection<JSONNode>,
        _ draft: inout Draft,
        _ state: inout WalkState
    ) throws(Refusal) -> [Event] {
        if let refusal = draft.refusal { throw refusal }
        var events: [Event] = []
        events.reserveCapacity(nodes.count)
        for (index, node) in nodes.enumerated() {
            let id = index == 0 ? draft.facts.id : "\(draft.facts.id)#\(index + 1)"
            // Filled where it stays: an event is large, and copying one counts references for each of its texts.
            events.append(try blank(id: id, rule, scope, at: node, draft.facts, &state))
            events[index].live = draft.facts.live
            try fill(&events[index], rule, at: node, hasTime: draft.facts.time != nil, &state)
            if let trace {
                let json = events[index].cloudEvent
                draft.fields.append((draft.envelopeFields + trace.takeFields()).map { $0.valued(in: json) })
            }
        }
        return events
    }

    /// An event with what all events have.
    private func blank(
        id: String,
        _ rule: PlannedRule,
        _ scope: SelectorScope,
        at node: JSONNode,
        _ facts: WebhookFacts,
        _ state: inout WalkState
    ) throws(Refusal) -> Event {
        let key: String?
        trace?.begin()
        do throws(Fault) {
            try state.find(scope, in: document, from: node)
            key = try evaluator.text(rule.key.operation, at: node, &state)
        } catch {
            throw Refusal(error, in: "key")
        }
        guard let key else { throw Refusal(.incomplete(field: "key")) }
        trace?.finish("key")
        return Event(
            id: id,
            source: source,
            kind: rule.kind,
            key: Reference(rule.key.type, key),
            time: facts.time ?? Timestamp(unixMilliseconds: 0),
            provider: ProviderFacts(name: plan.provider, event: facts.id, type: facts.type ?? "", api: facts.api)
        )
    }

    private func fill(
        _ event: inout Event,
        _ rule: PlannedRule,
        at node: JSONNode,
        hasTime: Bool,
        _ state: inout WalkState
    ) throws(Refusal) {
        var hasTime = hasTime
        try addAliases(rule.aliases, to: &event, at: node, &state)
        event.raw.reserveCapacity(rule.rawCount)
        for (index, fill) in rule.fills.enumerated() {
            do throws(Fault) {
                let isFilled = try evaluator.fill(&event, fill, at: node, &state)
                if isFilled, case .time = fill.target { hasTime = true }
            } catch {
                throw Refusal(error, in: rule.names[index])
            }
            trace?.finish(rule.names[index])
        }
        guard hasTime else { throw Refusal(.incomplete(field: "event.time")) }
        if let missing = event.missingTarget { throw Refusal(.incomplete(field: missing)) }
    }

    private func addAliases(
        _ aliases: [PlannedRule.Identity],
        to event: inout Event,
        at node: JSONNode,
        _ state: inout WalkState
    ) throws(Refusal) {
        for alias in aliases {
            let id: String?
            do throws(Fault) {
                id = try evaluator.text(alias.operation, at: node, &state)
            } catch {
                throw Refusal(error, in: "aliases")
            }
            let reference = id.map { Reference(alias.type, $0) }
            trace?.finish("aliases", value: reference.map { .string($0.description) })
            guard let reference, reference != event.key, !event.aliases.contains(reference) else { continue }
            event.aliases.append(reference)
        }
    }
}
