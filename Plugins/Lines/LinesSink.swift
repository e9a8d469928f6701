// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Events as lines of JSON: `{"key": …, "event": …}`, with the event as CloudEvents JSON.
///
/// A line is written at least once. After a crash it may stand there twice, with the same key: readers keep the first.
/// The sink itself opens nothing; it asks for an appending call, which the transport makes on a thread of its own.
public struct LinesSink: Sink {
    /// The file; `nil` for standard output.
    let path: String?
    let syncs: Bool

    /// Everything that says something about a customer.
    public var capabilities: SinkCapabilities { .wholeStory }

    /// The next step of one attempt.
    public func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
        guard capabilities.kinds.contains(delivery.event.kind) else {
            return .end(.init(.notApplicable, reason: "\(delivery.event.kind.rawValue) says nothing about a customer"))
        }
        guard let result = exchanges.last?.result else {
            let line: JSONValue = [
                "key": .string(delivery.idempotencyKey), "event": delivery.event.cloudEvent,
            ]
            return .call(.append("line", to: path, syncs: syncs, line: line.encoded()))
        }
        switch result {
        case .answer: return .end(.init(.delivered, reason: syncs ? "on the disk" : "written"))
        case .failure(let failure):
            let place = path == nil ? "standard output" : "the file"
            return .retry(.init(reason: "\(place) takes no line: \(failure.code)"))
        }
    }
}
