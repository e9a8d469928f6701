// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Tapfiliate

/// A sink before a double of Tapfiliate.
func tapfiliateBench(
    _ members: [JSONValue.Member] = [],
    path: String = "/1.6",
    key: String = "tap_test",
    _ change: (inout TapfiliateDouble.Rules) -> Void = { _ in }
) throws -> SinkBench {
    var rules = TapfiliateDouble.Rules()
    rules.key = Secret("tap_test")
    change(&rules)
    let members = [.init("url", .string("http://tapfiliate.test" + path))] + members
    let settings = PluginSettings(name: "tapfiliate", members: members, secrets: ["key": Secret(key)])
    let double = TapfiliateDouble(rules) { SampleBuyer.epoch }
    return SinkBench(double, try TapfiliatePlugin.makeSink(settings))
}

/// A sink that goes by the postback, before the same double.
func postbackBench(
    _ members: [JSONValue.Member] = [],
    _ change: (inout TapfiliateDouble.Rules) -> Void = { _ in }
) throws -> SinkBench {
    try tapfiliateBench([.init("transport", "postback17")] + members, path: "/1.7/pb", change)
}

/// A buyer whom the double knows by the click.
let clicked = SampleBuyer(Customer(user: "user_7"), Attribution(click: "click_1"))

extension SinkBench {
    /// Tells of a correction, after which so much is given back.
    func correct(
        _ sale: Delivery,
        _ end: Step.End,
        from before: Int64,
        to after: Int64,
        kind: EventKind = .refundSucceeded
    ) throws -> Step.End? {
        let delivery = try #require(
            clicked.correction("re_\(after)", of: sale, ended: end, from: before, to: after, kind: kind)
        )
        return deliver(delivery).end
    }
}
