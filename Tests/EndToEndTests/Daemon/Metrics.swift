// SPDX-License-Identifier: Apache-2.0

import TributaryDelivery
import TributaryModel

/// What a daemon shows at `/metrics`.
struct Metrics: Sendable {
    private var values: [Substring: Substring] = [:]
    let text: String

    init(_ body: [UInt8]) {
        text = String(decoding: body, as: UTF8.self)
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " ") else { continue }
            values[line[..<space]] = line[line.index(after: space)...]
        }
    }

    /// Where the events of a sink are.
    func events(_ sink: String, _ part: String) -> Int? {
        values["tributary_events{sink=\"\(sink)\",part=\"\(part)\"}"].flatMap { Int($0) }
    }

    /// The number that proves that nothing was lost.
    func imbalance(_ sink: String) -> Int? {
        values["tributary_imbalance{sink=\"\(sink)\"}"].flatMap { Int($0) }
    }
}

extension Provider {
    /// Reads the metrics of the daemon.
    func metrics() async throws -> Metrics { Metrics(try await call(.get, "/metrics").body) }

    /// Waits until nothing is pending for any of the sinks.
    ///
    /// - Returns: the last metrics; where the time was over, with something pending in them.
    func settled(_ sinks: [String], within limit: Duration) async throws -> Metrics {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        var metrics = try await self.metrics()
        while sinks.contains(where: { metrics.events($0, "pending") != 0 }), clock.now < deadline {
            try await Task.sleep(for: .milliseconds(50))
            metrics = try await self.metrics()
        }
        return metrics
    }
}
