// SPDX-License-Identifier: Apache-2.0

public import TributaryJSON
public import TributaryModel

/// An expression of the mapping language outside of a mapping, read by ``DescriptionReader``.
public struct CompiledExpression: Sendable {
    let expression: Expression

    init(_ expression: Expression) { self.expression = expression }

    /// The selectors in it, as the file writes them.
    public var selectors: [String] { expression.selectors.map(\.text) }

    /// What it comes to.
    ///
    /// - Parameters:
    ///   - document: Where `$` begins.
    ///   - node: What `@` means.
    /// - Returns: The value; `nil` where there is none, or null.
    /// - Throws: ``EvaluationFault`` where a value is not what an operator takes.
    public func value(in document: JSONDocument, at node: JSONNode) throws(EvaluationFault) -> JSONValue? {
        try EvaluationFault.translated { () throws(Fault) in
            let evaluator = Evaluator(plain: document)
            var state = WalkState(budget: MappingPlan.nodesVisitedMax)
            switch try evaluator.value(expression, at: node, &state) {
            case .missing: return nil
            case .node(let node): return document.value(node)
            case .nested(let nested): return nested.document.value(nested.node)
            case .text(let text): return .string(text)
            case .number(let number): return .number(number.text)
            case .bool(let value): return .bool(value)
            case .parameters(let parameters):
                return .object(parameters.map { .init($0.name, .string($0.value)) })
            }
        }
    }
}

extension Evaluator {
    /// An evaluator beside all mappings, for single expressions.
    init(plain document: JSONDocument) {
        self.init(document: document, headers: [:], plan: Self.emptyPlan, trace: nil, received: nil)
    }

    /// A plan without rules: ISO 4217, and nothing else.
    private static let emptyPlan: CompiledPlan = {
        var builder = ProgramBuilder()
        let envelope = PlannedEnvelope(Envelope(type: .constant(.text(""))), &builder)
        return CompiledPlan(
            provider: "",
            body: .json,
            envelope: envelope,
            currencies: CurrencyTable(exceptions: [:]),
            types: TypeTable([]),
            program: Program(builder)
        )
    }()
}
