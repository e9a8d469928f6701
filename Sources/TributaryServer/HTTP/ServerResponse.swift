// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What a handler answers.
///
/// `Date`, `Connection`, `Content-Length` and `Transfer-Encoding` are the server's business and left out when given.
public struct ServerResponse: Sendable, Hashable {
    /// The HTTP status, 200 to 599; anything else is sent as 500.
    public var status: Int

    /// The header fields; one whose name is no token or whose value has a control character is not sent.
    public var headers: HeaderFields

    /// The body; not sent with 204 and 304 and in answer to `HEAD`.
    public var body: [UInt8]

    /// Whether the connection is closed without an answer, whatever else is set here; see ``dropped``.
    public private(set) var isDropped = false

    /// No answer at all: the connection is closed as if the server had died behind the request.
    ///
    /// For test doubles, which show what a client does when it cannot know whether it was heard.
    public static var dropped: Self {
        var response = ServerResponse(status: 500)
        response.isDropped = true
        return response
    }

    /// Creates an answer.
    public init(status: Int = 200, headers: HeaderFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A text in UTF-8.
    public static func text(_ text: String, status: Int = 200, type: String = "text/plain; charset=utf-8") -> Self {
        ServerResponse(status: status, headers: ["Content-Type": type], body: Array(text.utf8))
    }

    /// A JSON value.
    public static func json(_ value: JSONValue, status: Int = 200) -> Self {
        ServerResponse(status: status, headers: ["Content-Type": "application/json"], body: value.encoded())
    }

    /// A problem document, RFC 9457.
    ///
    /// - Parameters:
    ///   - status: The HTTP status, also written into the document.
    ///   - title: What kind of problem it is, the same for every occurrence; by default the status in words.
    ///   - detail: What happened this time; no secret, no body, no e-mail.
    ///   - type: A URI for the kind of problem.
    ///   - instance: A URI for this occurrence.
    ///   - members: Extension members; they stand behind the standard ones and must not repeat them.
    /// - Returns: An answer of the type `application/problem+json`.
    public static func problem(
        status: Int,
        title: String? = nil,
        detail: String? = nil,
        type: String = "about:blank",
        instance: String? = nil,
        members: [JSONValue.Member] = []
    ) -> Self {
        var document: [JSONValue.Member] = [
            .init("type", .string(type)), .init("title", .string(title ?? phrase(status))),
            .init("status", .integer(status)),
        ]
        if let detail { document.append(.init("detail", .string(detail))) }
        if let instance { document.append(.init("instance", .string(instance))) }
        document.append(contentsOf: members.filter { member in !document.contains { $0.name == member.name } })
        return ServerResponse(
            status: status,
            headers: ["Content-Type": "application/problem+json"],
            body: JSONValue.object(document).encoded()
        )
    }

    /// A status in words, RFC 9110 section 15; the class where the status is a rare one.
    static func phrase(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 411: "Length Required"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        case 200..<300: "Success"
        case 300..<400: "Redirection"
        case 400..<500: "Client Error"
        default: "Server Error"
        }
    }
}
