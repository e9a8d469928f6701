// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// A webhook that the page can show a mapping at work on.
public struct PreviewSample: Sendable, Hashable {
    /// The raw body, or the document.
    public var text: String

    /// Whether the text is the document itself, and not a body to be read.
    public var isDocument = false

    /// The request's header fields.
    public var headers: HeaderFields = [:]

    /// The profile that it is meant for; `nil` for the default one.
    public var profile: String?

    /// When it arrived, as RFC 3339 writes it; `nil` for now.
    public var received: String?

    /// Creates a sample.
    public init(
        text: String,
        isDocument: Bool = false,
        headers: HeaderFields = [:],
        profile: String? = nil,
        received: String? = nil
    ) {
        self.text = text
        self.isDocument = isDocument
        self.headers = headers
        self.profile = profile
        self.received = received
    }

    /// For the page.
    public var json: JSONValue {
        [
            "text": .string(text), "document": .bool(isDocument),
            "headers": .array(headers.fields.map { [.string($0.name), .string($0.value)] }),
            "profile": profile.map(JSONValue.string) ?? .null,
            "received": received.map(JSONValue.string) ?? .null,
        ]
    }
}
