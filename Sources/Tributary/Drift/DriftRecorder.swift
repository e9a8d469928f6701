// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryMapping
public import TributaryModel

/// Looks into what a ``DriftSensor`` caught, tells what is new, and keeps it in the store; beside the webhooks' way, never
/// in it.
///
/// What is new is written within a second or two, counts of what is known within half a minute; a process that is killed
/// loses so much of its counts, and tells a thing again at most once.
public struct DriftRecorder: Sendable {
    /// What was seen, for metrics.
    public struct Sighting: Sendable, Hashable {
        /// What and where.
        public var key: Observation.Key
        /// How often, since the last one told.
        public var count: Int64
        /// Whether it was never seen before.
        public var isNew: Bool
    }

    /// How often the sensor is emptied, and after how many times what is known is written.
    static let interval = Duration.seconds(1)
    static let turnsPerWrite = 30

    /// The most rows of one write.
    static let rowsMax = 500

    private let sensor: DriftSensor
    private let store: any Store
    private let log: Log
    private let now: @Sendable () -> Timestamp
    private let observe: @Sendable (Sighting) -> Void
    private let drop: @Sendable (Int) -> Void

    /// Creates a recorder.
    ///
    /// - Parameters:
    ///   - sensor: What the engine was given.
    ///   - store: Keeps what was seen.
    ///   - log: Gets a line for each new thing; after 20 a minute one line counts the others.
    ///   - now: The wall clock.
    ///   - observe: Told of every sighting.
    ///   - drop: Told how much there was no room for.
    public init(
        _ sensor: DriftSensor,
        store: any Store,
        log: Log,
        now: @escaping @Sendable () -> Timestamp = { .now },
        observe: @escaping @Sendable (Sighting) -> Void = { _ in },
        drop: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.sensor = sensor
        self.store = store
        self.log = log
        self.now = now
        self.observe = observe
        self.drop = drop
    }

    /// Records until the task is cancelled, and then what is left.
    ///
    /// What ails the store is for those to act upon who need it to answer webhooks; here it is tried again.
    public func run() async {
        guard var course = await begin() else { return }
        // The sleep ends early when the task is cancelled, and the loop with it.
        while (try? await Task.sleep(for: Self.interval)) != nil { await turn(&course) }
        digest(&course)
        await write(&course)
    }

    /// What is kept between two turns.
    struct Course: Sendable {
        var book: DriftBook
        var budget = LineBudget()
        var turns = 0
    }

    /// Reads what is known; again where the store cannot be read, until the task is cancelled.
    func begin() async -> Course? {
        while true {
            do throws(StoreError) {
                return Course(book: DriftBook(try await store.observations()))
            } catch {
                log(.warning, "What was seen before cannot be read", ["reason": error.code.rawValue])
                guard error.code != .closed, (try? await Task.sleep(for: Self.interval * 10)) != nil else { return nil }
            }
        }
    }

    /// Does what is due.
    func turn(_ course: inout Course) async {
        digest(&course)
        course.turns += 1
        guard course.book.hasNew || course.turns % Self.turnsPerWrite == 0 else { return }
        await write(&course)
    }

    private func write(_ course: inout Course) async {
        while !course.book.unwritten.isEmpty {
            let rows = course.book.takeUnwritten(Self.rowsMax)
            do throws(StoreError) {
                try await store.observe(rows)
            } catch {
                course.book.putBack(rows)
                return
            }
        }
    }

    // MARK: Looking into what was caught

    private func digest(_ course: inout Course) {
        let caught = sensor.take()
        if caught.dropped > 0 { drop(caught.dropped) }
        for (key, observation) in caught.observations {
            // What the mapping's own tests feed in is nothing new, wherever it falls.
            if let (value, lessons) = caught.values[key], lessons.learned.values.contains(value) { continue }
            enter(observation, &course)
        }
        for sample in caught.samples { look(into: sample, &course) }
        if let count = course.budget.summary(at: now()) {
            log(.notice, "More new things in webhooks; `tributary doctor` lists them", ["count": count])
        }
    }

    /// Looks for fields, and gives an unknown type its shape.
    private func look(into sample: DriftSensor.Sample, _ course: inout Course) {
        let tap = sample.tap
        // It was read before; if that fails now, there is nothing to look at.
        guard let document = try? tap.plan.document(from: sample.body, headers: sample.headers) else { return }
        let learned = tap.lessons.learned
        let results = tap.plan.map(
            document,
            headers: sample.headers,
            source: tap.source,
            received: sample.at,
            digest: { "" }
        )
        for result in results {
            guard let type = result.facts.type else { continue }
            switch result.outcome {
            case .ignored, .budgetExceeded: continue
            case .unmapped:
                let fields = FieldSurvey(document, at: result.entry).shapes.keys.sorted().prefix(12)
                let key = Observation.Key(.type, source: tap.source, text: SeenText.shown(type))
                var shape = Observation(key, mapping: tap.mapping, first: sample.at, count: 0)
                shape.sample = fields.joined(separator: " ")
                _ = course.book.enter(shape)
            case .emitted, .filtered, .incomplete, .invalid:
                let known = learned.fields[type] ?? []
                let shapes = FieldSurvey(document, at: result.entry).shapes
                for (path, shape) in shapes.sorted(by: { $0.key < $1.key }) where !known.contains(path) {
                    let key = Observation.Key(.field, source: tap.source, type: SeenText.shown(type), place: path)
                    enter(Observation(key, sample: shape, mapping: tap.mapping, first: sample.at), &course)
                }
            }
        }
    }

    private func enter(_ observation: Observation, _ course: inout Course) {
        let isNew = course.book.enter(observation)
        let key = observation.key
        observe(Sighting(key: key, count: observation.count, isNew: isNew))
        // Changed mappings have a line already, from the one who changed them.
        guard isNew, Observation.Kind.drift.contains(key.kind), course.budget.spend(at: now()) else { return }
        log(
            key.kind == .field ? .info : .notice,
            "New in webhooks",
            [
                "provider": key.source, "kind": key.kind.rawValue, "type": key.type, "place": key.place,
                "text": key.text,
                "sample": observation.sample,
            ]
        )
    }
}
