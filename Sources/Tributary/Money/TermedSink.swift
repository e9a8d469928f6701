// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// A sink that is told of money in an operator's terms; no sink has to know of them.
public struct TermedSink: Sink {
    /// The sink.
    public let sink: any Sink

    /// The terms.
    public let terms: MoneyTerms

    /// Puts terms before a sink.
    public init(_ sink: any Sink, _ terms: MoneyTerms) {
        self.sink = sink
        self.terms = terms
    }

    /// What the sink can take.
    public var capabilities: SinkCapabilities { sink.capabilities }

    /// The sink's next step for the delivery in the terms; the receipt of a sale says how its amount came about.
    public func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
        switch terms.told(delivery) {
        case .end(let end): return .end(end)
        case .delivery(let told, let note):
            let step = sink.step(for: told, after: exchanges)
            guard case .end(var end) = step, end.end.isStored else { return step }
            end.receipt.ids += note.parameters
            return .end(end)
        }
    }

    /// The sink's next step of checking its key.
    public func probe(after exchanges: [Exchange]) -> Step { sink.probe(after: exchanges) }

    /// The sink's next step of forgetting a person.
    public func forget(_ person: ForgottenPerson, after exchanges: [Exchange]) -> Step {
        sink.forget(person, after: exchanges)
    }

    /// The sink's next step of listing sales, in the amounts that the platform has.
    public func list(from start: Timestamp, to end: Timestamp, after exchanges: [Exchange]) -> ListStep {
        sink.list(from: start, to: end, after: exchanges)
    }
}
