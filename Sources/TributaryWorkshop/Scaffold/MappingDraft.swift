// SPDX-License-Identifier: Apache-2.0

import TributaryMapping
import TributaryModel
import TributarySigning

/// A mapping while it is drafted: put together, compiled, tried on its own samples, and mended where a guess does not hold.
struct MappingDraft {
    let name: String
    let bodies: [SampleBody]
    let verify: VerifyGuess
    let envelope: EnvelopeGuess
    private(set) var rules: [RuleDraft] = []
    private(set) var ignores: [(type: String, why: String)] = []
    private(set) var outcomes: [MappingOutcome] = []
    private(set) var contradictions: [String] = []
    private let headerID: String?
    private var droppedEnvelope: Set<String> = []

    /// Rounds of mending; each takes something out, so that it ends.
    private static let roundsMax = 400

    init(name: String, bodies: [SampleBody], headers: HeaderFields) throws(ScaffoldError) {
        self.name = name
        self.bodies = bodies
        verify = VerifyGuess(headers)
        envelope = EnvelopeGuess(bodies, headers: headers)
        headerID = envelope.id?["header"]?.string
        let units = AmountUnits(bodies)
        let links = SampleLinks(bodies, envelope: envelope)
        contradictions = envelope.contradictions + units.contradictions
        var types: [(name: String, numbers: [Int])] = []
        for (number, body) in bodies.enumerated() {
            let type = envelope.type(of: body.value)
            if let index = types.firstIndex(where: { $0.name == type }) {
                types[index].numbers.append(number)
            } else {
                types.append((type, [number]))
            }
        }
        for type in types { add(type.name, type.numbers, units, links) }
        nameRulesApart()
        tellShapesApart()
        try mend()
    }

    private mutating func add(_ type: String, _ numbers: [Int], _ units: AmountUnits, _ links: SampleLinks) {
        let families = type == EnvelopeGuess.untyped ? shapes(numbers) : [numbers]
        var undecided: String?
        for family in families {
            let guess = RuleGuess(
                type: type,
                bodies: family.map { bodies[$0] },
                numbers: family,
                envelope: envelope,
                units: units,
                links: links
            )
            for (verdict, _) in guess.verdicts() {
                switch verdict {
                case .rule(let draft): rules.append(draft)
                case .undecided(let why): undecided = undecided ?? why
                }
            }
        }
        if let undecided, !rules.contains(where: { $0.type == type }) {
            ignores.append(
                (type, undecided.contains("nobody decided yet") ? undecided : undecided + "; nobody decided yet")
            )
        }
    }

    /// Bodies without a type, put together by the members that they share.
    private func shapes(_ numbers: [Int]) -> [[Int]] {
        var families: [(names: Set<String>, numbers: [Int])] = []
        for number in numbers {
            let names = Set((bodies[number].value.members ?? []).map(\.name))
            let index = families.firstIndex { family in
                family.names.intersection(names).count * 2 >= family.names.union(names).count
            }
            if let index { families[index].numbers.append(number) } else { families.append((names, [number])) }
        }
        return families.map(\.numbers)
    }

    private mutating func nameRulesApart() {
        var seen: Set<String> = []
        for index in rules.indices {
            let name = rules[index].id
            var unique = name
            var number = 2
            while !seen.insert(unique).inserted {
                unique = "\(name)-\(number)"
                number += 1
            }
            guard unique != name else { continue }
            rules[index].id = unique
            for position in rules[index].guesses.indices { rules[index].guesses[position].rule = unique }
        }
    }

    /// Gives rules of one type that would both take the same body a clause that only their own bodies fulfil.
    private mutating func tellShapesApart() {
        for index in rules.indices {
            let others = rules.filter { $0.type == rules[index].type && $0.id != rules[index].id }
            guard !others.isEmpty else { continue }
            let own = rules[index].bodies
            let foreign = others.flatMap(\.bodies)
            let candidates = (bodies[own[0]].value.members ?? []).filter { member in
                let isThere = own.allSatisfy { bodies[$0].value[member.name]?.idText != nil }
                return isThere && foreign.allSatisfy { bodies[$0].value[member.name] == nil }
            }
            if rules[index].type == EnvelopeGuess.untyped, let name = candidates.first?.name {
                let selector = Place(name).selector
                rules[index].clauses.insert("\(selector)", at: 0)
                rules[index].guesses.append(
                    Guess(
                        "where",
                        selector,
                        .likely,
                        "only bodies of this shape have that member",
                        rule: rules[index].id
                    )
                )
            }
        }
    }

    // MARK: The file

    /// The mapping file; without tests where they are not made yet.
    func json(rules: [RuleDraft], tests: [JSONValue]) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("$schema", "../mapping.schema.json"), .init("mapping", 1), .init("provider", .string(name)),
            .init("version", "0.1.0"),
        ]
        if !envelope.versions.isEmpty { members.append(.init("api", .array(envelope.versions.map(JSONValue.string)))) }
        members.append(.init("verify", verify.verify))
        if bodies.contains(where: \.isForm) { members.append(.init("body", "form")) }
        let list = bodies.first?.list
        if let list { members.append(.init("body", ["batch": .string(Place(list).selector + "[*]")])) }
        var event: [JSONValue.Member] = []
        let parts: [(String, JSONValue?)] = [
            ("id", envelope.id), ("type", envelope.type), ("time", envelope.time), ("live", envelope.live),
            ("api", envelope.api),
        ]
        for (part, value) in parts where !droppedEnvelope.contains("event." + part) {
            guard let value else { continue }
            event.append(.init(part, list == nil ? value : BatchGuess.rebased(value, at: .root)))
        }
        members.append(.init("event", .object(event)))
        members.append(.init("rules", .array(rules.map { $0.json(inBatch: list != nil) })))
        if !ignores.isEmpty {
            members.append(.init("ignore", .array(ignores.map { ["on": [.string($0.type)], "why": .string($0.why)] })))
        }
        let entry = list.map { Place($0).selector + "[*]" } ?? "$"
        if !copies.isEmpty {
            members.append(
                .init(
                    "unread",
                    .array(
                        copies.map { ["path": .string(entry + $0.place.selector.dropFirst()), "why": .string($0.why)] }
                    )
                )
            )
        }
        if !tests.isEmpty { members.append(.init("tests", .array(tests))) }
        return .object(members)
    }

    /// The mapping with tests that hold what it makes of the samples.
    var file: String { json(rules: rules, tests: tests).readableText }

    func fixturePath(_ number: Int) -> String {
        "fixtures/\(bodies[number].name).\(bodies[number].isForm ? "form" : "json")"
    }

    func fixture(_ number: Int) -> String {
        let body = bodies[number]
        if let list = body.list { return JSONValue.object([.init(list, .array([body.value]))]).readableText }
        return body.isForm ? body.value.formText : body.value.readableText
    }

    private var tests: [JSONValue] {
        zip(bodies.indices, outcomes).map { number, outcome in
            let words: String
            let expectation: JSONValue.Member
            switch outcome {
            case .emitted(let events):
                words = events.first?.kind.rawValue ?? "nothing"
                expectation = .init("expect", .array(events.map(\.cloudEvent)))
            case .filtered(let rule, _): (words, expectation) = ("filtered", .init("filtered", .string(rule)))
            case .ignored: (words, expectation) = ("ignored", .init("ignored", true))
            case .unmapped: (words, expectation) = ("unmapped", .init("unmapped", true))
            case .incomplete(let field): (words, expectation) = ("incomplete", .init("incomplete", .string(field)))
            case .invalid(let field, _, _): (words, expectation) = ("invalid", .init("invalid", .string(field)))
            case .budgetExceeded: (words, expectation) = ("too large", .init("unmapped", true))
            }
            var members: [JSONValue.Member] = [
                .init("name", .string("\(bodies[number].name): \(words)")),
                .init("event", .string(fixturePath(number))),
            ]
            if let headerID {
                members.append(.init("headers", .object([.init(headerID, .string("invented-\(number + 1)"))])))
            }
            return .object(members + [expectation])
        }
    }

    private func headers(_ number: Int) -> HeaderFields {
        var headers = HeaderFields()
        if let headerID { headers.append(headerID, "invented-\(number + 1)") }
        return headers
    }

    // MARK: Mending

    private func compiled(_ rules: [RuleDraft]) throws(MappingDiagnostics) -> Mapping {
        try Mapping(parsing: Array(json(rules: rules, tests: []).readableText.utf8), file: "\(name).json")
    }

    private mutating func mend() throws(ScaffoldError) {
        for index in rules.indices.reversed() { mendAlone(index) }
        for _ in 0..<Self.roundsMax {
            let mapping: Mapping
            do throws(MappingDiagnostics) {
                mapping = try compiled(rules)
            } catch {
                // Each rule is sound alone, so two of them contradict each other: the later one gives way.
                guard let last = rules.last else {
                    throw ScaffoldError(.notReadable, "no mapping can be drafted from this: \(error)")
                }
                giveUp(rules.count - 1, "another rule takes the same bodies: \(error.items.first?.message ?? last.id)")
                continue
            }
            outcomes = []
            var isWhole = true
            for number in bodies.indices {
                let bytes = Array(fixture(number).utf8)
                let result: MappingResult?
                do throws(BodyError) {
                    result = try mapping.results(from: bytes, headers: headers(number)).first
                } catch {
                    throw ScaffoldError(
                        .notReadable,
                        "the body cannot be mapped: \(error)",
                        sample: bodies[number].name
                    )
                }
                guard let result else { continue }
                outcomes.append(result.outcome)
                if mend(result) {
                    isWhole = false
                    break
                }
            }
            if isWhole { return }
        }
    }

    /// Takes out of a rule what the compiler refuses.
    private mutating func mendAlone(_ index: Int) {
        for target in [nil] + rules[index].set.map({ Optional($0.target) }) {
            do throws(MappingDiagnostics) {
                _ = try compiled([rules[index]])
                return
            } catch {
                guard let target else { continue }
                var without = rules[index]
                without.drop(target, because: error.items.first?.message ?? "it does not compile")
                // One that compiles without this target, or one step nearer to it.
                let better = (try? compiled([without])) != nil
                if better || target == rules[index].set.last?.target { rules[index] = without }
            }
        }
        do throws(MappingDiagnostics) {
            _ = try compiled([rules[index]])
        } catch {
            giveUp(index, error.items.first?.message ?? "it does not compile")
        }
    }

    /// Takes out what a body shows to be wrong.
    ///
    /// - Returns: Whether something changed.
    private mutating func mend(_ result: MappingResult) -> Bool {
        let index = rules.firstIndex { $0.id == result.rule }
        switch result.outcome {
        case .invalid(let field, _, let reason):
            if field.hasPrefix("event.") { return droppedEnvelope.insert(field).inserted }
            guard let index else { return false }
            let targets = rules[index].set.map(\.target)
            if let target = targets.first(where: { field == $0 || field.hasPrefix($0 + ".") }),
                !["total", "refunded_total"].contains(target)
            {
                rules[index].drop(target, because: reason)
                return true
            }
            giveUp(index, "\(field) cannot be read: \(reason)")
            return true
        case .incomplete(let field) where field == "total" || field == "key" || field == "refunded_total":
            guard let index else { return false }
            giveUp(index, "\(field) is missing in a sample")
            return true
        case .emitted, .ignored, .filtered, .unmapped, .incomplete, .budgetExceeded: return false
        }
    }

    private mutating func giveUp(_ index: Int, _ why: String) {
        let rule = rules.remove(at: index)
        contradictions.append("the rule \(rule.id) was given up: \(why)")
        if !rules.contains(where: { $0.type == rule.type }), !ignores.contains(where: { $0.type == rule.type }) {
            ignores.append((rule.type, "nobody decided yet: \(why)"))
        }
    }

    // MARK: What is left

    /// Amounts that say in another currency what a neighbour says, which is why nobody reads them.
    private var copies: [(place: Place, why: String)] {
        let inventory = Inventory(bodies.map(\.value))
        let used = rules.reduce(into: envelope.places) { $0.formUnion($1.used) }
        return inventory.fields.compactMap { field in
            guard MoneyNames.isMoneyLike(field, in: inventory), !used.contains(field.place) else { return nil }
            let words = Words.of(field.place.name)
            let foreign =
                ["usd", "eur"].first { words.last == $0 } ?? ["settlement", "base"].first { words.first == $0 }
            guard let foreign else { return nil }
            let rest = words.filter { $0 != foreign }.joined(separator: "_")
            let twin = inventory.fields.first { other in
                other.place.parent == field.place.parent && other.place != field.place
                    && (other.plainName == rest || other.plainName == "total_" + rest)
            }
            return twin.map { (field.place, "the same as \($0.place.name), in another currency") }
        }
    }

    /// Bodies of different rules that tell of the same money.
    var doubles: [String] {
        var first: [String: (rule: String, number: Int)] = [:]
        var found: [String] = []
        for (number, outcome) in outcomes.enumerated() {
            for event in outcome.events where event.kind == .paymentSucceeded {
                let rule = rules.first { $0.bodies.contains(number) }?.id ?? ""
                for reference in [event.key] + event.aliases {
                    guard let other = first[reference.description] else {
                        first[reference.description] = (rule, number)
                        continue
                    }
                    guard other.rule != rule else { continue }
                    let text =
                        "the rules \(other.rule) and \(rule) tell of the same money (\(reference)): it is counted once as long as both name that id"
                    if !found.contains(text) { found.append(text) }
                }
            }
        }
        return found
    }

    /// Places that no rule reads, those of money first, each with a value that stands there.
    var unmapped: [(place: Place, isMoney: Bool, sample: String)] {
        let inventory = Inventory(bodies.map(\.value))
        let used = rules.reduce(into: envelope.places) { $0.formUnion($1.used) }
        let left = inventory.fields.filter { $0.isScalar && !used.contains($0.place) }.map { field in
            (
                place: field.place, isMoney: MoneyNames.isMoneyLike(field, in: inventory),
                sample: field.values.first?.text ?? ""
            )
        }
        return left.filter(\.isMoney) + left.filter { !$0.isMoney }
    }
}
