// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel
import TributarySigning

/// Carries out a plan over one webhook.
///
/// The same walk maps and explains: an explanation is the walk with a trace.
struct PlanWalk {
    let source: String
    let evaluator: Evaluator

    var plan: CompiledPlan { evaluator.plan }
    var document: JSONDocument { evaluator.document }

    /// Takes what was tried and found for each result.
    var trace: Trace? { evaluator.trace }

    init(
        plan: CompiledPlan,
        document: JSONDocument,
        headers: HeaderFields,
        source: String,
        received: Timestamp?,
        trace: Trace?
    ) {
        self.source = source
        evaluator = Evaluator(document: document, headers: headers, plan: plan, trace: trace, received: received)
    }

    func results(digest: () -> String) -> [MappingResult] {
        var state = WalkState(budget: MappingPlan.nodesVisitedMax)
        state.findRoot(plan.program.root, in: document)
        var results: [MappingResult] = []
        switch plan.body {
        case .json, .form, .byContentType: addResult(of: document.root, to: &results, &state, digest: digest)
        case .batch(let selector) where selector.isRootList && document.kind(document.root) == .object:
            addResult(of: document.root, to: &results, &state, digest: digest)
        case .batch(let selector):
            do throws(Fault) {
                for node in try evaluator.selectAll(selector, at: document.root, &state) {
                    addResult(of: node, to: &results, &state) {
                        HashAlgorithm.sha256.digest(of: Array(document.bytes[document.byteRange(node)])).hexText
                    }
                }
            } catch {
                results.append(
                    MappingResult(facts: WebhookFacts(id: digest()), outcome: .budgetExceeded, rule: nil)
                )
            }
        }
        return results
    }

    // MARK: One webhook

    private func addResult(
        of entry: JSONNode,
        to results: inout [MappingResult],
        _ state: inout WalkState,
        digest: () -> String
    ) {
        let budget = state.budget
        var draft = Draft(entry: entry)
        let outcome: MappingOutcome
        do throws(Refusal) {
            let type = try readIdentity(&draft, &state, digest: digest)
            if let trace { draft.envelopeFields = trace.takeFields() }
            outcome = try decide(type, &draft, &state)
        } catch {
            outcome = error.outcome
        }
        let rule = draft.rule
        let unlisted = state.takeUnlisted(of: rule?.id)
        // The facts are moved into it: copying them would count references for each of their texts.
        results.append(
            MappingResult(
                facts: WebhookFacts(id: ""),
                outcome: outcome,
                rule: rule?.id,
                entry: entry,
                unlisted: unlisted
            )
        )
        swap(&results[results.count - 1].facts, &draft.facts)
        guard let trace else { return }
        trace.file(
            results[results.count - 1],
            fields: draft.fields,
            lookedAt: lookedAt(outcome, rule),
            nodes: min(budget, budget - state.budget)
        )
    }

    /// The selectors of a field that is missing.
    private func lookedAt(_ outcome: MappingOutcome, _ rule: PlannedRule?) -> [String] {
        guard case .incomplete(let field) = outcome else { return [] }
        return rule?.selectors(of: field) ?? []
    }

    /// Reads id, type, time, live and API version; what only events need is allowed to fail until there is one.
    private func readIdentity(
        _ draft: inout Draft,
        _ state: inout WalkState,
        digest: () -> String
    ) throws(Refusal) -> TypeEntry? {
        let entry = draft.entry
        trace?.begin()
        do throws(Fault) {
            try state.spend(plan.envelope.count)
            try state.find(plan.envelope.scope, in: document, from: entry)
            let id = plan.envelope.id < 0 ? nil : try evaluator.text(plan.envelope.id, at: entry, &state)
            draft.facts.idIsDigest = id == nil
            draft.facts.id = id ?? digest()
        } catch {
            draft.facts.idIsDigest = true
            draft.facts.id = digest()
            throw Refusal(error, in: "event.id")
        }
        trace?.finish("event.id")
        let type: TypeEntry?
        do throws(Fault) {
            type = try readType(&draft, &state)
        } catch {
            throw Refusal(error, in: "event.type")
        }
        trace?.finish("event.type")
        readRest(&draft, &state)
        return type
    }

    /// The type and what the plan does with it; the text of a known type is the plan's own.
    private func readType(_ draft: inout Draft, _ state: inout WalkState) throws(Fault) -> TypeEntry? {
        let value = try evaluator.value(plan.envelope.type, at: draft.entry, &state)
        if case .node(let node) = value, document.kind(node) == .string,
            let known = document.withUTF8(of: node, { plan.types.find($0) })
        {
            draft.facts.type = known.type
            return known
        }
        let text = try evaluator.text(value)
        draft.facts.type = text
        return text.flatMap { plan.types.find($0.utf8.span) }
    }

    /// Time, live and API version: an ignored webhook may have them unreadable.
    private func readRest(_ draft: inout Draft, _ state: inout WalkState) {
        do throws(Fault) {
            if plan.envelope.time >= 0 {
                draft.facts.time = try evaluator.time(plan.envelope.time, at: draft.entry, &state)
                trace?.finish("event.time")
            }
        } catch {
            draft.timeRefusal = Refusal(error, in: "event.time")
            trace?.begin()
        }
        var field = "event.live"
        do throws(Fault) {
            if plan.envelope.live >= 0 {
                draft.facts.live = try evaluator.bool(plan.envelope.live, at: draft.entry, &state)
                trace?.finish(field)
            }
            field = "event.api"
            if plan.envelope.api >= 0 {
                draft.facts.api = try evaluator.text(plan.envelope.api, at: draft.entry, &state)
                trace?.finish(field)
            }
        } catch {
            draft.refusal = Refusal(error, in: field)
        }
    }

    // MARK: Rules

    private func decide(
        _ type: TypeEntry?,
        _ draft: inout Draft,
        _ state: inout WalkState
    ) throws(Refusal) -> MappingOutcome {
        guard let name = draft.facts.type else { throw Refusal(.incomplete(field: "event.type")) }
        guard let type else { return .unmapped(type: name) }
        do throws(Fault) {
            for entry in type.guards where try holds(entry, type, draft.entry, &state) {
                return .ignored(why: entry.why)
            }
        } catch {
            throw Refusal(.budgetExceeded)
        }
        for rule in type.rules {
            if let events = try events(rule, type, &draft, &state) { return .emitted(events) }
        }
        guard let first = type.rules.first else {
            return type.ignored.map { .ignored(why: $0) } ?? .unmapped(type: name)
        }
        draft.rule = first
        return .filtered(rule: first.id, clause: try falseClause(of: first, draft.entry, &state))
    }

    /// The events of a rule; `nil` where it does not take the webhook.
    private func events(
        _ rule: PlannedRule,
        _ type: TypeEntry,
        _ draft: inout Draft,
        _ state: inout WalkState
    ) throws(Refusal) -> [Event]? {
        let match = rule.match
        let scope = type.scopes[match.scope]
        var several: [JSONNode] = []
        var one: JSONNode?
        do throws(Fault) {
            if let at = match.at, !at.isSingular {
                several = try takenOfSeveral(rule, scope, at, draft.entry, &state)
            } else {
                one = try taken(match, scope, draft.entry, &state)
                if one == nil {
                    let node = node(match, draft.entry, state)
                    trace?.noteFailed(rule.id, match.at, match.condition, document, node, isIgnoreEntry: false)
                }
            }
        } catch {
            throw Refusal(.budgetExceeded)
        }
        guard one != nil || !several.isEmpty else { return nil }
        trace?.noteTaken(rule.id, isIgnoreEntry: false)
        draft.rule = rule
        guard let one else { return try emit(rule, scope, several, &draft, &state) }
        return try emit(rule, scope, CollectionOfOne(one), &draft, &state)
    }

    /// The one node of a rule or ignore entry, where it is there and the condition holds.
    private func taken(
        _ match: PlannedMatch,
        _ scope: SelectorScope,
        _ entry: JSONNode,
        _ state: inout WalkState
    ) throws(Fault) -> JSONNode? {
        try state.spend(1)
        guard let node = node(match, entry, state), try holds(match, scope, node, &state) else { return nil }
        return node
    }

    /// The one node that a rule or ignore entry chooses.
    private func node(_ match: PlannedMatch, _ entry: JSONNode, _ state: borrowing WalkState) -> JSONNode? {
        if match.number >= 0 { return state.found[match.number] }
        guard let at = match.at else { return entry }
        return at.node(in: document, at: entry)
    }

    private func holds(
        _ match: PlannedMatch,
        _ scope: SelectorScope,
        _ node: JSONNode,
        _ state: inout WalkState
    ) throws(Fault) -> Bool {
        guard let condition = match.condition else { return true }
        guard let planned = match.planned else { return try evaluator.holds(condition, at: node, &state) }
        try state.find(scope, in: document, from: node)
        return try state.holds(planned, in: document)
    }

    private func takenOfSeveral(
        _ rule: PlannedRule,
        _ scope: SelectorScope,
        _ at: Selector,
        _ entry: JSONNode,
        _ state: inout WalkState
    ) throws(Fault) -> [JSONNode] {
        let nodes = try evaluator.selectAll(at, at: entry, &state)
        var taken: [JSONNode] = []
        for node in nodes {
            try state.spend(1 + rule.rootSelectorCount * document.nodeCount / 32)
            if try holds(rule.match, scope, node, &state) { taken.append(node) }
        }
        if taken.isEmpty {
            trace?.noteFailed(rule.id, at, rule.match.condition, document, nodes.first, isIgnoreEntry: false)
        }
        return taken
    }

    /// Whether an ignore entry with a `where` takes the webhook.
    private func holds(
        _ entry: PlannedGuard,
        _ type: TypeEntry,
        _ node: JSONNode,
        _ state: inout WalkState
    ) throws(Fault) -> Bool {
        let match = entry.match
        let scope = type.scopes[match.scope]
        var first: JSONNode?
        var isTaken = false
        if let at = match.at, !at.isSingular {
            let nodes = try evaluator.selectAll(at, at: node, &state)
            first = nodes.first
            for node in nodes where try holds(match, scope, node, &state) {
                isTaken = true
                break
            }
        } else {
            first = self.node(match, node, state)
            isTaken = try taken(match, scope, node, &state) != nil
        }
        if isTaken {
            trace?.noteTaken(entry.why, isIgnoreEntry: true)
        } else {
            trace?.noteFailed(entry.why, match.at, match.condition, document, first, isIgnoreEntry: true)
        }
        return isTaken
    }

    /// The clause that kept the first rule from taking the webhook.
    private func falseClause(
        of rule: PlannedRule,
        _ entry: JSONNode,
        _ state: inout WalkState
    ) throws(Refusal) -> String {
        var node: JSONNode? = entry
        do throws(Fault) {
            if let at = rule.match.at { node = try evaluator.selectAll(at, at: entry, &state).first }
        } catch {
            throw Refusal(.budgetExceeded)
        }
        guard let node else { return "at" }
        let condition = rule.match.condition
        return condition?.predicate.firstFalseClause(in: document, at: node)?.text ?? condition?.text ?? ""
    }
}

/// What is known of a webhook while it is mapped.
struct Draft {
    let entry: JSONNode
    var facts = WebhookFacts(id: "")

    /// The rule that decided.
    var rule: PlannedRule?

    /// What is wrong with a fact that only events need.
    var refusal: Refusal?

    /// What is wrong with the time, which a rule that knows its own does not need.
    var timeRefusal: Refusal?
    var envelopeFields: [Explanation.Field] = []
    var fields: [[Explanation.Field]] = []

    init(entry: JSONNode) { self.entry = entry }
}

/// An outcome without events.
struct Refusal: Error {
    let outcome: MappingOutcome

    init(_ outcome: MappingOutcome) { self.outcome = outcome }

    /// A fault with the name of the field in which it happened.
    init(_ fault: Fault, in field: String) {
        switch fault {
        case .budget: outcome = .budgetExceeded
        case .invalid(let within, let path, let reason):
            outcome = .invalid(field: field + within, path: path, reason: reason)
        }
    }
}
