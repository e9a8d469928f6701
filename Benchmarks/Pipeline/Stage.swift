// SPDX-License-Identifier: Apache-2.0

/// One thing that is timed; the floor's two parts stand before what is held against them.
enum Stage: String, CaseIterable {
    case hmac = "floor_hmac"
    case parse = "floor_parse"
    case verify
    case read
    case map
    case whole

    /// Everything that an engine does with a webhook but storing it.
    case receive

    /// Whether this is part of the floor.
    var isFloor: Bool { self == .hmac || self == .parse }
}
