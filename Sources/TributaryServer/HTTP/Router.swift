// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Finds the handler for a method and a path; answers 404 and 405 itself, as problem documents.
///
/// A pattern is a path, in which one whole segment may be a parameter: `/webhooks/{name}`; at the end, `{name...}` is one
/// segment or more. Exact paths win over parameters, parameters are tried in the order in which they were added. `HEAD` finds the handler of `GET`.
public struct Router: Sendable {
    /// Answers a request; the parameter is empty for a pattern without one.
    public typealias Handler = @Sendable (_ request: ServerRequest, _ parameter: String) async -> ServerResponse

    private struct Route: Sendable {
        var prefix: String
        var suffix: String
        var isOpen: Bool
        var handlers: [String: Handler] = [:]

        /// The parameter, when the path fits.
        func parameter(of path: String) -> String? {
            guard path.utf8.count > prefix.utf8.count + suffix.utf8.count, path.hasPrefix(prefix),
                path.hasSuffix(suffix)
            else { return nil }
            let value = path.utf8.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count)
            return !isOpen && value.contains(UInt8(ascii: "/")) ? nil : String(value)
        }
    }

    private var exact: [String: [String: Handler]] = [:]
    private var parametric: [Route] = []

    /// Creates a router without routes.
    public init() {}

    /// Adds a route; a second one for the same method and pattern replaces the first.
    ///
    /// - Parameters:
    ///   - method: For example `POST`.
    ///   - pattern: Begins with `/`; at most one segment is `{name}`, or the last one `{name...}`.
    ///   - handler: Answers the request.
    public mutating func on(_ method: String, _ pattern: String, _ handler: @escaping Handler) {
        precondition(pattern.utf8.first == UInt8(ascii: "/"), "the pattern \(pattern) must begin with a slash")
        guard let open = pattern.firstIndex(of: "{") else {
            exact[pattern, default: [:]][method] = handler
            return
        }
        let parts = pattern[open...].split(separator: "}", maxSplits: 1, omittingEmptySubsequences: false)
        let suffix = parts.count == 2 ? String(parts[1]) : "{"
        let isOpen = parts[0].hasSuffix("...")
        let prefix = String(pattern[..<open])
        precondition(
            prefix.hasSuffix("/") && (suffix.isEmpty || suffix.hasPrefix("/") && !isOpen) && !suffix.contains("{"),
            "the pattern \(pattern) may have one parameter, which is a whole segment"
        )
        let isSame = { (route: Route) in route.prefix == prefix && route.suffix == suffix && route.isOpen == isOpen }
        if let index = parametric.firstIndex(where: isSame) {
            parametric[index].handlers[method] = handler
        } else {
            parametric.append(Route(prefix: prefix, suffix: suffix, isOpen: isOpen, handlers: [method: handler]))
        }
    }

    /// Answers a request.
    public func respond(to request: ServerRequest) async -> ServerResponse {
        guard let (handlers, parameter) = route(for: request.path) else {
            return .problem(
                status: 404,
                detail: "There is nothing at this path.",
                members: [.init("code", "unknownPath")]
            )
        }
        if let handler = handlers[request.method] ?? (request.method == "HEAD" ? handlers["GET"] : nil) {
            return await handler(request, parameter)
        }
        var methods = Set(handlers.keys)
        if methods.contains("GET") { methods.insert("HEAD") }
        var response = ServerResponse.problem(
            status: 405,
            detail: "This path does not take that method.",
            members: [.init("code", "unknownMethod")]
        )
        response.headers.append("Allow", methods.sorted().joined(separator: ", "))
        return response
    }

    private func route(for path: String) -> ([String: Handler], String)? {
        if let handlers = exact[path] { return (handlers, "") }
        for route in parametric {
            if let parameter = route.parameter(of: path) { return (route.handlers, parameter) }
        }
        return nil
    }
}
