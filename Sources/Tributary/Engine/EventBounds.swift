// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// What an operator demands of an instance's events beyond the mapping; what does not meet it is stored and not delivered.
struct EventBounds: Sendable {
    /// How old an event may be; `nil` for any age.
    ///
    /// Segment's Replay brings events of years again (reference: Segment, "Replay"), with ids of their own.
    let maxAge: Duration?

    /// What entries of `raw` must say, by name: a webhook that was meant for another account says something else.
    let expected: [String: String]

    /// Why an event is not delivered; no value of the payload enters it.
    func objection(to event: Event, at now: Timestamp) -> String? {
        if let maxAge, event.time < now.advanced(by: .zero - maxAge) { return "older than the instance's max_age" }
        for (name, text) in expected where event.raw.first(where: { $0.name == name })?.value != text {
            return "raw.\(name) is not what the instance expects"
        }
        return nil
    }
}
