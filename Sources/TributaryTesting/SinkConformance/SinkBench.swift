// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryModel

/// A double behind a transport in memory, and a sink that leads to it: for tests of single deliveries.
public struct SinkBench: Sendable {
    /// The double.
    public let front: DoubleFront

    /// The sink.
    public let sink: any Sink

    private let transport: MemoryTransport

    /// The most calls of one attempt; a sink that wants more has lost its way.
    private static let callsMax = 16

    /// Puts a sink before a double.
    ///
    /// - Parameters:
    ///   - double: The platform.
    ///   - sink: The sink, whose address the double answers to.
    public init(_ double: any PlatformDouble, _ sink: any Sink) {
        front = DoubleFront(double) { SampleBuyer.epoch }
        transport = MemoryTransport(front) { SampleBuyer.epoch }
        self.sink = sink
    }

    /// One attempt.
    ///
    /// - Returns: the sink's last word.
    public func deliver(_ delivery: Delivery) -> Step { drive { sink.step(for: delivery, after: $0) } }

    /// Makes calls until something else is wanted.
    ///
    /// - Parameter step: What is wanted next.
    /// - Returns: the last step.
    public func drive(_ step: ([Exchange]) -> Step) -> Step {
        var exchanges: [Exchange] = []
        while exchanges.count < Self.callsMax, case .call(let call) = step(exchanges) { perform(call, &exchanges) }
        return step(exchanges)
    }

    /// Lists what the double has, as the sink does.
    public func list(from start: Timestamp, to end: Timestamp) -> ListStep {
        var exchanges: [Exchange] = []
        while exchanges.count < Self.callsMax,
            case .call(let call) = sink.list(from: start, to: end, after: exchanges)
        {
            perform(call, &exchanges)
        }
        return sink.list(from: start, to: end, after: exchanges)
    }

    /// What remains of each booking, in minor units.
    public var remaining: [Int64] { front.double.bookings.map(\.remaining.minor) }

    private func perform(_ call: Call, _ exchanges: inout [Exchange]) {
        exchanges.append(Exchange(call, transport.perform(call)))
    }
}

extension Step {
    /// How the delivery ended, if it did.
    public var end: End? {
        if case .end(let end) = self { end } else { nil }
    }

    /// Why it is to be tried again, if it is.
    public var retry: Retry? {
        if case .retry(let retry) = self { retry } else { nil }
    }
}
