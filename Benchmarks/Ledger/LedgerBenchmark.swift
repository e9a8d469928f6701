// SPDX-License-Identifier: Apache-2.0

import Glibc
import Tributary
import TributaryLedger
import TributaryModel
import TributarySQLite

/// Measures the SQLite store: durable settles with group commit, leases in batches, finishes, and a book's recount.
///
/// `LedgerBenchmark DIRECTORY [WEBHOOKS [CALLERS]]`. Every webhook has a body of 1.5 KB, one payment with three ids of a new
/// customer and one planned delivery; 64 callers at a time unless told. Prints one JSON object; rates are per second.
@main
enum LedgerBenchmark {
    static let callers = CommandLine.arguments.count > 3 ? Int(CommandLine.arguments[3]) ?? 64 : 64
    static let policy = LedgerPolicy(sinks: [
        SinkPolicy(name: "river", kinds: [.paymentSucceeded], parameters: ["river_referral"])
    ])
    static let now = Timestamp(unixSeconds: 1_790_000_000)

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 1 else {
            writeLine("usage: LedgerBenchmark DIRECTORY [WEBHOOKS [CALLERS]]")
            exit(2)
        }
        let count = arguments.count > 2 ? Int(arguments[2]) ?? 100_000 : 100_000
        let path = arguments[1] + "/benchmark-\(getpid()).db"
        defer { for suffix in ["", "-wal", "-shm", ".lock"] { unsafe unlink(path + suffix) } }
        let store = try SQLiteStore(path: path)
        let submissions = (0..<count).map(submission)
        let before = processorMicroseconds()
        let settled = try await rate(count) { index in _ = try await store.settle(submissions[index], under: policy) }
        let processor = processorMicroseconds() - before
        let repeated = try await rate(count) { index in _ = try await store.settle(submissions[index], under: policy) }
        let alone = try await rate(min(count, 2000), callers: 1) { index in
            _ = try await store.settle(submission(count + index), under: policy)
        }
        var leased: [LeasedDelivery] = []
        let leasing = try await seconds {
            while true {
                let until = now.advanced(by: .seconds(1000))
                let batch = try await store.lease(LeaseRequest(sink: "river", limit: 128, now: now, until: until))
                if batch.isEmpty { break }
                leased += batch
            }
        }
        let tokens = leased.map(\.token)
        let end = AttemptResult(
            .end(.init(.delivered, reason: "201", receipt: Receipt([.init("conversion", "com_1")]))),
            trail: ["POST /v1/sales 201"]
        )
        let finished = try await rate(tokens.count) { index in
            _ = try await store.finish(tokens[index], end, at: now, under: policy)
        }
        var balances: [SinkBalance] = []
        let recount = try await seconds { balances = try await store.balances(under: policy) }
        let report: JSONValue = [
            "webhooks": .integer(count), "processor_nanoseconds_per_settle": .integer(processor * 1000 / count),
            "settles_per_second": .integer(settled),
            "repeats_per_second": .integer(repeated), "settles_per_second_one_caller": .integer(alone),
            "leases_per_second": .integer(Int(Double(leased.count) / leasing)),
            "finishes_per_second": .integer(finished),
            "balance_microseconds": .integer(Int(recount * 1_000_000)),
            "imbalance": .integer(balances.reduce(0) { $0 + $1.imbalance }),
            "memory_kilobytes_max": .integer(residentMax()), "sqlite": .string(SQLiteStore.libraryVersion),
        ]
        await store.close()
        writeLine(report.indentedText)
    }

    private static func submission(_ index: Int) -> Submission {
        var event = Event(
            id: "evt_\(index)",
            source: "stripe",
            kind: .paymentSucceeded,
            key: Reference("invoice", "in_\(index &* 2_654_435_761 % 1_000_000_007)_\(index)"),
            time: now,
            provider: ProviderFacts(name: "stripe", event: "evt_\(index)", type: "invoice.paid", api: "2025-03-31")
        )
        event.aliases = [Reference("payment_intent", "pi_\(index)"), Reference("charge", "ch_\(index)")]
        event.total = Currency("EUR").map { Money(minor: 9900, $0) }
        event.customer.ref = "cus_\(index)"
        event.subscription.ref = "sub_\(index)"
        event.attribution.params = [.init("river_referral", "ref_\(index % 100)")]
        event.phase = .first
        return Submission(
            source: "stripe",
            webhookKey: "evt_\(index)",
            type: "invoice.paid",
            live: true,
            receivedAt: now,
            headers: ["User-Agent": "Stripe/1.0", "Content-Type": "application/json"],
            body: [UInt8](repeating: UInt8(ascii: "x"), count: 1500),
            mapping: MappingStamp(name: "stripe", version: "1.0.0", contentHash: "c0ffee"),
            outcome: JournalOutcome(.emitted, rule: "invoice-paid"),
            events: [event]
        )
    }

    private static func rate(
        _ count: Int,
        callers: Int = callers,
        _ work: @escaping @Sendable (Int) async throws -> Void
    ) async throws -> Int {
        let elapsed = try await seconds {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<callers {
                    group.addTask {
                        var index = caller
                        while index < count {
                            try await work(index)
                            index += callers
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        return Int(Double(count) / elapsed)
    }

    private static func seconds(_ work: () async throws -> Void) async rethrows -> Double {
        let elapsed = try await ContinuousClock().measure(work)
        return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    }

    private static func residentMax() -> Int { usage().ru_maxrss }

    private static func processorMicroseconds() -> Int {
        let usage = usage()
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        return seconds * 1_000_000 + Int(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
    }

    private static func usage() -> rusage {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage
    }

    private static func writeLine(_ text: String) {
        var text = text + "\n"
        text.withUTF8 { bytes in _ = unsafe write(1, bytes.baseAddress, bytes.count) }
    }
}
