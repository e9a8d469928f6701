// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What a platform answered to one request; redirects are answers too and never followed.
public struct ClientAnswer: Sendable, Hashable {
    /// The status code, 200 to 999; interim answers (1xx) are not reported.
    public var status: Int

    /// The fields of the answer's head, trailers left out.
    public var headers: HeaderFields

    /// The body, free of transfer coding; content coding is neither asked for nor undone.
    public var body: [UInt8]

    /// Whether the body ends before its end; true only inside ``TransportFailure/partial``.
    public var isTruncated: Bool

    /// Time from the beginning of the call to its end, the wait for a place left out.
    public var duration: Duration

    /// Creates an answer, for tests and doubles.
    public init(
        status: Int,
        headers: HeaderFields = HeaderFields(),
        body: [UInt8] = [],
        isTruncated: Bool = false,
        duration: Duration = .zero
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.isTruncated = isTruncated
        self.duration = duration
    }

    /// Whether the status is one of success, 200 to 299.
    public var isSuccess: Bool { (200...299).contains(status) }

    /// Whether `Content-Type` says JSON: `application/json`, `text/json` or any type that ends in `+json`.
    ///
    /// Some platforms answer a missing key with an HTML page (Tapfiliate, measured), so look here before reading.
    public var isJSON: Bool {
        guard let type = headers["Content-Type"]?.prefix(while: { $0 != ";" }) else { return false }
        let name = type.filter { $0 != " " && $0 != "\t" }.lowercased()
        return name == "application/json" || name == "text/json" || name.hasSuffix("+json")
    }
}

extension ClientAnswer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Status and number of body bytes only: answers quote what was sent.
    public var description: String { "status \(status), \(body.count) bytes\(isTruncated ? ", truncated" : "")" }

    /// The same as the description.
    public var debugDescription: String { description }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
