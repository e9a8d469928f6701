// SPDX-License-Identifier: Apache-2.0

public import TributaryJSON

/// A text with selectors in braces, outside of a mapping.
public struct CompiledTemplate: Sendable {
    let parts: [TemplatePart]

    init(_ parts: [TemplatePart]) { self.parts = parts }

    /// The text before the first value.
    public var head: String {
        if case .literal(let text) = parts.first { text } else { "" }
    }

    /// The pieces of text that stand as they are.
    public var literals: [String] { parts.compactMap { if case .literal(let text) = $0 { text } else { nil } } }

    /// The selectors in it, as the file writes them.
    public var selectors: [String] { parts.compactMap { if case .value(let path) = $0 { path.text } else { nil } } }

    /// The text with its values in place.
    ///
    /// - Parameters:
    ///   - document: Where `$` begins.
    ///   - node: What `@` means.
    ///   - place: Makes of a value what may stand in this text, for example by percent-encoding it.
    /// - Returns: The text; `nil` where a value is missing.
    /// - Throws: ``EvaluationFault`` where a value is no text, number or truth value.
    public func text(
        in document: JSONDocument,
        at node: JSONNode,
        placing place: (String) -> String = { $0 }
    ) throws(EvaluationFault) -> String? {
        try EvaluationFault.translated { () throws(Fault) in
            let evaluator = Evaluator(plain: document)
            var state = WalkState(budget: MappingPlan.nodesVisitedMax)
            var text = ""
            for part in parts {
                switch part {
                case .literal(let literal): text += literal
                case .value(let selector):
                    guard let found = try evaluator.select(selector, at: node, &state),
                        let value = try evaluator.scalarText(.node(found))
                    else { return nil }
                    text += place(value)
                }
            }
            return text
        }
    }
}
