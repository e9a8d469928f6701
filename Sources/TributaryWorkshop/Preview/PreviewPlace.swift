// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// A range of a text as a browser counts it, and the line in which it begins.
public struct PreviewPlace: Sendable, Hashable {
    /// UTF-16 code units before the first one.
    public var start: Int

    /// UTF-16 code units before the first one behind it.
    public var end: Int

    /// The line, counted from 1.
    public var line: Int

    /// For the page.
    var json: JSONValue { ["start": .integer(start), "end": .integer(end), "line": .integer(line)] }
}
