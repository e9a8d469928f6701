// SPDX-License-Identifier: Apache-2.0

/// The place in our own source where an error was first thrown.
public struct SourceLocation: Sendable, Hashable, CustomStringConvertible {
    /// Module and file, as `#fileID` gives them.
    public var fileID: String

    /// Line number, counted from 1.
    public var line: Int

    /// Captures the caller's location.
    public static func here(fileID: String = #fileID, line: Int = #line) -> Self {
        SourceLocation(fileID: fileID, line: line)
    }

    /// `Module/File.swift:12`.
    public var description: String { "\(fileID):\(line)" }
}
