// SPDX-License-Identifier: Apache-2.0

public import TributaryMapping
import TributaryModel

extension MappingCoverage {
    /// Carries out the tests of a mapping file and counts what they show.
    ///
    /// - Parameters:
    ///   - file: The mapping file.
    ///   - profile: Counts only the rules of this profile, with the bodies of all tests; `nil` for everything.
    ///   - fixtures: Gives the bytes of a fixture by its path in the file; `nil` where there is none.
    public init(_ file: MappingFile, profile: String? = nil, fixtures: (String) -> [UInt8]?) {
        let outline = file.outline(profile: profile)
        var count = CoverageCount(outline)
        let readings = file.readings(profile: profile, fixtures: fixtures)
        for reading in readings { count.add(reading) }
        for profile in profile.map({ [$0] }) ?? file.profiles {
            count.addStrays(of: profile, file.outline(profile: profile), all: outline)
        }
        mapping = file.provider
        version = file.version
        profiles = profile.map { [$0] } ?? file.profiles
        tests = readings.count
        rules = count.rules
        ignored = count.ignored
        // What stands unread in other profiles is not known where only one was run.
        findings = count.findings + (profile == nil ? count.idleExcuses : [])
    }
}

/// Sums readings up.
private struct CoverageCount {
    private let outline: MappingOutline
    private var tallies: [String: RuleTally] = [:]
    private var typesSeen: Set<String> = []
    private var excusesUsed: Set<Int> = []
    private var excusesSeen: Set<Int> = []
    private var failures: [CoverageFinding] = []
    private var strays: [String] = []

    init(_ outline: MappingOutline) { self.outline = outline }

    mutating func add(_ reading: TestReading) {
        switch reading.content {
        case .unreadable(let reason):
            failures.append(
                CoverageFinding(code: .unreadableTest, subject: reading.test, message: "its body is missing: \(reason)")
            )
        case .webhooks(let webhooks):
            for webhook in webhooks { add(webhook, expectsUnmapped: reading.expectsUnmapped) }
        }
    }

    private mutating func add(_ webhook: WebhookReading, expectsUnmapped: Bool) {
        if case .unmapped(let type) = webhook.result.outcome, !expectsUnmapped, !strays.contains(type) {
            strays.append(type)
            failures.append(
                CoverageFinding(
                    code: .strayType,
                    subject: type,
                    message: "a fixture has this type, and no rule or ignore entry names it"
                )
            )
        }
        if let type = webhook.result.facts.type { typesSeen.insert(type) }
        guard case .emitted = webhook.result.outcome, let rule = webhook.result.rule else { return }
        for field in webhook.fields {
            excusesSeen.formUnion(field.excuses)
            if !field.isRead { excusesUsed.formUnion(field.excuses) }
        }
        tallies[rule, default: RuleTally()].add(webhook, outline.unread)
    }

    /// Types that the file knows in one profile and forgets in another.
    mutating func addStrays(of profile: String, _ own: MappingOutline, all: MappingOutline) {
        let known = Set(own.rules.flatMap(\.types)).union(
            own.ignores.flatMap(\.types)
        )
        for type in Set(all.rules.flatMap(\.types) + all.ignores.flatMap(\.types)).subtracting(known).sorted() {
            failures.append(
                CoverageFinding(
                    code: .strayType,
                    subject: type,
                    message: "in the profile \"\(profile)\" no rule or ignore entry names this type"
                )
            )
        }
    }

    // MARK: Results

    var rules: [MappingCoverage.Rule] {
        outline.rules.map { rule in
            let tally = tallies[rule.id] ?? RuleTally()
            return MappingCoverage.Rule(
                id: rule.id,
                kind: rule.kind.rawValue,
                webhooks: tally.webhooks,
                fields: tally.coverage,
                targets: rule.targets.map { .init(name: $0, isReached: tally.filled.contains($0)) },
                types: rule.types.map { .init(name: $0, isReached: tally.types.contains($0)) }
            )
        }
    }

    var ignored: [MappingCoverage.Mark] {
        Set(outline.ignores.flatMap(\.types)).subtracting(outline.rules.flatMap(\.types)).sorted()
            .map { .init(name: $0, isReached: typesSeen.contains($0)) }
    }

    var findings: [CoverageFinding] {
        var findings = failures
        for rule in rules {
            if rule.webhooks == 0 {
                findings.append(
                    CoverageFinding(
                        code: .unreachedRule,
                        rule: rule.id,
                        subject: rule.id,
                        message: "no fixture reaches this rule; add a test with an event of its types"
                    )
                )
            }
            for field in rule.fields where !field.isCovered {
                guard let money = field.money else { continue }
                findings.append(
                    CoverageFinding(
                        code: .unreadMoney,
                        rule: rule.id,
                        subject: field.path,
                        message: "looks like money (\(money)); read it, or name it in \"unread\" with a why"
                    )
                )
            }
        }
        return findings
    }

    /// Entries of `unread` that excuse nothing.
    var idleExcuses: [CoverageFinding] {
        outline.unread.enumerated().filter { !excusesUsed.contains($0.offset) }.map { position, entry in
            let isSeen = excusesSeen.contains(position)
            return CoverageFinding(
                code: isSeen ? .needlessUnread : .emptyUnread,
                subject: entry.path,
                message: isSeen
                    ? "every field that this entry of \"unread\" names is read; take it out"
                    : "this entry of \"unread\" names no field of the fixtures that reach a rule"
            )
        }
    }
}

/// Sums up what one rule's webhooks show.
private struct RuleTally {
    private struct FieldTally {
        var value: JSONValue
        var isRead = false
        var excuse: String?
    }

    private(set) var webhooks = 0
    private(set) var filled: Set<String> = []
    private(set) var types: Set<String> = []
    private var fields: [FieldPath: FieldTally] = [:]

    mutating func add(_ webhook: WebhookReading, _ unread: [UnreadDeclaration]) {
        webhooks += 1
        filled.formUnion(webhook.filled)
        if let type = webhook.result.facts.type { types.insert(type) }
        for field in webhook.fields {
            var tally = fields[field.path] ?? FieldTally(value: field.value)
            tally.isRead = tally.isRead || field.isRead
            tally.excuse = tally.excuse ?? field.excuses.first.map { unread[$0].why }
            fields[field.path] = tally
        }
    }

    /// The fields in the order of their paths.
    var coverage: [MappingCoverage.Field] {
        let siblings = Dictionary(grouping: fields.keys, by: \.parent).mapValues { Set($0.compactMap(\.name)) }
        return fields.sorted { $0.key < $1.key }.map { path, tally in
            MappingCoverage.Field(
                path: path.description,
                example: tally.value.text,
                isRead: tally.isRead,
                excuse: tally.isRead ? nil : tally.excuse,
                money: MoneyLikeness.reason(path, tally.value, siblings: siblings[path.parent] ?? [])
            )
        }
    }
}
