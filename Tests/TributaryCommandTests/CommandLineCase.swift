// SPDX-License-Identifier: Apache-2.0

import Testing

/// A row of a table: a command line, and what must come of it.
struct CommandLineCase: Sendable, CustomTestStringConvertible {
    var words: [String]
    var input = ""
    /// Files that are there, by name.
    var files: [String: String] = [:]
    var environment: [String: String] = [:]
    var code: Int32
    /// Texts that standard output contains.
    var output: [String] = []
    /// Texts that standard error contains.
    var complaint: [String] = []

    var testDescription: String {
        (["tributary"] + words).joined(separator: " ") + (input.isEmpty ? "" : " < \(input)")
    }

    /// Runs it and compares.
    func check(_ location: SourceLocation = #_sourceLocation) throws {
        let folder = try Sandbox()
        for (name, text) in files { try folder.write(name, text) }
        let run = try CommandLineRun(words, input: input, in: folder, environment: environment)
        #expect(run.code == code, "\(run.output)\(run.complaint)", sourceLocation: location)
        for text in output {
            #expect(run.output.contains(text), "standard output: \(run.output)", sourceLocation: location)
        }
        for text in complaint {
            #expect(run.complaint.contains(text), "standard error: \(run.complaint)", sourceLocation: location)
        }
        if complaint.isEmpty, code == 0 { #expect(run.complaint.isEmpty, sourceLocation: location) }
        // Nobody but a terminal gets colours.
        #expect(!(run.output + run.complaint).contains("\u{1B}"), sourceLocation: location)
    }
}
