// SPDX-License-Identifier: Apache-2.0

import TributaryMapping
import TributaryModel

/// What `test` prints.
struct TestOutput {
    private let isVerbose: Bool
    private let isJSON: Bool
    private var rows: [JSONValue] = []

    /// Whether a test failed, or a file does not compile.
    private(set) var hasFailed = false

    init(isVerbose: Bool, isJSON: Bool) {
        self.isVerbose = isVerbose
        self.isJSON = isJSON
    }

    /// Prints how the tests of a mapping went.
    mutating func add(_ reports: [TestReport], of name: String) {
        for report in reports { add(report, of: name, mark: Terminal.painted("✘", .red)) }
        let passed = reports.count { $0.passed }
        say("\(name): \(passed) of \(reports.count) tests passed\n")
        if passed < reports.count { hasFailed = true }
    }

    /// Prints why a file does not compile.
    mutating func add(_ diagnostics: MappingDiagnostics) {
        hasFailed = true
        if isJSON {
            rows += diagnostics.json.elements ?? []
        } else {
            Terminal.write(diagnostics.text(colour: Terminal.hasColours))
        }
    }

    /// Rewrites what the failing tests of a file expect.
    ///
    /// - Parameters:
    ///   - update: The new content.
    ///   - name: The file as the command line names it.
    ///   - path: Where it is written; `nil` for a file that ships.
    ///   - run: Runs the tests of the new content.
    /// - Throws: ``MappingDiagnostics`` where the new content does not compile.
    mutating func update(
        _ update: MappingUpdate,
        _ name: String,
        path: String?,
        run: ([UInt8]) throws(MappingDiagnostics) -> [TestReport]
    ) throws(MappingDiagnostics) {
        for report in update.updated { add(report, of: name, mark: Terminal.painted("✎", .yellow), wasUpdated: true) }
        for report in update.failed { add(report, of: name, mark: Terminal.painted("✘", .red)) }
        if !update.failed.isEmpty { hasFailed = true }
        guard !update.updated.isEmpty else {
            say("\(name): nothing to update, \(update.passed) tests passed\n")
            return
        }
        guard let path else {
            hasFailed = true
            Terminal.complain("\(name) ships inside the program; name a file of yours to update")
            return
        }
        // What was written must say what was meant, or nothing is written.
        guard try run(update.bytes).count(where: { !$0.passed }) == update.failed.count else {
            hasFailed = true
            Terminal.complain("\(path) was left as it is: the new expectations would not be met")
            return
        }
        do throws(CommandFailure) {
            try WholeFile.replace(path, with: update.bytes)
        } catch {
            hasFailed = true
            Terminal.complain(error.description)
            return
        }
        let count = update.updated.count == 1 ? "1 test was" : "\(update.updated.count) tests were"
        say("\(name): \(count) updated in \(path), \(update.passed) passed before\n")
    }

    /// Prints what machines get.
    func finish() {
        if isJSON { Terminal.write(JSONValue.array(rows).indentedText + "\n") }
    }

    private mutating func add(_ report: TestReport, of name: String, mark: String, wasUpdated: Bool = false) {
        var row: [JSONValue.Member] = [
            .init("mapping", .string(name)), .init("test", .string(report.name)),
            .init("passed", .bool(report.passed)), .init("failure", report.failure.map(JSONValue.string) ?? .null),
        ]
        if wasUpdated { row.append(.init("updated", true)) }
        if !report.differences.isEmpty {
            row.append(.init("differences", .array(report.differences.map(\.json))))
        }
        rows.append(.object(row))
        if let failure = report.failure {
            say("\(mark) \(name): \(report.name)\n")
            say(failure.split(separator: "\n", omittingEmptySubsequences: false).map(Self.line).joined())
        } else if isVerbose {
            say(Terminal.painted("✔", .green) + " \(name): \(report.name)\n")
        }
    }

    private func say(_ text: String) {
        if !isJSON { Terminal.write(text) }
    }

    private static func line(_ text: Substring) -> String {
        let line = "    \(text)"
        if text.hasPrefix("  - ") { return Terminal.painted(line, .red) + "\n" }
        if text.hasPrefix("  + ") { return Terminal.painted(line, .green) + "\n" }
        return line + "\n"
    }
}

extension EventDifference {
    /// The difference for machines.
    fileprivate var json: JSONValue {
        [
            "event": .string(event), "field": .string(field), "expected": expected ?? .null, "found": found ?? .null,
        ]
    }
}
