// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import FirstPromoter

/// Makes a sink from members of a configuration.
func firstPromoter(
    _ members: [JSONValue.Member] = [],
    key: String = "fp_test",
    account: String? = "acc_1"
) throws -> any Sink {
    let members = (account.map { [.init("account", .string($0))] } ?? []) + members
    return try FirstPromoterPlugin.makeSink(
        PluginSettings(name: "firstpromoter", members: members, secrets: ["key": Secret(key)])
    )
}

func money(_ minor: Int64, _ code: String) throws -> Money { Money(minor: minor, try #require(Currency(code))) }

let buyer = SampleBuyer(
    Customer(user: "user_7", ref: "cus_7", email: "ada@example.com"),
    Attribution(params: [.init("_fprom_tid", "click_1")])
)

/// A double and a sink that leads to it.
func firstPromoterBench(
    _ members: [JSONValue.Member] = [],
    _ change: (inout FirstPromoterDouble.Rules) -> Void = { _ in }
) throws -> SinkBench {
    var rules = FirstPromoterDouble.Rules()
    change(&rules)
    let sink = try firstPromoter([.init("url", "http://firstpromoter.test/api/v2")] + members)
    return SinkBench(FirstPromoterDouble(rules) { SampleBuyer.epoch }, sink)
}
