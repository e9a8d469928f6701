// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryMapping
import TributaryModel

extension Subcommand {
    /// `tributary query`.
    static let query = Subcommand(
        name: "query",
        summary: "select values of a JSON text with a JSONPath (RFC 9535)",
        operands: "'SELECTOR' < json",
        operandsMax: 1,
        options: [Option(name: "paths", value: nil, summary: "print the normalized paths instead of the values")],
        examples: [
            ("tributary query '$.data.object.id' < event.json", "one value, in an array"),
            ("tributary query '$..metadata' --paths < event.json", "where the metadata bags are"),
            ("tributary query '$.lines.data[?@.amount > 0].price.product' < invoice.json", "a filter"),
        ],
        run: { arguments in
            guard let text = arguments.operands.first else {
                throw UsageError("which selector? For example: tributary query '$.data.object.id' < event.json")
            }
            let path: JSONPath
            do throws(JSONPathError) {
                path = try JSONPath(text)
            } catch {
                Terminal.complain(error.excerpt(in: text, label: "error"))
                return .usage
            }
            for warning in path.warnings { Terminal.complain(warning.excerpt(in: text, label: "warning")) }
            let bytes = try Input.standardInput()
            let document: JSONDocument
            do throws(JSONError) {
                document = try JSONDocument(parsing: bytes, limits: .file)
            } catch {
                Terminal.complain(error.excerpt(in: bytes, file: "standard input"))
                return .wrong
            }
            var budget = JSONPath.budgetDefault
            let nodes = try path.nodes(in: document, at: document.root, budget: &budget)
            let values = nodes.map { node in
                arguments.has("paths") ? JSONValue.string(document.normalizedPath(node)) : document.value(node)
            }
            Terminal.write(JSONValue.array(values).indentedText + "\n")
            return .fine
        }
    )
}

extension JSONPathError {
    /// The error below the expression, with a caret line.
    fileprivate func excerpt(in text: String, label: String) -> String {
        let source = SourceText(file: "selector", bytes: Array(text.utf8))
        return source.excerpt(at: offset..<offset + 1).text(
            file: source.file,
            label: label,
            isError: label == "error",
            message: message,
            hint: hint,
            colour: Terminal.hasErrorColours
        )
    }
}

extension JSONError {
    /// `standard input:1:1: …` with the line and a caret line.
    func excerpt(in bytes: [UInt8], file: String) -> String {
        let place = min(byteOffset, max(0, bytes.count - 1))
        return SourceText(file: file, bytes: bytes).excerpt(at: place..<place + 1).text(
            file: file,
            label: "",
            isError: true,
            message: message,
            hint: nil,
            colour: Terminal.hasErrorColours
        )
    }
}
