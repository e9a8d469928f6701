// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// One complete HTTP request, as the handler sees it.
public struct ServerRequest: Sendable, Hashable {
    /// The method as it was written, for example `POST`; methods compare with case.
    public var method: String

    /// The path, percent-decoded once; see ``RequestTarget`` for what is refused before.
    public var path: String

    /// The pairs of the query, decoded, in order; repeated names are kept.
    public var query: [QueryItem]

    /// All header fields, in order of arrival.
    ///
    /// Bytes that are not UTF-8 read as U+FFFD; control characters never occur.
    public var headers: HeaderFields

    /// The body's bytes, untouched; chunks are joined, a content coding is not undone.
    public var body: [UInt8]

    /// The other end of the connection, which may be a proxy.
    public var remoteAddress: SocketAddress?

    /// Creates a request, as tests and other transports do.
    public init(
        method: String,
        path: String,
        query: [QueryItem] = [],
        headers: HeaderFields = [:],
        body: [UInt8] = [],
        remoteAddress: SocketAddress? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
    }

    /// One `name=value` of a query.
    public struct QueryItem: Sendable, Hashable {
        /// The part before the first `=`.
        public var name: String

        /// The part behind it; empty where there is no `=`.
        public var value: String

        /// Creates a pair.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }
}
