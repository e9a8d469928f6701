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

/// A double and a sink that leads to it.
func dubBench(
    _ members: [JSONValue.Member] = [],
    _ change: (inout DubDouble.Rules) -> Void = { _ in }
) throws -> SinkBench {
    var rules = DubDouble.Rules()
    change(&rules)
    let sink = try dub([.init("url", "http://dub.test")] + members)
    return SinkBench(DubDouble(rules) { SampleBuyer.epoch }, sink)
}
