// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryTesting

/// The stand-ins of platforms that this program can run.
///
/// A new one is one line here. Each takes every key of the form that its platform's keys have.
enum PlatformDoubles {
    private static let makers: [(name: String, make: @Sendable () -> any PlatformDouble)] = [
        ("affitor", { AffitorDouble(now: { .now }) }),
        ("affonso", { AffonsoDouble(now: { .now }) }),
        ("dub", { DubDouble(now: { .now }) }),
        ("everflow", { PostbackDouble(.everflow) }),
        ("firstpromoter", { FirstPromoterDouble(now: { .now }) }),
        ("partnerstack", { PartnerStackDouble(now: { .now }) }),
        ("refersion", { RefersionDouble(now: { .now }) }),
        ("tapfiliate", { TapfiliateDouble(now: { .now }) }),
        ("tolt", { ToltDouble(now: { .now }) }),
        ("trackdesk", { TrackdeskDouble(now: { .now }) }),
        ("tune", { PostbackDouble(.tune) }),
        ("voluum", { PostbackDouble(.voluum) }),
    ]

    /// Names of the platforms, in alphabetical order.
    static let names = makers.map(\.name)

    /// The platforms that `tributary demo` sends to: a key alone is all that their sinks need.
    static let demonstrated = ["affitor", "affonso", "tapfiliate"]

    /// Makes a stand-in; `nil` for a platform that has none.
    static func named(_ name: String) -> (any PlatformDouble)? { makers.first { $0.name == name }?.make() }
}
