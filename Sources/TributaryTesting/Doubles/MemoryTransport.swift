// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryJSON
public import TributaryModel
import TributaryServer

/// Makes a sink's calls to a double in the same process, without a socket.
public struct MemoryTransport: Sendable {
    private let front: DoubleFront
    private let patience: Duration
    private let now: @Sendable () -> Timestamp

    /// Creates a transport.
    ///
    /// - Parameters:
    ///   - front: The double.
    ///   - patience: An answer that is held back longer than this counts as lost; nothing ever waits.
    ///   - now: The wall clock, for signatures.
    public init(_ front: DoubleFront, patience: Duration = .seconds(1), now: @escaping @Sendable () -> Timestamp) {
        self.front = front
        self.patience = patience
        self.now = now
    }

    /// Makes one call.
    public func perform(_ call: Call) -> Exchange.Result {
        let url = call.revealedURL
        guard let scheme = url.firstRange(of: "://"),
            let slash = url[scheme.upperBound...].firstIndex(of: "/"),
            let target = RequestTarget(String(url[slash...]))
        else { return .failure(CallFailure(code: "badRequest", mayHaveArrived: false)) }
        guard let headers = call.revealedHeaders(at: now()) else {
            return .failure(CallFailure(code: "unusableSigningSecret", mayHaveArrived: false))
        }
        let request = ServerRequest(
            method: call.method,
            path: target.path,
            query: target.query,
            headers: headers,
            body: call.body ?? []
        )
        let reaction = front.react(to: request)
        guard !reaction.response.isDropped else {
            return .failure(CallFailure(code: "connectionLost", mayHaveArrived: true))
        }
        guard reaction.delay <= patience else {
            return .failure(CallFailure(code: "timeoutTotal", mayHaveArrived: true))
        }
        return .answer(Self.answer(reaction.response))
    }

    private static func answer(_ response: ServerResponse) -> Answer {
        let isJSON = response.headers["Content-Type"]?.hasPrefix("application/json") == true
        return Answer(
            status: response.status,
            headers: response.headers,
            body: response.body,
            // A body that claims to be JSON and is not is treated as what it is: no JSON.
            json: isJSON ? try? JSONValue(parsing: response.body) : nil,
            retryAfter: response.headers["Retry-After"].flatMap { Int64($0) }.map { .seconds($0) }
        )
    }
}
