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
            guard let path = arguments.operands.first else {
                throw UsageError("which orders? ORDERS.csv or ORDERS.jsonl")
            }
            let window = (since: try arguments.time("since"), until: try arguments.time("until"))
            let file = try OrderFile(path, OrderFile.Columns(arguments))
            let run = try await ReconcileRun(arguments, window.since, window.until)
            return try await run.compare(file, path)
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
    private let since: Timestamp?
    private let until: Timestamp?
    private let isJSON: Bool
    private let page: String?
    private let reconciliation: Reconciliation
    private var summary = Reconciliation.Summary()

    /// The most rows of the table.
    private static let rowsMax = 200

    init(_ arguments: Arguments, _ since: Timestamp?, _ until: Timestamp?) async throws {
        self.since = since
        self.until = until
        isJSON = arguments.has("json")
        page = arguments["html"]
        let config = arguments["config"] ?? "tributary.json"
        let database = try ConfigurationFile.databasePath(config)
        guard FileManager.default.fileExists(atPath: database) else {
            throw CommandFailure("there is no store at \(database); `tributary serve` makes it, where it is started")
        }
        var listing: PlatformListing?
        if let name = arguments["platform"] {
            let configuration = try ConfigurationFile.read(config)
            (listing, summary.listing) = try await Self.listing(name, configuration, since, until)
        }
        reconciliation = Reconciliation(reader: SQLiteReader(path: database), listing: listing)
    }

    /// What a platform lists, and in words how much.
    private static func listing(
        _ name: String,
        _ configuration: Configuration,
        _ since: Timestamp?,
        _ until: Timestamp?
    ) async throws -> (PlatformListing?, String) {
        guard let instance = configuration.sinks.first(where: { $0.name == name }),
            let plugin = BuiltIn.sinks.first(where: { $0.name == instance.use })
        else {
            let names = configuration.sinks.map(\.name).joined(separator: ", ")
            throw UsageError("there is no sink \"\(name)\" (there are: \(names))")
        }
        let end = until ?? .now
        let start = since ?? end.advanced(by: .seconds(-90 * 86_400))
        let step = try await PlatformAsking.list(try plugin.makeSink(instance.settings), from: start, to: end)
        switch step {
        case .success(let sales, let isWhole):
            guard isWhole else {
                return (
                    nil, "\(name) lists more than can be fetched at once, so it was not compared; take a shorter time."
                )
            }
            return (PlatformListing(sink: name, sales), "\(name) lists \(sales.count) sales of that time.")
        case .failure(let reason): return (nil, "\(name) was not compared: \(reason).")
        }
    }

    private func isWithin(_ time: Timestamp) -> Bool {
        if let since, time < since { return false }
        if let until, time >= until { return false }
        return true
    }

    func compare(_ file: OrderFile, _ path: String) async throws -> ExitCode {
        var summary = summary
        var chunk: [Order] = []
        var missing: [OrderFate] = []
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.intValue ?? 0
        var progress = Progress(whole: size)
        defer { progress.finish() }
        func settle() async throws {
            let fates = try await reconciliation.fates(of: chunk) { _ in }
            chunk.removeAll(keepingCapacity: true)
            for fate in fates {
                summary.add(fate)
                if isJSON { Terminal.write(fate.json.text + "\n") }
                if fate.verdict.isMissing, missing.count < ReconciliationPage.rowsMax { missing.append(fate) }
            }
        }
        try await file.visit(
            { order in
                if let time = order.time, !isWithin(time) { return }
                chunk.append(order)
                if chunk.count == Reconciliation.chunkMax { try await settle() }
            },
            progress: { progress.advance(by: $0) }
        )
        if !chunk.isEmpty { try await settle() }
        progress.finish()
        try show(summary, missing, path)
        return summary.missing > 0 ? .wrong : .fine
    }

    private func show(_ summary: Reconciliation.Summary, _ missing: [OrderFate], _ path: String) throws {
        if let page {
            let title = "Orders of \(URL(filePath: path).lastPathComponent)"
            let html = ReconciliationPage(summary: summary, missing: missing, title: title, made: .now).html
            do { try Data(html.utf8).write(to: URL(filePath: page)) } catch {
                throw CommandFailure("\(page) could not be written")
            }
        }
        if isJSON { return Terminal.write(summary.json.text + "\n") }
        let rows = missing.prefix(Self.rowsMax).map { fate in
            [
                fate.order.id, fate.order.amount.map { "\($0)" } ?? "",
                fate.order.time.map { String($0.description.prefix(10)) } ?? "", fate.verdict.name, fate.why,
            ]
        }
        if !rows.isEmpty {
            Terminal.write(Table(rows: rows, heading: ["ORDER", "AMOUNT", "DAY", "STATE", "WHY"], numeric: [1]).text)
            let more = summary.missing - rows.count
            if more > 0 { Terminal.write("and \(more) more, see --json\n") }
            Terminal.write("\nRemedies\n")
            var told: Set<String> = []
            for fate in missing.prefix(Self.rowsMax) where told.insert(fate.verdict.name).inserted {
                Terminal.write("  \(fate.verdict.name): \(fate.remedy)\n")
            }
            Terminal.write("\n")
        }
        let states = summary.verdicts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        Terminal.write("\(summary.orders) orders: \(states.isEmpty ? "none" : states); \(summary.missing) missing\n")
        if !summary.listing.isEmpty { Terminal.write(summary.listing + "\n") }
    }
}

extension Reconciliation.Summary {
    fileprivate var json: JSONValue {
        .object([
            .init("orders", .integer(orders)), .init("missing", .integer(missing)),
            .init("states", .object(verdicts.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) })),
            .init(
                "days",
                .array(
                    days.sorted { $0.key < $1.key }.map { name, day in
                        .object([
                            .init("day", name.isEmpty ? .null : .string(name)), .init("orders", .integer(day.orders)),
                            .init("received", .integer(day.received)), .init("attributed", .integer(day.attributed)),
                            .init("delivered", .integer(day.delivered)),
                        ])
                    }
                )
            ),
            .init("platform", listing.isEmpty ? .null : .string(listing)),
        ])
    }
}
