// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

/// Takes notes while a plan is carried out; there is none on the hot path.
final class Trace {
    /// Normalized paths of what was read since the last field was filed.
    private var paths: [String] = []
    private var fields: [Explanation.Field] = []
    private var trials: [Explanation.Trial] = []

    /// What was noted of each webhook.
    private(set) var entries: [Explanation.Entry] = []

    // MARK: Fields

    func begin() { paths = [] }

    func note(_ document: JSONDocument, _ node: JSONNode) {
        let path = document.normalizedPath(node)
        if !paths.contains(path) { paths.append(path) }
    }

    /// Notes what stands in no body, such as a header.
    func note(_ place: String) {
        if !paths.contains(place) { paths.append(place) }
    }

    /// Adds to a path where in the JSON of the text there a value was.
    func refine(_ path: String, with inner: String) {
        guard let index = paths.lastIndex(of: path) else { return }
        paths[index] = "\(path) → \(inner)"
    }

    /// Where an alternative began.
    var mark: Int { paths.count }

    /// Forgets an alternative that came to nothing.
    func rewind(to mark: Int) { paths.removeLast(paths.count - mark) }

    /// Files what was read under a target; the value, where it cannot be told from the event afterwards.
    func finish(_ name: String, value: JSONValue? = nil) {
        fields.append(Explanation.Field(name: name, paths: paths, value: value))
        paths = []
    }

    /// The fields filed so far, which then belong to an event.
    func takeFields() -> [Explanation.Field] {
        defer { fields = [] }
        return fields
    }

    // MARK: Trials

    func noteTaken(_ name: String, isIgnoreEntry: Bool) {
        trials.append(Explanation.Trial(name: name, isIgnoreEntry: isIgnoreEntry, verdict: .taken))
    }

    func noteFailed(
        _ name: String,
        _ at: Selector?,
        _ condition: Predicate?,
        _ document: JSONDocument,
        _ node: JSONNode?,
        isIgnoreEntry: Bool
    ) {
        let verdict: Explanation.Trial.Verdict
        if let node {
            let clause = condition?.predicate.firstFalseClause(in: document, at: node)
            verdict = .whereFalse(
                clause: clause?.text ?? condition?.text ?? "",
                found: (clause?.operands ?? []).map { .init(text: $0.text, path: $0.path, value: $0.value) }
            )
        } else {
            verdict = .nothingAt(at?.text ?? "")
        }
        trials.append(Explanation.Trial(name: name, isIgnoreEntry: isIgnoreEntry, verdict: verdict))
    }

    /// Files everything noted under a result, and begins anew.
    func file(_ result: MappingResult, fields: [[Explanation.Field]], lookedAt: [String], nodes: Int) {
        entries.append(
            Explanation.Entry(result: result, trials: trials, fields: fields, lookedAt: lookedAt, nodes: nodes)
        )
        trials = []
        self.fields = []
        paths = []
    }
}
