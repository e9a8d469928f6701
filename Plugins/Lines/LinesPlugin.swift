// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Makes sinks that append JSON lines for `"use": "lines"`.
public enum LinesPlugin: SinkPlugin {
    /// `lines`.
    public static let name = "lines"

    /// One line for lists.
    public static let summary = "events as JSON lines, to a file or to standard output"

    /// When a line counts as written.
    private enum Sync: String, CaseIterable {
        /// When it is on the disk.
        case always
        /// When the system has taken it.
        case never
    }

    /// Creates a sink from its part of the configuration.
    public static func makeSink(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Sink {
        var settings = settings
        let path = settings.text("path", about: "The file that lines are appended to; \"-\" for standard output.")
        if path == nil { settings.note("path", "the sink needs \"path\": a file, or \"-\" for standard output") }
        let sync: Sync = settings.choice(
            "sync",
            default: .always,
            about: "Whether a line counts as written when it is on the disk, or when the system has taken it."
        )
        try settings.finish()
        let file = path.flatMap { $0 == "-" ? nil : $0 }
        return LinesSink(path: file, syncs: file != nil && sync == .always)
    }
}
