// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// All counters, gauges and histograms of a process, and their text for Prometheus.
///
/// Registering takes a lock, counting does not: keep what is returned, and register nothing per request. The same name
/// with the same labels gives the same object again. Labels must come from a closed set, never from a request.
/// Source: Prometheus exposition formats, text format 0.0.4.
public final class MetricsRegistry: Sendable {
    /// The media type of ``text()``.
    public static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    private enum Instrument: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case reading(@Sendable () -> Int64)
        case histogram(Histogram)

        var kind: String {
            switch self {
            case .counter: "counter"
            case .gauge, .reading: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    private struct Family: Sendable {
        let name: String
        let help: String
        let kind: String
        var members: [(labels: String, instrument: Instrument)]
    }

    private let families = Mutex<[Family]>([])

    /// Creates an empty registry.
    public init() {}

    /// A counter; its name should end in `_total`.
    public func counter(_ name: String, help: String, labels: [(String, String)] = []) -> Counter {
        let instrument = registered(name, help, labels) { .counter(Counter()) }
        guard case .counter(let counter) = instrument else { return Counter() }
        return counter
    }

    /// A gauge that its owner sets.
    public func gauge(_ name: String, help: String, labels: [(String, String)] = []) -> Gauge {
        let instrument = registered(name, help, labels) { .gauge(Gauge()) }
        guard case .gauge(let gauge) = instrument else { return Gauge() }
        return gauge
    }

    /// A gauge that is read when somebody asks; the closure must be quick and must not block.
    public func gauge(
        _ name: String,
        help: String,
        labels: [(String, String)] = [],
        reading: @escaping @Sendable () -> Int64
    ) {
        _ = registered(name, help, labels) { .reading(reading) }
    }

    /// A histogram of durations; its name should end in `_seconds`.
    public func histogram(
        _ name: String,
        help: String,
        labels: [(String, String)] = [],
        durations: [Duration]
    ) -> Histogram {
        histogram(name, help, labels, Histogram(unit: .seconds, bounds: durations.map(Moment.nanoseconds)))
    }

    /// A histogram of whole numbers.
    public func histogram(
        _ name: String,
        help: String,
        labels: [(String, String)] = [],
        bounds: [Int]
    ) -> Histogram {
        histogram(name, help, labels, Histogram(unit: .count, bounds: bounds.map { UInt64(max(0, $0)) }))
    }

    private func histogram(
        _ name: String,
        _ help: String,
        _ labels: [(String, String)],
        _ new: Histogram
    ) -> Histogram {
        let instrument = registered(name, help, labels) { .histogram(new) }
        guard case .histogram(let histogram) = instrument else { return new }
        return histogram
    }

    private func registered(
        _ name: String,
        _ help: String,
        _ labels: [(String, String)],
        _ make: () -> Instrument
    ) -> Instrument {
        precondition(Self.isName(name, colons: true), "\(name) is no name of a metric")
        precondition(labels.allSatisfy { Self.isName($0.0, colons: false) && $0.0 != "le" }, "\(name): a label's name")
        let text = labels.map { "\($0.0)=\"\(Self.escaped($0.1, quotes: true))\"" }.joined(separator: ",")
        return families.withLock { families in
            let new = make()
            guard let index = families.firstIndex(where: { $0.name == name }) else {
                families.append(Family(name: name, help: help, kind: new.kind, members: [(text, new)]))
                return new
            }
            precondition(families[index].kind == new.kind, "\(name) is a \(families[index].kind) already")
            if let known = families[index].members.first(where: { $0.labels == text }) { return known.instrument }
            families[index].members.append((text, new))
            return new
        }
    }

    /// Everything, as Prometheus reads it.
    public func text() -> String {
        let families = families.withLock { $0 }
        var output = ""
        for family in families {
            output += "# HELP \(family.name) \(Self.escaped(family.help, quotes: false))\n"
            output += "# TYPE \(family.name) \(family.kind)\n"
            for member in family.members {
                switch member.instrument {
                case .counter(let counter): Self.line(family.name, member.labels, String(counter.value), &output)
                case .gauge(let gauge): Self.line(family.name, member.labels, String(gauge.value), &output)
                case .reading(let read): Self.line(family.name, member.labels, String(read()), &output)
                case .histogram(let histogram): Self.lines(family.name, member.labels, histogram, &output)
                }
            }
        }
        return output
    }

    private static func lines(_ name: String, _ labels: String, _ histogram: Histogram, _ output: inout String) {
        // The sum is read first: a value observed meanwhile is then in the counts only, and the average never exceeds
        // the largest value seen.
        let sum = histogram.sum
        let prefix = labels.isEmpty ? "" : labels + ","
        var count: UInt64 = 0
        for (index, bucket) in histogram.counts.enumerated() {
            count += bucket
            let bound = index < histogram.bounds.count ? histogram.text(histogram.bounds[index]) : "+Inf"
            line(name + "_bucket", prefix + "le=\"\(bound)\"", String(count), &output)
        }
        line(name + "_sum", labels, histogram.text(sum), &output)
        line(name + "_count", labels, String(count), &output)
    }

    private static func line(_ name: String, _ labels: String, _ value: String, _ output: inout String) {
        output += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    private static func isName(_ name: String, colons: Bool) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
            case UInt8(ascii: ":"): colons
            default: false
            }
        }
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\"" where quotes: output += "\\\""
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }
}
