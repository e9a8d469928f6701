// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
public import TributaryModel

/// What the page wants to see: a mapping as it stands in the editor, and a sample.
public struct PreviewRequest: Sendable, Hashable {
    /// What to call the mapping in diagnostics.
    public var file: String

    /// The text of the mapping.
    public var mapping: String

    /// The raw body of a webhook; `nil` where none is chosen yet.
    public var sample: String?

    /// Whether the sample is the document itself, as the inline event of a test is, and not a body to be read.
    public var isDocument = false

    /// The request's header fields.
    public var headers: HeaderFields = [:]

    /// One of the mapping's profiles; `nil` for its default.
    public var profile: String?

    /// When the webhook arrived, for mappings that ask.
    public var received: Timestamp?

    /// Creates a request.
    public init(file: String, mapping: String, sample: String? = nil) {
        self.file = file
        self.mapping = mapping
        self.sample = sample
    }

    /// Reads what the page sends.
    ///
    /// - Parameters:
    ///   - body: A JSON object with `mapping`, and `sample`, `document`, `headers`, `profile` and `received` where there are any.
    ///   - file: What to call the mapping in diagnostics.
    ///   - now: When the webhook arrived, where the page does not say.
    /// - Throws: ``Fault``, or `JSONError` where the body is no JSON.
    public init(parsing body: [UInt8], file: String, now: Timestamp) throws {
        let json = try JSONValue(parsing: body)
        guard let mapping = json["mapping"]?.string else { throw Fault(member: "mapping", expected: "a text") }
        self.init(file: file, mapping: mapping)
        sample = try Self.optional(json, "sample", "a text") { $0.string }
        isDocument = try Self.optional(json, "document", "true or false") { $0.bool } ?? false
        let received = try Self.optional(json, "received", "a text") { $0.string }
        // An instant that the mapping's own diagnostics complain of counts as none.
        self.received = received.flatMap { Timestamp(rfc3339: $0) } ?? now
        profile = try Self.optional(json, "profile", "a text") { $0.string }
        for member in try Self.optional(json, "headers", "an object of texts", { $0.members }) ?? [] {
            guard let value = member.value.string else {
                throw Fault(member: "headers", expected: "an object of texts")
            }
            headers.append(member.name, value)
        }
    }

    private static func optional<Value>(
        _ json: JSONValue,
        _ name: String,
        _ expected: String,
        _ read: (JSONValue) -> Value?
    ) throws(Fault) -> Value? {
        guard let member = json[name], !member.isNull else { return nil }
        guard let value = read(member) else { throw Fault(member: name, expected: expected) }
        return value
    }

    /// What is wrong with a request; a fault of whoever sent it, never of the mapping.
    public struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
        /// The member that is missing or wrong.
        public var member: String

        /// What it must be.
        public var expected: String

        /// Creates a fault.
        public init(member: String, expected: String) {
            self.member = member
            self.expected = expected
        }

        /// `"mapping" must be a text`.
        public var description: String { "\"\(member)\" must be \(expected)" }
    }
}
