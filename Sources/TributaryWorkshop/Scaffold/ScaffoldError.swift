// SPDX-License-Identifier: Apache-2.0

/// Why no mapping can be drafted; says what to do about it and quotes no sample.
public struct ScaffoldError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, stable across releases.
    @nonexhaustive public enum Code: String, Sendable, Hashable {
        /// The provider's name is not one.
        case badName
        /// There is nothing to read.
        case noSamples
        /// A sample is neither JSON, JSON lines nor a form.
        case notReadable
        /// A sample is no object.
        case notAnObject
        /// More or larger samples than are looked at.
        case tooMuch
    }

    /// What went wrong.
    public let code: Code

    /// The sample that is meant; `nil` where it is none of them.
    public let sample: String?

    /// What is wrong and what to do about it.
    public let message: String

    init(_ code: Code, _ message: String, sample: String? = nil) {
        self.code = code
        self.sample = sample
        self.message = message
    }

    /// The sample and the message.
    public var description: String { (sample.map { $0 + ": " } ?? "") + message }
}
