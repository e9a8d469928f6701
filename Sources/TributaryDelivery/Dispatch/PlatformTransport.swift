// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryJSON
public import TributaryModel

/// Makes the calls of sinks and verifiers over HTTP: adds the secrets, signs afresh, and reads JSON answers.
public struct PlatformTransport: Sendable {
    private let client: HTTPClient
    private let limits: ClientLimits
    private let now: @Sendable () -> Timestamp
    private let lines = LineWriter()

    /// Creates a transport.
    ///
    /// - Parameters:
    ///   - client: The HTTP client, which others may use too.
    ///   - limits: What one call may cost.
    ///   - now: The wall clock, for signatures and reset times.
    public init(client: HTTPClient, limits: ClientLimits = ClientLimits(), now: @escaping @Sendable () -> Timestamp) {
        self.client = client
        self.limits = limits
        self.now = now
    }

    /// Makes one call of a sink.
    public func perform(_ call: Call) async -> Exchange.Result {
        if call.method == "APPEND" { return await lines.append(call) }
        // The base address is the operator's own choice, so it may be on this machine, inside the network, or plain.
        return await perform(call, limits: limits, addresses: .any, allowsPlaintext: true)
    }

    func perform(
        _ call: Call,
        limits: ClientLimits,
        addresses: AddressPolicy,
        allowsPlaintext: Bool
    ) async -> Exchange.Result {
        guard let method = ClientRequest.Method(rawValue: call.method) else {
            return .failure(CallFailure(code: "badRequest", mayHaveArrived: false))
        }
        guard let headers = call.revealedHeaders(at: now()) else {
            return .failure(CallFailure(code: "unusableSigningSecret", mayHaveArrived: false))
        }
        let request = ClientRequest(
            method,
            call.revealedURL,
            headers: headers,
            body: call.body ?? [],
            limits: limits,
            addresses: addresses,
            allowsPlaintext: allowsPlaintext
        )
        do {
            return .answer(answer(from: try await client.send(request)))
        } catch {
            return .failure(CallFailure(code: error.code.rawValue, mayHaveArrived: error.mayHaveArrived))
        }
    }

    private func answer(from answer: ClientAnswer) -> Answer {
        Answer(
            status: answer.status,
            headers: answer.headers,
            body: answer.body,
            // A body that claims to be JSON and is not is treated as what it is: no JSON.
            json: answer.isJSON ? try? JSONValue(parsing: answer.body) : nil,
            retryAfter: answer.retryAfter(now: now())
        )
    }
}
