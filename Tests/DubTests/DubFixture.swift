// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Dub

/// Makes a sink from members of a configuration.
func dub(_ members: [JSONValue.Member] = [], key: String = "dub_test") throws -> any Sink {
    try DubPlugin.makeSink(PluginSettings(name: "dub", members: members, secrets: ["key": Secret(key)]))
}

func money(_ minor: Int64, _ code: String) throws -> Money { Money(minor: minor, try #require(Currency(code))) }

let buyer = SampleBuyer(
    Customer(user: "user_7", ref: "cus_7", email: "ada@example.com"),
    Attribution(params: [.init("dubClickId", "click_1")])
)

/// A double behind a transport in memory, and a sink that leads to it.
struct DubBench {
    let front: DoubleFront
    let sink: any Sink
    private let transport: MemoryTransport

    init(_ members: [JSONValue.Member] = [], _ change: (inout DubDouble.Rules) -> Void = { _ in }) throws {
        var rules = DubDouble.Rules()
        change(&rules)
        front = DoubleFront(DubDouble(rules) { SampleBuyer.epoch }) { SampleBuyer.epoch }
        transport = MemoryTransport(front) { SampleBuyer.epoch }
        sink = try dub([.init("url", "http://dub.test")] + members)
    }

    /// One attempt.
    func deliver(_ delivery: Delivery) -> Step { drive { sink.step(for: delivery, after: $0) } }

    /// Makes calls until something else is wanted, at most 16.
    func drive(_ step: ([Exchange]) -> Step) -> Step {
        var exchanges: [Exchange] = []
        while exchanges.count < 16 {
            guard case .call(let call) = step(exchanges) else { break }
            exchanges.append(Exchange(call, transport.perform(call)))
        }
        return step(exchanges)
    }

    func list(from start: Timestamp, to end: Timestamp) -> ListStep {
        var exchanges: [Exchange] = []
        while exchanges.count < 16 {
            guard case .call(let call) = sink.list(from: start, to: end, after: exchanges) else { break }
            exchanges.append(Exchange(call, transport.perform(call)))
        }
        return sink.list(from: start, to: end, after: exchanges)
    }

    /// What remains of each booking.
    var remaining: [Int64] { front.double.bookings.map(\.remaining.minor) }
}

extension Step {
    var end: End? {
        if case .end(let end) = self { end } else { nil }
    }

    var retry: Retry? {
        if case .retry(let retry) = self { retry } else { nil }
    }
}
