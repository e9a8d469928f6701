// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TributaryJSON
import TributaryMapping

/// What the tests of a mapping know: the fields of each type, and the values that its tables leave to `else`.
///
/// Learned when it is first asked for, so that neither the start nor a reload waits for it.
final class DriftLessons: Sendable {
    /// What was learned.
    struct Learned: Sendable {
        /// Paths of fields by event type.
        var fields: [String: Set<String>] = [:]
        var values: Set<UnlistedValue> = []
    }

    private enum State {
        case unread(MappingFile, [String: [UInt8]])
        case learned(Learned)
    }

    private let plan: MappingPlan
    private let state: Mutex<State>

    init(_ file: MappingFile, _ plan: MappingPlan, fixture: (String) -> [UInt8]?) {
        self.plan = plan
        let paths = file.fixturePaths
        let fixtures = Dictionary(uniqueKeysWithValues: paths.compactMap { path in fixture(path).map { (path, $0) } })
        state = Mutex(.unread(file, fixtures))
    }

    /// What the tests know.
    var learned: Learned {
        state.withLock { state in
            switch state {
            case .learned(let learned): return learned
            case .unread(let file, let fixtures):
                let learned = learn(file, fixtures)
                state = .learned(learned)
                return learned
            }
        }
    }

    private func learn(_ file: MappingFile, _ fixtures: [String: [UInt8]]) -> Learned {
        var learned = Learned()
        for (document, headers) in file.lessons(plan, fixtures: { fixtures[$0] }) {
            for result in plan.map(document, headers: headers, source: "", digest: { "" }) {
                learned.values.formUnion(result.unlisted)
                guard let type = result.facts.type else { continue }
                learned.fields[type, default: []].formUnion(FieldSurvey(document, at: result.entry).shapes.keys)
            }
        }
        return learned
    }
}
