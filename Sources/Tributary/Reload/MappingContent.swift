// SPDX-License-Identifier: Apache-2.0

/// A mapping as it was found somewhere, not yet looked into.
public struct MappingContent: Sendable, Hashable {
    /// The name under which the configuration knows it.
    public var name: String

    /// What to call the file in diagnostics; its path, where it has one.
    public var file: String

    /// The content of the mapping file.
    public var bytes: [UInt8]

    /// The files beside it that its tests name, by their paths within the folder.
    public var fixtures: [String: [UInt8]]

    /// Creates content.
    public init(name: String, file: String, bytes: [UInt8], fixtures: [String: [UInt8]]) {
        self.name = name
        self.file = file
        self.bytes = bytes
        self.fixtures = fixtures
    }
}
