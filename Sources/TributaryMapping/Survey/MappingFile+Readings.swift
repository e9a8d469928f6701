// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

extension MappingFile {
    /// Carries out the file's own tests and notes what of each body was read.
    ///
    /// - Parameters:
    ///   - profile: Carries all of them out in this profile; `nil` for the profile that each test names.
    ///   - fixtures: Gives the bytes of a fixture by its path in the file; `nil` where there is none.
    /// - Returns: One reading for each test, in the order of the file.
    package func readings(profile: String? = nil, fixtures: (String) -> [UInt8]?) -> [TestReading] {
        var plans: [String: MappingPlan] = [:]
        return tests.map { test in
            let own = profile ?? test.profile ?? profiles.first
            let plan = plans[own ?? ""] ?? MappingPlan(self, profile: own)
            plans[own ?? ""] = plan
            var expectsUnmapped = false
            if case .unmapped = test.expectation { expectsUnmapped = true }
            return TestReading(
                test: test.name,
                profile: own,
                expectsUnmapped: expectsUnmapped,
                content: content(of: test, plan, own, fixtures)
            )
        }
    }

    private func content(
        of test: MappingTest,
        _ plan: MappingPlan,
        _ profile: String?,
        _ fixtures: (String) -> [UInt8]?
    ) -> TestReading.Content {
        do {
            let document: JSONDocument
            switch test.body {
            case .inline(let value): document = try JSONDocument(parsing: value.encoded())
            case .fixture(let path):
                guard let bytes = fixtures(path) else { return .unreadable("there is no fixture \(path)") }
                document = try plan.document(from: bytes, headers: test.headers)
            }
            return .webhooks(webhooks(in: document, test, plan, profile))
        } catch {
            return .unreadable("the body cannot be read: \(error)")
        }
    }

    private func webhooks(
        in document: JSONDocument,
        _ test: MappingTest,
        _ plan: MappingPlan,
        _ profile: String?
    ) -> [WebhookReading] {
        let entries = body.entries(in: document)
        let explanation = plan.with(currency: test.currency)
            .explain(document, headers: test.headers, source: provider, received: test.received)
        return zip(entries, explanation.entries).map { entry, explained in
            reading(of: entry, explained, in: document, except: Set(entries).subtracting([entry]), profile)
        }
    }

    private func reading(
        of entry: JSONNode,
        _ explained: Explanation.Entry,
        in document: JSONDocument,
        except others: Set<JSONNode>,
        _ profile: String?
    ) -> WebhookReading {
        let type = explained.result.facts.type
        guard case .emitted = explained.result.outcome,
            let taken = rules.first(where: { $0.id == explained.result.rule })
        else {
            return WebhookReading(result: explained.result, fields: [], filled: [])
        }
        var survey = ReadSurvey(document)
        for expression in envelope.expressions { survey.add(expression, at: entry) }
        for ignore in ignores where ignore.types.contains(where: { $0.name == type }) {
            guard FileReader.applies(ignore.profiles, to: profile) else { continue }
            survey.add(ignore.at, ignore.condition, entry: entry)
        }
        for rule in rules where rule.types.contains(where: { $0.name == type }) {
            guard FileReader.applies(rule.profiles, to: profile) else { continue }
            let places = survey.add(rule.at, rule.condition, entry: entry)
            guard rule === taken else { continue }
            for place in places { survey.add(rule, at: place) }
            break
        }
        return WebhookReading(
            result: explained.result,
            fields: fields(in: document, except: others, survey.read),
            filled: taken.filled(explained.fields)
        )
    }

    private func fields(
        in document: JSONDocument,
        except others: Set<JSONNode>,
        _ read: Set<JSONNode>
    ) -> [WebhookReading.Field] {
        let excused = unread.map { document.nodes($0.path) }
        return document.fields(except: others).map { path, node, above in
            WebhookReading.Field(
                path: path,
                value: document.value(node),
                isRead: read.contains(node),
                excuses: excused.indices.filter { position in
                    excused[position].contains(node) || above.contains { excused[position].contains($0) }
                }
            )
        }
    }
}

extension JSONDocument {
    /// All nodes that a path chooses from the root on.
    fileprivate func nodes(_ text: String) -> Set<JSONNode> {
        var budget = JSONPath.budgetDefault
        // The file was read with this path in it; a body too large to search is one in which nothing was found.
        return Set((try? JSONPath(text).nodes(in: self, at: root, budget: &budget)) ?? [])
    }
}

extension ReadSurvey {
    /// What a rule reads to build its event.
    fileprivate mutating func add(_ rule: Rule, at place: JSONNode) {
        for expression in rule.expressions { add(expression, at: place) }
        for assignment in rule.assignments where assignment.target == .params {
            addBag(assignment.expression, at: place)
        }
    }
}

extension Envelope {
    /// Everything that says what a webhook is.
    fileprivate var expressions: [Expression] { [id, type, time, live, api].compactMap(\.self) }
}

extension Rule {
    /// The targets that have a value in at least one of the events.
    fileprivate func filled(_ events: [[Explanation.Field]]) -> Set<String> {
        var filled: Set<String> = []
        for fields in events {
            let aliases = fields.filter { $0.name == "aliases" }
            for (name, field) in zip(aliasNames, aliases) where field.value != nil { filled.insert(name) }
            for field in fields {
                guard let value = field.value, value != .null else { continue }
                filled.insert(field.name)
                for element in value.elements ?? [] {
                    for member in element.members ?? [] { filled.insert("\(field.name)[*].\(member.name)") }
                }
            }
        }
        return filled
    }
}
