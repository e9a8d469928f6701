// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryJSON
import TributaryMapping
import TributaryModel

/// A platform as a description says it is: event → request → meaning of the answer.
public struct PostbackSink: Sink {
    let file: PostbackFile
    /// Where calls go that name no address of their own.
    let address: String
    let settings: SettingValues
    /// Whether the operator has put the address in the place of all others, as a test does.
    var isReplaced = false

    /// What the description says the platform can take.
    public var capabilities: SinkCapabilities {
        SinkCapabilities(
            kinds: file.kinds,
            kindsByDefault: file.capabilities.kindsByDefault,
            refunds: refunds,
            identifiers: file.capabilities.identifiers,
            parameters: file.capabilities.parameters,
            needsOrder: file.capabilities.needsOrder
        )
    }

    private var refunds: RefundSupport {
        let chosen = file.capabilities.refundsSetting.flatMap { settings.texts[$0] }
        return chosen.flatMap { RefundSupport(rawValue: $0) } ?? file.capabilities.refunds
    }

    /// The next step of one attempt.
    public func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
        do throws(EvaluationFault) {
            guard let last = exchanges.last else { return try begin(delivery) }
            return try proceed(delivery, exchanges, last.result)
        } catch {
            let end: DeliveryEnd = exchanges.isEmpty ? .permanent : .needsHuman
            return .end(.init(end, reason: "the description of \(file.name) does not fit: \(error)"))
        }
    }

    private func document(_ delivery: Delivery, found: JSONValue? = nil, answer: Answer? = nil) -> DeliveryDocument? {
        let parameters = file.capabilities.parameters
        let click = parameters.filter { $0.value == .click }.keys.min()
        let named = click.map { delivery.namingClick(as: $0) } ?? delivery
        return DeliveryDocument(named, settings, parameters, found: found, answer: answer)
    }

    /// The document with an answer that may be too deep or too large to be looked at.
    private func document(_ delivery: Delivery, found: JSONValue?, looking answer: Answer) -> DeliveryDocument? {
        var plain = answer
        plain.json = nil
        plain.body = []
        return document(delivery, found: found, answer: answer) ?? document(delivery, found: found, answer: plain)
    }

    /// The first request that takes the event.
    private func request(for event: Event, in document: DeliveryDocument) throws(EvaluationFault) -> PostbackRequest? {
        for request in file.requests where request.kinds.contains(event.kind) {
            guard let condition = request.condition else { return request }
            if try condition.holds(in: document.json, at: document.event) { return request }
        }
        return nil
    }

    private func begin(_ delivery: Delivery) throws(EvaluationFault) -> Step {
        guard file.kinds.contains(delivery.event.kind) else {
            let reason = "\(file.name) has no place for \(delivery.event.kind.rawValue)"
            return .end(.init(.notApplicable, reason: reason))
        }
        guard let document = document(delivery) else {
            return .end(.init(.permanent, reason: "the event cannot be written as JSON"))
        }
        guard let request = try request(for: delivery.event, in: document) else {
            return .end(.init(.notApplicable, reason: "no request of \(file.name)'s description takes the event"))
        }
        if let end = try first(of: request.before, document) { return .end(end) }
        // A request without a call always ends before it, see the reader.
        guard let template = request.call else {
            return .end(.init(.notApplicable, reason: "\(file.name) is not told of this"))
        }
        if let find = request.find { return step(find.call, Self.lookUp, document, isChange: false) }
        return step(template, request.id, document)
    }

    /// The first of some ends whose condition holds.
    private func first(of endings: [PostbackEnding], _ document: DeliveryDocument) throws(EvaluationFault) -> Step.End?
    {
        for ending in endings {
            guard try ending.condition?.holds(in: document.json, at: document.event) ?? true else { continue }
            return .init(ending.end, reason: try reason(ending.reason, document.event, document))
        }
        return nil
    }

    /// What look-ups are called in lists.
    private static let lookUp = "look-up"

    private func step(_ template: CallTemplate, _ label: String, _ document: DeliveryDocument, isChange: Bool = true)
        -> Step
    {
        // A replacement takes everything: nothing of a test may reach a platform.
        let address = isReplaced ? address : template.address?.text(settings) ?? address
        let builder = CallBuilder(address: address, settings: settings, document: document)
        do throws(CallBuilder.Refusal) {
            return .call(try builder.call(template, label: label, isChange: isChange))
        } catch {
            return .end(.init(.permanent, reason: error.reason))
        }
    }

    /// The step after an answer: to a look-up the call that it was for, to the call the end.
    private func proceed(_ delivery: Delivery, _ exchanges: [Exchange], _ result: Exchange.Result)
        throws(EvaluationFault) -> Step
    {
        guard case .answer(let answer) = result else { return Step.usual(result) ?? .retry(.init(reason: "no answer")) }
        guard let plain = document(delivery), let request = try request(for: delivery.event, in: plain) else {
            return .end(.init(.needsHuman, reason: "the answer (\(answer.status)) cannot be looked at"))
        }
        guard let find = request.find else { return try finish(delivery, answer, request.call, found: nil) }
        guard case .answer(let listing)? = exchanges.first?.result,
            let looked = document(delivery, found: nil, looking: listing)
        else { return .retry(.init(reason: "no answer")) }
        let nodes = listing.isSuccess ? try find.choose.nodes(in: looked.json, at: looked.answer) : []
        guard let node = nodes.first else {
            return try finish(delivery, listing, find.call, found: nil, isLookUp: true)
        }
        let found = looked.json.value(node)
        guard exchanges.count == 1, let template = request.call else {
            return try finish(delivery, answer, request.call, found: found)
        }
        guard let document = document(delivery, found: found) else {
            return .end(.init(.needsHuman, reason: "what \(file.name) lists cannot be looked at"))
        }
        if let end = try first(of: find.before, document) { return .end(end) }
        return step(template, request.id, document)
    }

    /// The end that an answer means.
    private func finish(
        _ delivery: Delivery,
        _ answer: Answer,
        _ template: CallTemplate?,
        found: JSONValue?,
        isLookUp: Bool = false
    ) throws(EvaluationFault) -> Step {
        guard let document = document(delivery, found: found, looking: answer) else {
            return .end(.init(.needsHuman, reason: "the answer (\(answer.status)) cannot be looked at"))
        }
        let general = isLookUp ? [] : file.answers
        for rule in (template?.answers ?? []) + general where try matches(rule, answer, delivery, document) {
            return try step(rule, answer, document)
        }
        if let step = Step.usual(.answer(answer)) { return step }
        guard answer.isSuccess else {
            return .end(.init(.permanent, reason: "\(file.name) refuses the request (\(answer.status))"))
        }
        // A success that nobody described proves nothing.
        let what = isLookUp ? "without what is looked for" : "with nothing that its description knows"
        return .end(.init(.needsHuman, reason: "\(file.name) answers \(answer.status) \(what)"))
    }

    private func matches(
        _ rule: AnswerRule,
        _ answer: Answer,
        _ delivery: Delivery,
        _ document: DeliveryDocument
    ) throws(EvaluationFault) -> Bool {
        if let statuses = rule.statuses, !statuses.contains(where: { $0.contains(answer.status) }) { return false }
        // A rule that waits counts its own waits, so that an outage does not use them up.
        let tried = rule.meaning.isRetryable ? delivery.waits + 1 : delivery.attempt
        if let attempts = rule.attempts, tried > attempts { return false }
        for condition in rule.conditions {
            guard try condition.holds(in: document.json, at: document.answer) else { return false }
        }
        return true
    }

    private func step(_ rule: AnswerRule, _ answer: Answer, _ document: DeliveryDocument) throws(EvaluationFault)
        -> Step
    {
        var reason = try reason(rule.reason, document.answer, document)
        let words = try rule.words?.value(in: document.json, at: document.answer)
        reason += Answer.words(words?.idText)
        switch rule.meaning {
        case .keyRefused:
            // In the words of every sink, which `doctor` knows.
            return .retry(.init(reason: "\(file.name) refuses the key: \(reason)", scope: .credentials))
        case .retryable(let after):
            let isWait = rule.attempts != nil
            return .retry(
                .init(reason: reason, after: answer.retryAfter ?? after, scope: .delivery, isWait: isWait)
            )
        case .end(let end):
            var receipt = Receipt()
            for field in rule.receipt {
                guard let id = try field.value.value(in: document.json, at: document.answer)?.idText else { continue }
                receipt.ids.append(.init(field.name, id))
            }
            return .end(.init(end, reason: reason, receipt: receipt))
        }
    }

    /// A reason with its values, shown as a platform's own words are: short, in one line, and no e-mail address.
    private func reason(_ template: CompiledTemplate, _ node: JSONNode, _ document: DeliveryDocument)
        throws(EvaluationFault) -> String
    {
        let text = try template.text(in: document.json, at: node) { String(Answer.words($0).dropFirst(2)) }
        return text ?? template.literals.joined(separator: "…")
    }
}
