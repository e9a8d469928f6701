// SPDX-License-Identifier: Apache-2.0

/// A mapping file whose failing tests expect what comes out.
public struct MappingUpdate: Sendable {
    /// The content of the file; apart from the expectations it is byte for byte the old one.
    public var bytes: [UInt8]

    /// The tests whose expectation was rewritten, with what was wrong before.
    public var updated: [TestReport]

    /// The tests that fail for a reason that no expectation can state, such as a missing fixture.
    public var failed: [TestReport]

    /// How many tests passed and stayed as they are.
    public var passed: Int

    /// Creates an update.
    public init(bytes: [UInt8], updated: [TestReport], failed: [TestReport], passed: Int) {
        self.bytes = bytes
        self.updated = updated
        self.failed = failed
        self.passed = passed
    }
}
