// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TributaryMapping
import TributaryModel

/// Where an intake tells what it saw; belongs to one instance and one mapping.
///
/// A webhook without anything odd costs one count by its type. Everything else, reading for fields above all, happens
/// later, see ``DriftRecorder``.
final class DriftTap: Sendable {
    /// The first webhooks of each type are all looked at for fields, then one of many.
    static let sampledFirst: UInt32 = 20
    static let sampledThen: UInt32 = 100

    /// Types that are counted one by one; those beyond share a count.
    private static let typesMax = 512

    let source: String
    let mapping: String
    let plan: MappingPlan
    let lessons: DriftLessons
    private let api: Set<String>
    private let sensor: DriftSensor
    private let counts = Mutex<[String: UInt32]>([:])

    init(
        _ sensor: DriftSensor,
        source: String,
        _ file: MappingFile,
        _ plan: MappingPlan,
        fixture: (String) -> [UInt8]?
    ) {
        self.sensor = sensor
        self.source = source
        self.plan = plan
        mapping = file.contentHash
        api = Set(file.api)
        lessons = DriftLessons(file, plan, fixture: fixture)
    }

    /// Takes note of what a webhook came to.
    func note(_ results: [MappingResult], of webhook: Webhook, at now: Timestamp) {
        var isSampled = false
        for result in results {
            if isOdd(result) { noteOdd(result, at: now) }
            if let type = result.facts.type, isDue(type) { isSampled = true }
        }
        guard isSampled else { return }
        sensor.add(DriftSensor.Sample(tap: self, headers: webhook.headers, body: webhook.body, at: now))
    }

    /// Whether a webhook of that type is looked at for fields.
    private func isDue(_ type: String) -> Bool {
        let count = counts.withLock { counts in
            // One search for nearly all.
            if let known = counts.index(forKey: type) {
                counts.values[known] &+= 1
                return counts.values[known]
            }
            let name = counts.count < Self.typesMax ? type : ""
            let count = counts[name, default: 0] &+ 1
            counts[name] = count
            return count
        }
        return count <= Self.sampledFirst || count % Self.sampledThen == 0
    }

    private func isOdd(_ result: MappingResult) -> Bool {
        if case .unmapped = result.outcome { return true }
        return !result.unlisted.isEmpty || isUnknown(result.facts.api)
    }

    private func isUnknown(_ version: String?) -> Bool {
        guard let version, !api.isEmpty else { return false }
        return !api.contains(version)
    }

    private func noteOdd(_ result: MappingResult, at now: Timestamp) {
        func key(_ kind: Observation.Kind, place: String = "", text: String) -> Observation.Key {
            let type = kind == .value ? SeenText.shown(result.facts.type ?? "") : ""
            return Observation.Key(kind, source: source, type: type, place: place, text: text)
        }
        if case .unmapped(let type) = result.outcome {
            sensor.add(Observation(key(.type, text: SeenText.shown(type)), mapping: mapping, first: now))
        }
        if let version = result.facts.api, isUnknown(version) {
            sensor.add(Observation(key(.version, text: SeenText.shown(version)), mapping: mapping, first: now))
        }
        for value in result.unlisted {
            let place = "\(value.rule) \(value.target)"
            let sample = value.hasElse ? ValueFate.fellToElse : ValueFate.cameToNothing
            let key = key(.value, place: place, text: value.text)
            sensor.add(Observation(key, sample: sample, mapping: mapping, first: now), unlisted: value, lessons)
        }
    }
}
