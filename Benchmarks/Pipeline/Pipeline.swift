// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import TributaryMapping
import TributaryModel

/// Measures what one webhook costs: verify, read, map and the whole, and an engine without a store, beside the floor of the
/// same run.
///
/// The floor is what anybody pays who verifies and reads JSON: an HMAC-SHA256 of the body by libcrypto's `EVP_MAC`, and a
/// bare simdjson DOM parse of the same bytes, both in C and with everything reused that can be. Prints one JSON object
/// with nanoseconds of one call, of the fastest round and of the middle one.
///
/// `PipelineBenchmark STAGE CALLS FIXTURE` does one stage's work so many times and prints nothing: for profilers. With
/// `--mapping FILE` in front, the file's mapping takes the place of Stripe's own, so that what the mapping costs can be
/// told from what the language costs.
@main
enum Pipeline {
    static let fixtures = [
        "fixtures/refund.created.json", "fixtures/checkout.completed.one-time.json",
        "fixtures/invoice.paid.renewal-acacia.json", "fixtures/invoice.paid.first.json",
        "fixtures/invoice.paid.upgrade.json", "fixtures/subscription.changed.second.json",
    ]

    static func main() async throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        var file = ShippedMappings.mapping("stripe") ?? []
        if arguments.count >= 2, arguments[0] == "--mapping" {
            file = Array(try Data(contentsOf: URL(fileURLWithPath: arguments[1])))
            arguments.removeFirst(2)
        }
        let mapping = try Mapping(parsing: file, file: "stripe.json")
        if arguments.count == 3, let stage = Stage(rawValue: arguments[0]), let calls = Int(arguments[1]) {
            return try await Work(body(arguments[2]), mapping, file: file).run(stage, calls: calls)
        }
        let (rounds, calls) = (101, 400)
        var rows: [JSONValue] = []
        var worst: Int64 = 0
        for fixture in fixtures {
            let body = try body(fixture)
            let timings = try await measure(Work(body, mapping, file: file), rounds: rounds, calls: calls)
            worst = max(worst, timings.wholePercent)
            rows.append(
                .object([.init("fixture", .string(fixture)), .init("bytes", .integer(body.count))] + timings.report())
            )
        }
        let report: JSONValue = [
            "unit": "nanoseconds", "rounds": .integer(rounds), "target_percent_of_floor": 200,
            "worst_percent_of_floor": .integer(worst), "events": .array(rows),
        ]
        write(report.indentedText + "\n")
    }

    struct Missing: Error {
        var fixture: String
    }

    private static func body(_ fixture: String) throws -> [UInt8] {
        guard let body = ShippedMappings.file("stripe", fixture) else { throw Missing(fixture: fixture) }
        return body
    }

    private static func measure(_ work: Work, rounds: Int, calls: Int) async throws -> Timings {
        let clock = ContinuousClock()
        var timings = Timings()
        for stage in Stage.allCases { try await work.run(stage, calls: calls) }
        for _ in 0..<rounds {
            var round: [Stage: Double] = [:]
            for stage in Stage.allCases {
                let begin = clock.now
                try await work.run(stage, calls: calls)
                round[stage] = (clock.now - begin) / .nanoseconds(1) / Double(calls)
            }
            timings.add(round)
        }
        precondition(work.sink != 0, "the work must not be optimised away")
        return timings
    }

    private static func write(_ text: String) {
        let bytes = Array(text.utf8)
        // Whoever closes the pipe early does not want the rest.
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}
