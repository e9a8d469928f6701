// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TributaryMapping
import TributaryModel

/// Collects what intakes see, until a ``DriftRecorder`` takes it; bounded, and never waited for.
public final class DriftSensor: Sendable {
    /// A webhook that is looked at for fields.
    struct Sample: Sendable {
        let tap: DriftTap
        let headers: HeaderFields
        let body: [UInt8]
        let at: Timestamp
    }

    /// What was collected.
    struct Catch: Sendable {
        /// What was seen, summed up.
        var observations: [Observation.Key: Observation] = [:]
        /// Values of tables, with what the tests of their mapping know.
        var values: [Observation.Key: (UnlistedValue, DriftLessons)] = [:]
        var samples: [Sample] = []
        var sampleBytes = 0
        /// What there was no room for.
        var dropped = 0
    }

    /// Different things and samples between two takes; what is beyond is counted as dropped.
    static let observationsMax = 1024
    static let samplesMax = 64
    static let sampleBytesMax = 4 << 20

    private let caught = Mutex(Catch())

    /// Creates a sensor, for one engine.
    public init() {}

    /// Adds what was seen, for example what became of a changed mapping.
    public func add(_ observation: Observation) { caught.withLock { $0.add(observation) } }

    func add(_ observation: Observation, unlisted value: UnlistedValue, _ lessons: DriftLessons) {
        caught.withLock { caught in
            caught.add(observation)
            if caught.observations[observation.key] != nil { caught.values[observation.key] = (value, lessons) }
        }
    }

    func add(_ sample: Sample) {
        caught.withLock { caught in
            guard caught.samples.count < Self.samplesMax,
                caught.sampleBytes + sample.body.count <= Self.sampleBytesMax
            else {
                caught.dropped += 1
                return
            }
            caught.samples.append(sample)
            caught.sampleBytes += sample.body.count
        }
    }

    /// Takes everything.
    func take() -> Catch {
        caught.withLock { caught in
            defer { caught = Catch() }
            return caught
        }
    }
}

extension DriftSensor.Catch {
    fileprivate mutating func add(_ observation: Observation) {
        if observations[observation.key] != nil {
            observations[observation.key]?.add(observation)
        } else if observations.count < DriftSensor.observationsMax {
            observations[observation.key] = observation
        } else {
            dropped += 1
        }
    }
}
