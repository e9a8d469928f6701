// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
public import TributaryMapping
import TributaryModel

extension PostbackFile {
    /// The file with the expectations of failing tests as what comes out, and nothing else changed.
    ///
    /// A test that states no reason, no receipt or no look-up states none afterwards either; one that expects nothing at
    /// all is given everything.
    ///
    /// - Returns: The new content and what it changes.
    public func update() -> MappingUpdate {
        var update = MappingUpdate(bytes: source, updated: [], failed: [], passed: 0)
        var rewriter = ExpectationRewriter(source, keys: ["expect"])
        for (index, (test, report)) in zip(tests, runTests()).enumerated() {
            if report.passed {
                update.passed += 1
            } else if case .success(let found) = outcome(of: test),
                rewriter?.rewrite(index, to: .init("expect", Self.expectation(of: found, insteadOf: test.expected)))
                    == true
            {
                update.updated.append(report)
            } else {
                update.failed.append(report)
            }
        }
        if let rewriter { update.bytes = rewriter.bytes }
        return update
    }

    private static func expectation(of found: JSONValue, insteadOf old: JSONValue) -> JSONValue {
        let isNew = old.members?.isEmpty ?? true
        let members = (found.members ?? []).filter { member in
            if isNew { return member.value.members?.isEmpty != true }
            switch member.name {
            case "look_up", "reason", "receipt": return old[member.name] != nil
            case "request": return old["request"] != nil || found["end"] == nil
            default: return true
            }
        }
        return .object(members)
    }
}
