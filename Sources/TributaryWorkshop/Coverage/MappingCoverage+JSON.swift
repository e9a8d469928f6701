// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

extension MappingCoverage {
    /// Everything that was counted, for machines.
    ///
    /// - Parameter thresholds: What is demanded; what is below is listed under `below`.
    /// - Returns: The JSON.
    public func json(_ thresholds: CoverageThresholds = CoverageThresholds()) -> JSONValue {
        [
            "mapping": .string(mapping), "version": .string(version),
            "profiles": .array(profiles.map(JSONValue.string)), "tests": .integer(tests),
            "fields": fields.json, "targets": targets.json, "types": types.json,
            "ignored_types": .object([
                .init("count", .integer(ignored.count)),
                .init("without_fixture", .array(ignored.unreached)),
            ]),
            "rules": .array(rules.map(\.json)), "findings": .array(findings.map(\.json)),
            "below": .array(
                thresholds.shortfalls(of: self).map { part, share, minimum in
                    ["part": .string(part.rawValue), "percent": .integer(share.percent), "minimum": .integer(minimum)]
                }
            ),
        ]
    }
}

extension MappingCoverage.Share {
    fileprivate var json: JSONValue {
        ["covered": .integer(part), "count": .integer(whole), "percent": .integer(percent)]
    }
}

extension [MappingCoverage.Mark] {
    fileprivate var unreached: [JSONValue] { filter { !$0.isReached }.map { .string($0.name) } }
}

extension MappingCoverage.Rule {
    fileprivate var json: JSONValue {
        [
            "rule": .string(id), "kind": .string(kind), "webhooks": .integer(webhooks),
            "fields": fieldShare.json, "targets": targetShare.json, "types": typeShare.json,
            "unread": .array(fields.filter { !$0.isRead }.map(\.json)),
            "never_filled": .array(targets.unreached), "types_without_fixture": .array(types.unreached),
        ]
    }
}

extension MappingCoverage.Field {
    fileprivate var json: JSONValue {
        [
            "path": .string(path), "example": .string(example),
            "money": money.map(JSONValue.string) ?? .null, "why": excuse.map(JSONValue.string) ?? .null,
        ]
    }
}

extension CoverageFinding {
    fileprivate var json: JSONValue {
        [
            "code": .string(code.rawValue), "rule": rule.map(JSONValue.string) ?? .null,
            "subject": .string(subject), "message": .string(message),
        ]
    }
}
