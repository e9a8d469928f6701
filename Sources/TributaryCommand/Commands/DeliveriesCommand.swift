// SPDX-License-Identifier: Apache-2.0

import Foundation
import Tributary
import TributaryMapping
import TributaryModel
import TributarySQLite

extension Subcommand {
    /// `tributary deliveries`.
    static let deliveries = Subcommand(
        name: "deliveries",
        summary: "list deliveries, newest first: where each stands, how it ended and why",
        operands: "",
        operandsMax: 0,
        options: [
            Option(name: "config", value: "FILE", summary: "the configuration that names the store"),
            Option(name: "store", value: "FILE", summary: "the store's file itself"),
            Option(name: "sink", value: "NAME", summary: "only this sink"),
            Option(name: "state", value: "STATE", summary: "only pending, leased or ended ones"),
            Option(
                name: "end",
                value: "HOW",
                summary: "only those that ended so: permanent, needsHuman, …; repeatable"
            ),
            Option(name: "webhook", value: "N", summary: "only those of one webhook, by its number"),
            Option(name: "limit", value: "N", summary: "at most so many, 50 unless stated"),
            Option(name: "json", value: nil, summary: "one JSON object a line"),
        ],
        examples: [
            ("tributary deliveries --state pending", "what has not arrived yet, when it is tried, and why"),
            (
                "tributary deliveries --end permanent --end needsHuman",
                "what a person has to look at, each with the reason"
            ),
            ("tributary deliveries --webhook 12", "what came of one webhook"),
            ("tributary deliveries --sink affonso --json", "for scripts"),
        ],
        run: { arguments in
            let query = try DeliveryQuery(arguments)
            let path = try arguments["store"] ?? ConfigurationFile.databasePath(arguments["config"] ?? "tributary.json")
            guard FileManager.default.fileExists(atPath: path) else {
                let remedy = "`tributary serve` makes it, in the folder where it is started"
                throw CommandFailure("there is no store at \(path); \(remedy)")
            }
            let records: [DeliveryRecord]
            do throws(StoreError) {
                records = try await SQLiteReader(path: path).deliveries(query)
            } catch {
                throw CommandFailure("\(path) cannot be read as a store: \(error.detail)")
            }
            if arguments.has("json") {
                for record in records { Terminal.write(record.json.text + "\n") }
            } else {
                Terminal.write(DeliveryTable.text(records, now: .now))
                if records.count == query.limit { Terminal.complain("the newest \(query.limit); more with --limit") }
            }
            return .fine
        }
    )
}

extension DeliveryQuery {
    /// What the command line asks for.
    fileprivate init(_ arguments: Arguments) throws(UsageError) {
        self.init(limit: 50)
        sink = arguments["sink"]
        if let text = arguments["state"] {
            guard let state = DeliveryRecord.State.Name(rawValue: text) else {
                let words = DeliveryRecord.State.Name.allCases.map(\.rawValue)
                let question = Spelling.question(text, in: words).map { "; \($0)" } ?? ""
                throw UsageError("--state wants pending, leased or ended\(question)")
            }
            self.state = state
        }
        let ends = try arguments.ends()
        guard ends.isEmpty || state == nil || state == .ended else {
            throw UsageError("what is \(arguments["state"] ?? "") has not ended; leave out --state or --end")
        }
        if !ends.isEmpty { self.ends = ends }
        if let text = arguments["webhook"] {
            guard let number = Int64(text), number > 0 else {
                throw UsageError("--webhook wants a number, as `tributary send` prints it")
            }
            webhook = number
        }
        if let text = arguments["limit"] {
            guard let limit = Int(text), (1...10_000).contains(limit) else {
                throw UsageError("--limit wants a number from 1 to 10000")
            }
            self.limit = limit
        }
    }
}

/// Deliveries as people read them.
enum DeliveryTable {
    static func text(_ records: [DeliveryRecord], now: Timestamp) -> String {
        guard !records.isEmpty else { return "no deliveries\n" }
        let rows = records.map { record in
            [
                String(record.id), String(record.webhook), record.event.kind.rawValue,
                record.event.total?.description ?? "", record.event.key.description, record.sink,
                record.stateText(at: now), String(record.attempts), record.reason ?? record.trail.last ?? "",
            ]
        }
        return Table(
            rows: rows,
            heading: ["ID", "WEBHOOK", "EVENT", "AMOUNT", "KEY", "SINK", "STATE", "TRIES", "WHY"],
            numeric: [0, 1, 3, 7],
            paint: { column, cell in column == 6 ? painted(cell) : cell }
        ).text
    }

    private static func painted(_ cell: String) -> String {
        switch cell {
        case DeliveryEnd.delivered.rawValue, DeliveryEnd.duplicate.rawValue: Terminal.painted(cell, .green)
        case DeliveryEnd.unproven.rawValue: Terminal.painted(cell, .yellow)
        case DeliveryEnd.permanent.rawValue, DeliveryEnd.needsHuman.rawValue, DeliveryEnd.rejectedByPlatform.rawValue:
            Terminal.painted(cell, .red)
        default: cell
        }
    }
}
