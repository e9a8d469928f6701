// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryMapping
import TributaryModel
import TributarySigning

/// Shows what a mapping makes of a sample while somebody writes it: from a request value to a result value.
///
/// The work for a sample is bounded by the plan's own limits, `MappingPlan.nodesVisitedMax` and `JSONLimits.webhook`.
public struct Preview: Sendable {
    private let fixtures: @Sendable (String) -> [UInt8]?

    /// Prepares previews of mappings in one folder.
    ///
    /// - Parameter fixtures: Gives the bytes of a fixture by its path in the mapping; `nil` where there is none.
    public init(fixtures: @escaping @Sendable (String) -> [UInt8]?) { self.fixtures = fixtures }

    /// Reads the mapping, runs its tests and maps the sample.
    public func result(for request: PreviewRequest) -> PreviewResult {
        let bytes = Array(request.mapping.utf8)
        let places = TextPlaces(bytes)
        var result = PreviewResult()
        // Where the text is no JSON, the diagnostics below say so.
        let document = try? JSONDocument(parsing: bytes, limits: .file)
        let outline = document.map { TestOutline($0, places) }
        result.tests = outline?.tests ?? []
        let file: MappingFile
        let plan: MappingPlan
        do throws(MappingDiagnostics) {
            file = try MappingFile(parsing: bytes, file: request.file)
            // A profile that was taken out of the file since it was chosen gives way to the default one.
            plan = try file.plan(profile: request.profile.flatMap { file.profiles.contains($0) ? $0 : nil })
        } catch {
            result.diagnostics = Self.placed(error, places)
            return result
        }
        let findings = file.lint(fixtures: fixtures)
        result.diagnostics = Self.placed(findings, places)
        result.isSound = true
        result.profiles = file.profiles
        result.profile = plan.profile
        for (index, report) in file.runTests(fixtures: fixtures).enumerated() where index < result.tests.count {
            result.tests[index].failure = report.failure
        }
        guard let sample = request.sample, let document else { return result }
        map(Array(sample.utf8), request, plan, MappingPlaces(document, places), &result)
        return result
    }

    /// The sample that a test feeds in.
    ///
    /// - Parameters:
    ///   - position: The test's position in the mapping, counted from 0.
    ///   - mapping: The text of the mapping; it may have errors.
    /// - Returns: The sample; `nil` where there is no such test, or no such fixture.
    public func sample(ofTest position: Int, in mapping: String) -> PreviewSample? {
        // A mapping that is no JSON has no tests either.
        guard let document = try? JSONDocument(parsing: Array(mapping.utf8), limits: .file) else { return nil }
        let tests = document.elements(of: document.member(document.root, "tests"))
        guard tests.indices.contains(position) else { return nil }
        let test = document.value(tests[position])
        var headers = HeaderFields()
        for header in test["headers"]?.members ?? [] { headers.append(header.name, header.value.string ?? "") }
        let text: String
        let isDocument: Bool
        switch test["event"] {
        case .string(let path):
            guard let bytes = fixtures(path) else { return nil }
            text = String(decoding: bytes, as: UTF8.self)
            isDocument = false
        case .some(let event):
            text = event.indentedText
            isDocument = true
        case nil: return nil
        }
        return PreviewSample(
            text: text,
            isDocument: isDocument,
            headers: headers,
            profile: test["profile"]?.string,
            received: test["received"]?.string
        )
    }

    private static func placed(_ found: MappingDiagnostics, _ places: TextPlaces) -> [PreviewResult.Diagnostic] {
        found.items.map { item in
            PreviewResult.Diagnostic(
                item: item,
                place: places.place(line: item.line, column: item.column, characters: item.caretLength)
            )
        }
    }

    private func map(
        _ sample: [UInt8],
        _ request: PreviewRequest,
        _ plan: MappingPlan,
        _ mapping: MappingPlaces,
        _ result: inout PreviewResult
    ) {
        let reading: SampleReading
        do {
            let document =
                request.isDocument
                ? try JSONDocument(parsing: sample) : try plan.document(from: sample, headers: request.headers)
            reading = try SampleReading(document, sample: sample)
        } catch let error as BodyError {
            result.sampleFault = error.message
            return
        } catch {
            result.sampleFault = "\(error)"
            return
        }
        result.reading = reading.shownText
        let explanation = plan.explain(
            reading.document,
            headers: request.headers,
            source: plan.provider,
            received: request.received
        ) { HashAlgorithm.sha256.digest(of: sample).hexText }
        result.webhooks = explanation.entries.map { PreviewResult.Webhook($0, mapping, reading) }
    }
}

extension PreviewResult.Webhook {
    fileprivate init(_ entry: Explanation.Entry, _ mapping: MappingPlaces, _ sample: SampleReading) {
        result = entry.result
        nodes = entry.nodes
        let rule = entry.result.rule
        place = rule.flatMap { mapping.trial($0, isIgnoreEntry: false) }
        trials = entry.trials.map { PreviewResult.Trial($0, mapping, sample) }
        events = zip(entry.result.outcome.events, entry.fields).map { event, fields in
            PreviewResult.Emitted(
                event: event,
                fields: fields.filter { $0.value != nil || !$0.paths.isEmpty }.map { field in
                    PreviewResult.Field(
                        field: field,
                        place: mapping.target(field.name, rule: rule),
                        sources: field.paths.map(sample.place)
                    )
                }
            )
        }
    }
}

extension PreviewResult.Trial {
    fileprivate init(_ trial: Explanation.Trial, _ mapping: MappingPlaces, _ sample: SampleReading) {
        self.trial = trial
        switch trial.verdict {
        case .taken:
            place = mapping.trial(trial.name, isIgnoreEntry: trial.isIgnoreEntry)
            sources = []
        case .nothingAt:
            place = mapping.condition(trial.name, isIgnoreEntry: trial.isIgnoreEntry, clause: nil)
            sources = []
        case .whereFalse(let clause, let found):
            place = mapping.condition(trial.name, isIgnoreEntry: trial.isIgnoreEntry, clause: clause)
            sources = found.map { $0.path.flatMap(sample.place) }
        }
    }
}
