// SPDX-License-Identifier: Apache-2.0

import TributaryJSON

/// What `@` means at a place in the file.
enum CurrentNode: Sendable {
    /// Nothing: only `$` may be used.
    case none
    /// The node chosen by `at`, the batch entry, or the item of `each`.
    case some
}

extension FileReader {
    /// Compiles the selector that stands at a node; `singular` where a second node would be one too many.
    func selector(_ node: JSONNode, _ what: String, _ current: CurrentNode, singular: Bool) -> Selector? {
        guard let text = text(node, what) else { return nil }
        return selector(text, from: 0, in: node, current, singular: singular)
    }

    /// Compiles a selector that is the text of a node, or the part of it that begins at a byte.
    func selector(
        _ text: String,
        from offset: Int,
        in node: JSONNode,
        _ current: CurrentNode,
        singular: Bool
    ) -> Selector? {
        let place = offset == 0 ? document.byteRange(node) : fileRange(of: node, offset: offset)
        guard text.hasPrefix("$") || text.hasPrefix("@") else {
            report(
                .bareText,
                "\"\(text)\" is not a selector: it starts with neither $ nor @",
                hint: "for a literal write { \"const\": \"\(text)\" }",
                at: place
            )
            return nil
        }
        if text.hasPrefix("@"), case .none = current {
            report(
                .noCurrentNode,
                "there is no current node here for @ to mean",
                hint: "begin the selector with $, the whole body",
                at: place
            )
            return nil
        }
        do {
            let path = try JSONPath(text, allowsCurrentNode: true)
            if singular, !path.isSingular {
                report(
                    .notSingular,
                    "\(text) may choose several nodes, and one value is wanted",
                    hint: "name one member, or say how: { \"first\": [\"…\"] }, only, count, sum or each",
                    at: place
                )
                return nil
            }
            return Selector(path: path, text: text, range: document.byteRange(node))
        } catch {
            report(
                .badSelector,
                error.message,
                hint: error.hint,
                at: fileRange(of: node, offset: offset + error.offset)
            )
            return nil
        }
    }

    /// Compiles the predicate that stands at a node.
    func predicate(_ node: JSONNode, _ what: String) -> Predicate? {
        guard let text = text(node, what) else { return nil }
        do {
            return Predicate(predicate: try JSONPredicate(text), text: text, range: document.byteRange(node))
        } catch {
            report(.badPredicate, error.message, hint: error.hint, at: fileRange(of: node, offset: error.offset))
            return nil
        }
    }
}
