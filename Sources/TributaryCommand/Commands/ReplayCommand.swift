// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Synchronization
import Tributary
import TributaryLedger
import TributaryModel

extension Subcommand {
    /// `tributary replay`.
    static let replay = Subcommand(
        name: "replay",
        summary: "let journaled webhooks go through the present mapping again; nothing counts twice",
        operands: "",
        operandsMax: 0,
        options: [
            Option(name: "webhook", value: "N", summary: "only the webhook of this number"),
            Option(name: "provider", value: "NAME", summary: "only those of one provider instance"),
            Option(name: "type", value: "TYPE", summary: "only those of one event type"),
            Option(name: "since", value: "TIME", summary: "only those since 2026-11-01 or 2026-11-01T12:00:00Z"),
            Option(name: "unmapped", value: nil, summary: "only those whose type the mapping did not know"),
            Option(name: "incomplete", value: nil, summary: "only those that lacked something or could not be read"),
            Option(name: "dry-run", value: nil, summary: "show what would change, and change nothing"),
            Option(name: "yes", value: nil, summary: "do not ask on a terminal before changing anything"),
            Option(name: "config", value: "FILE", summary: "the configuration, tributary.json unless stated"),
            Option(name: "json", value: nil, summary: "one JSON object a line for each webhook that changes"),
        ],
        examples: [
            ("tributary replay --unmapped --dry-run", "what a mended mapping would make of what it did not know"),
            (
                "tributary replay --provider stripe --type invoice.paid --since 2026-11-01",
                "also beside a running daemon"
            ),
            ("tributary replay --webhook 12 --yes", "one webhook"),
        ],
        run: { arguments in
            var replaying = try CareRequest.Replaying(arguments)
            let client = CareClient(configuration: try ConfigurationFile.read(arguments["config"] ?? "tributary.json"))
            let isAsking = !arguments.has("dry-run") && !arguments.has("yes") && isatty(STDIN_FILENO) == 1
            let isJSON = arguments.has("json")
            // What would change is shown first.
            replaying.isDryRun = true
            let preview = CareOutput(isJSON: isJSON && arguments.has("dry-run"), columns: .replay)
            guard try await client.perform(.replay(replaying), preview.show) || !arguments.has("dry-run") else {
                preview.finish()
                return .wrong
            }
            if !isJSON || arguments.has("dry-run") { preview.finish() }
            guard !arguments.has("dry-run"), preview.rowCount > 0 else { return .fine }
            if isAsking {
                Terminal.complain("Do that? [y/N]")
                guard readLine()?.lowercased() == "y" else { return .fine }
            }
            replaying.isDryRun = false
            let output = CareOutput(isJSON: isJSON, columns: .replay, isQuiet: !isJSON)
            let isFine = try await client.perform(.replay(replaying), output.show)
            output.finish()
            return isFine ? .fine : .wrong
        }
    )
}

extension CareRequest.Replaying {
    fileprivate init(_ arguments: Arguments) throws(UsageError) {
        self.init(isDryRun: true)
        source = arguments["provider"]
        type = arguments["type"]
        if let text = arguments["webhook"] {
            guard let number = Int64(text), number > 0 else {
                throw UsageError("--webhook wants a number, as `tributary deliveries` shows it")
            }
            self.number = number
        }
        since = try arguments.time("since")
        guard !arguments.has("unmapped") || !arguments.has("incomplete") else {
            throw UsageError("--unmapped or --incomplete, not both")
        }
        if arguments.has("unmapped") { outcomes = [.unmapped] }
        if arguments.has("incomplete") { outcomes = [.incomplete, .invalid] }
        guard number != nil || source != nil || outcomes != nil else {
            throw UsageError("which webhooks? --webhook N, --provider NAME, --unmapped or --incomplete")
        }
    }
}

extension Arguments {
    /// The value of an option that is a day or a time.
    func time(_ name: String) throws(UsageError) -> Timestamp? {
        guard let text = self[name] else { return nil }
        if let time = Timestamp(rfc3339: text) ?? Timestamp(rfc3339: text + "T00:00:00Z") { return time }
        throw UsageError(
            "--\(name) wants a day such as 2026-11-01 or a time such as 2026-11-01T12:00:00Z, not '\(text)'"
        )
    }
}

/// Shows the lines of a ``CareRequest``'s answer: a bar while it goes on, then a table and one sentence, or JSON lines.
final class CareOutput: Sendable {
    /// What stands in the columns.
    enum Columns: Sendable {
        case replay
        case forget
        case retry
    }

    private struct State {
        var rows: [[String]] = []
        var rowCount = 0
        var progress: Progress?
        var done = 0
        var end = ""
        var isFine = true
    }

    /// The most rows of a table.
    private static let rowsMax = 500

    private let isJSON: Bool
    private let isQuiet: Bool
    private let columns: Columns
    private let state = Mutex(State())

    init(isJSON: Bool, columns: Columns, isQuiet: Bool = false) {
        self.isJSON = isJSON
        self.isQuiet = isQuiet
        self.columns = columns
    }

    var rowCount: Int { state.withLock { $0.rowCount } }

    /// Takes a line.
    func show(_ line: CareLine) {
        state.withLock { state in
            switch line {
            case .progress(let done, let whole):
                if state.progress == nil { state.progress = Progress(whole: whole) }
                state.progress?.advance(by: max(0, done - state.done))
                state.done = max(state.done, done)
            case .row(let row):
                state.rowCount += 1
                if isJSON {
                    Terminal.write(row.text + "\n")
                } else if state.rows.count < Self.rowsMax {
                    state.rows += cells(of: row)
                }
            case .end(let isFine, let text):
                state.end = text
                state.isFine = isFine
            }
        }
    }

    /// Writes what was gathered.
    func finish() {
        let (rows, count, end, isFine) = state.withLock { state in
            state.progress?.finish()
            return (state.rows, state.rowCount, state.end, state.isFine)
        }
        if isJSON || !isFine && rows.isEmpty { return Terminal.complain(end) }
        if !rows.isEmpty, !isQuiet {
            let heading =
                switch columns {
                case .replay: ["WEBHOOK", "PROVIDER", "TYPE", "BEFORE", "NOW", "WHAT"]
                case .forget: ["SINK", "OUTCOME", "REASON"]
                case .retry: ["DELIVERY", "SINK", "EVENT", "AMOUNT", "KEY", "WAS", "BECAUSE", "NOW", "WHY"]
                }
            Terminal.write(Table(rows: rows, heading: heading, numeric: columns == .forget ? [] : [0]).text)
            if count > Self.rowsMax { Terminal.write("and \(count - Self.rowsMax) more, see --json\n") }
            Terminal.write("\n")
        }
        Terminal.write(end + "\n")
    }

    private func cells(of row: JSONValue) -> [[String]] {
        func text(_ name: String) -> String { row[name]?.string ?? row[name]?.numberText ?? "" }
        switch columns {
        case .forget: return [[text("sink"), text("outcome"), text("reason")]]
        case .retry:
            return [["delivery", "sink", "event", "amount", "key", "was", "because", "result", "why"].map(text)]
        case .replay:
            let what = row["what"]?.elements?.compactMap(\.string) ?? []
            let first = [
                text("webhook"), text("provider"), text("type"), text("before"), text("after"), what.first ?? "",
            ]
            return [first] + what.dropFirst().map { ["", "", "", "", "", $0] }
        }
    }
}
