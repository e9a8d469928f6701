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
            let hasOwnTime = try fill(&events[index], rule, at: node, draft, &state)
            if let trace {
                let json = events[index].cloudEvent
                let envelope = draft.envelopeFields.filter { !hasOwnTime || $0.name != "event.time" }
                draft.fields.append((envelope + trace.takeFields()).map { $0.valued(in: json) })
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
        var key: Reference?
        trace?.begin()
        let unlisted = state.unlisted.count
        do throws(Fault) {
            try state.find(scope, in: document, from: node)
            for identity in rule.keys {
                guard let id = try evaluator.text(identity.operation, at: node, &state) else { continue }
                key = Reference(identity.type, id)
                break
            }
        } catch {
            throw Refusal(error, in: "key")
        }
        state.attribute(unlistedFrom: unlisted, to: "key")
        guard let key else { throw Refusal(.incomplete(field: "key")) }
        trace?.finish("key")
        return Event(
            id: id,
            source: source,
            kind: rule.kind,
            key: key,
            time: facts.time ?? Timestamp(unixMilliseconds: 0),
            provider: ProviderFacts(name: plan.provider, event: facts.id, type: facts.type ?? "", api: facts.api)
        )
    }

    /// Fills what the rule fills.
    ///
    /// - Returns: Whether the rule gave the time, so that the webhook's own does not count.
    private func fill(
        _ event: inout Event,
        _ rule: PlannedRule,
        at node: JSONNode,
        _ draft: borrowing Draft,
        _ state: inout WalkState
    ) throws(Refusal) -> Bool {
        var hasOwnTime = false
        try addAliases(rule.aliases, to: &event, at: node, &state)
        event.raw.reserveCapacity(rule.rawCount)
        for index in rule.fills.indices {
            let unlisted = state.unlisted.count
            do throws(Fault) {
                let isFilled = try evaluator.fill(&event, rule.fills[index], at: node, &state)
                if state.unlisted.count > unlisted {
                    state.attribute(unlistedFrom: unlisted, to: rule.names[index])
                }
                if isFilled, case .time = rule.fills[index].target { hasOwnTime = true }
            } catch {
                throw Refusal(error, in: rule.names[index])
            }
            trace?.finish(rule.names[index])
        }
        guard hasOwnTime || draft.facts.time != nil else {
            throw draft.timeRefusal ?? Refusal(.incomplete(field: "time"))
        }
        if let missing = event.missingTarget { throw Refusal(.incomplete(field: missing)) }
        return hasOwnTime
    }

    private func addAliases(
        _ aliases: [PlannedRule.Identity],
        to event: inout Event,
        at node: JSONNode,
        _ state: inout WalkState
    ) throws(Refusal) {
        let unlisted = state.unlisted.count
        defer { state.attribute(unlistedFrom: unlisted, to: "aliases") }
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
