// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryModel

/// What a sink said in one attempt, answer by answer.
public struct SinkTranscript: Sendable, Hashable {
    /// The calls that the sink asked for, in order.
    public var calls: [Call]

    /// The sink's last word; a call, where the script had no answer for it.
    public var last: Step

    /// Asks a sink for steps and feeds it scripted results.
    ///
    /// - Parameters:
    ///   - delivery: What is to be delivered.
    ///   - sink: The platform's sink.
    ///   - results: One for each call that is expected.
    public init(_ delivery: Delivery, to sink: any Sink, answering results: [Exchange.Result] = []) {
        var exchanges: [Exchange] = []
        var step = sink.step(for: delivery, after: [])
        for result in results {
            guard case .call(let call) = step else { break }
            exchanges.append(Exchange(call, result))
            step = sink.step(for: delivery, after: exchanges)
        }
        calls = exchanges.map(\.call)
        if case .call(let call) = step { calls.append(call) }
        last = step
    }

    /// How the delivery ended, if it did.
    public var end: Step.End? { last.end }

    /// Why it is to be tried again, if it is.
    public var retry: Step.Retry? { last.retry }

    /// The bodies of all calls as text, for comparison.
    public var bodies: [String] { calls.map { String(decoding: $0.body ?? [], as: UTF8.self) } }

    /// Method and URL of each call.
    public var lines: [String] { calls.map { "\($0.method) \($0.url)" } }
}

extension Exchange.Result {
    /// An answer with a JSON body.
    public static func json(_ status: Int, _ json: JSONValue, headers: HeaderFields = [:]) -> Self {
        .answer(Answer(status: status, headers: headers, body: json.encoded(), json: json))
    }

    /// An error page, or an empty answer.
    public static func page(_ status: Int, headers: HeaderFields = [:]) -> Self {
        .answer(Answer(status: status, headers: headers, body: Array("<html></html>".utf8)))
    }

    /// No answer; the request may have arrived.
    public static let lost = Self.failure(CallFailure(code: "timeout_total", mayHaveArrived: true))
}
