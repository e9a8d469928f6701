// SPDX-License-Identifier: Apache-2.0

import Foundation
import Tributary
import TributaryDelivery
import TributaryModel
import TributarySQLite

extension Subcommand {
    /// `tributary reconcile`.
    static let reconcile = Subcommand(
        name: "reconcile",
        summary:
            "compare your orders with what was received, attributed and delivered; say which step lost one, and why",
        operands: "ORDERS.csv|ORDERS.jsonl",
        operandsMax: 1,
        options: [
            Option(name: "platform", value: "SINK", summary: "also compare with what this sink's platform lists"),
            Option(name: "since", value: "TIME", summary: "only orders since 2026-11-01 or 2026-11-01T12:00:00Z"),
            Option(name: "until", value: "TIME", summary: "only orders before that"),
            Option(name: "id", value: "COLUMN", summary: "the order's id; guessed unless stated, as are the others"),
            Option(name: "amount", value: "COLUMN", summary: "what the buyer paid"),
            Option(name: "currency", value: "COLUMN", summary: "the currency's code"),
            Option(name: "time", value: "COLUMN", summary: "when it was ordered"),
            Option(name: "currency-code", value: "CODE", summary: "the currency where no column says"),
            Option(name: "minor", value: nil, summary: "amounts are in smallest units: 1250 is 12.50"),
            Option(
                name: "html",
                value: "FILE",
                summary: "write a page with the picture by day; it needs no other file"
            ),
            Option(name: "json", value: nil, summary: "one JSON object a line for each order, a summary at the end"),
            Option(name: "config", value: "FILE", summary: "the configuration, tributary.json unless stated"),
        ],
        examples: [
            ("tributary reconcile orders.csv --html orders.html", "exit code 1 where orders are missing"),
            (
                "tributary reconcile orders.csv --platform affonso --since 2026-11-01",
                "also asks the platform for its list"
            ),
            (
                "tributary reconcile export.jsonl --id number --amount paid --minor --currency-code EUR --json",
                "for scripts"
            ),
        ],
        run: { arguments in
            var run = try await ReconcileRun(arguments)
            return try await run.compare()
        }
    )
}

extension OrderFile.Columns {
    fileprivate init(_ arguments: Arguments) throws(UsageError) {
        self.init(
            id: arguments["id"],
            amount: arguments["amount"],
            currency: arguments["currency"],
            time: arguments["time"],
            currencyCode: arguments["currency-code"],
            isMinor: arguments.has("minor")
        )
        if let code = currencyCode, Currency(code.uppercased()) == nil {
            throw UsageError("--currency-code: there is no currency \"\(code)\"")
        }
    }
}

/// One run of the command: what it compares with, and what it shows.
private struct ReconcileRun {
    private let file: OrderFile
    private let path: String
    private let since: Timestamp?
    private let until: Timestamp?
    private let isJSON: Bool
    private let page: String?
    private let platform: String?
    private let config: String
    private let reader: SQLiteReader

    private var report: ReconciliationReport
    private var chunk: [Order] = []
    /// Where each order stands first.
    private var lines: [String: Int] = [:]
    private var matched: Set<String> = []

    /// Orders whose ids are remembered, to find those that stand twice.
    private static let rememberedMax = 2_000_000

    init(_ arguments: Arguments) async throws {
        guard let path = arguments.operands.first else {
            throw UsageError("which orders? ORDERS.csv or ORDERS.jsonl")
        }
        self.path = path
        (since, until) = (try arguments.time("since"), try arguments.time("until"))
        file = try OrderFile(path, OrderFile.Columns(arguments))
        isJSON = arguments.has("json")
        page = arguments["html"]
        platform = arguments["platform"]
        config = arguments["config"] ?? "tributary.json"
        let database = try ConfigurationFile.databasePath(config)
        guard FileManager.default.fileExists(atPath: database) else {
            throw CommandFailure("there is no store at \(database); `tributary serve` makes it, where it is started")
        }
        reader = SQLiteReader(path: database)
        report = ReconciliationReport(title: "Orders of \(URL(filePath: path).lastPathComponent)")
    }

    mutating func compare() async throws -> ExitCode {
        var listing: PlatformListing?
        var days: Range<Timestamp>?
        if let platform {
            let configuration = try ConfigurationFile.read(config)
            days = try await span()
            (listing, report.summary.listing) = try await Self.listing(platform, configuration, days)
        }
        let reconciliation = Reconciliation(reader: reader, listing: listing)
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.intValue ?? 0
        let file = file
        var progress = Progress(whole: size)
        defer { progress.finish() }
        try await file.visit(
            { entry in
                switch entry {
                case .failure(let line): take(line)
                case .success(let order):
                    if let time = order.time, !isWithin(time) { return }
                    take(order)
                }
                if chunk.count >= Reconciliation.chunkMax { try await settle(reconciliation) }
            },
            progress: { progress.advance(by: $0) }
        )
        try await settle(reconciliation)
        if let days {
            for stray in try await reconciliation.strays(beside: matched, within: days) {
                report.add(stray)
                if isJSON { Terminal.write(stray.json.text + "\n") }
            }
        }
        progress.finish()
        try show()
        return report.summary.isFine ? .fine : .wrong
    }

    private func isWithin(_ time: Timestamp) -> Bool {
        if let since, time < since { return false }
        if let until, time >= until { return false }
        return true
    }

    // MARK: Reading

    /// From the first to the last day of the orders, so that the platform is asked for no more than that.
    private func span() async throws -> Range<Timestamp>? {
        var first: Timestamp?
        var last: Timestamp?
        try await file.visit(
            { entry in
                guard case .success(let order) = entry, let time = order.time, isWithin(time) else { return }
                first = min(first ?? time, time)
                last = max(last ?? time, time)
            },
            progress: { _ in }
        )
        guard let first, let last else { return nil }
        return (since ?? first.day)..<(until ?? last.day.advanced(by: .seconds(86_400)))
    }

    private mutating func take(_ line: UnreadableLine) {
        report.add(line)
        guard isJSON else { return }
        let json: JSONValue = .object([
            .init("line", .integer(line.line)), .init("order", .null), .init("state", "unreadable"),
            .init("missing", true), .init("why", .string(line.text)),
        ])
        Terminal.write(json.text + "\n")
    }

    private mutating func take(_ order: Order) {
        if let line = lines[order.id] {
            add(OrderFate(order, repeating: line))
        } else {
            if lines.count < Self.rememberedMax { lines[order.id] = order.line }
            chunk.append(order)
        }
    }

    private mutating func settle(_ reconciliation: Reconciliation) async throws {
        guard !chunk.isEmpty else { return }
        for fate in try await reconciliation.fates(of: chunk, progress: { _ in }) { add(fate) }
        chunk.removeAll(keepingCapacity: true)
    }

    private mutating func add(_ fate: OrderFate) {
        for told in fate.told { if let listed = told.listed { matched.insert(listed.id) } }
        report.add(fate)
        if isJSON { Terminal.write(fate.json.text + "\n") }
    }

    /// What a platform lists, and in words how much.
    private static func listing(
        _ name: String,
        _ configuration: Configuration,
        _ days: Range<Timestamp>?
    ) async throws -> (PlatformListing?, String) {
        guard let instance = configuration.sinks.first(where: { $0.name == name }),
            let plugin = BuiltIn.sinks.first(where: { $0.name == instance.use })
        else {
            let names = configuration.sinks.map(\.name).joined(separator: ", ")
            throw UsageError("there is no sink \"\(name)\" (there are: \(names))")
        }
        // Platforms date a sale by when they were told, which is never before it and may be days after.
        let end = Timestamp.now.advanced(by: .seconds(60))
        let start = (days?.lowerBound ?? end.advanced(by: .seconds(-90 * 86_400))).advanced(by: .seconds(-86_400))
        let step = try await PlatformAsking.list(try plugin.makeSink(instance.settings), from: start, to: end)
        switch step {
        case .success(let sales, let isWhole):
            guard isWhole else {
                let remedy = "take a shorter time with --since"
                return (nil, "\(name) lists more than can be fetched at once, so it was not compared; \(remedy).")
            }
            let since = "since \(start.description.prefix(10))"
            return (PlatformListing(sink: name, sales), "\(name) lists \(sales.count) sales \(since).")
        case .failure(let reason): return (nil, "\(name) was not compared: \(reason).")
        }
    }

    // MARK: Showing

    private func show() throws {
        if let page {
            let html = ReconciliationPage(report: report, made: .now).html
            do { try Data(html.utf8).write(to: URL(filePath: page)) } catch {
                throw CommandFailure("\(page) could not be written")
            }
        }
        Terminal.write(isJSON ? report.summary.json.text + "\n" : report.text)
    }
}

extension Timestamp {
    /// The beginning of its day in UTC.
    fileprivate var day: Timestamp {
        Timestamp(unixSeconds: unixSeconds - ((unixSeconds % 86_400) + 86_400) % 86_400)
    }
}
