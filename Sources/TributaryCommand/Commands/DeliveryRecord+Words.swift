// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension DeliveryRecord {
    /// The state in a word or two.
    func stateText(at now: Timestamp) -> String {
        switch state {
        case .waiting(let until): "waiting, \(until.words(from: now))"
        case .blocked(let reason): "blocked by \(reason)"
        case .leased: "under way"
        case .ended(let end): end.rawValue
        }
    }

    /// The record for machines.
    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("id", .integer(id)), .init("webhook", .integer(webhook)), .init("sink", .string(sink)),
        ]
        switch state {
        case .waiting(let until):
            members += [.init("state", "waiting"), .init("until", .string(until.description))]
        case .blocked(let reason): members += [.init("state", "blocked"), .init("by", .string(reason))]
        case .leased(let until):
            members += [.init("state", "leased"), .init("until", .string(until.description))]
        case .ended(let end): members += [.init("state", "ended"), .init("end", .string(end.rawValue))]
        }
        members += [
            .init("attempts", .integer(attempts)), .init("reason", reason.map(JSONValue.string) ?? .null),
            .init("trail", .array(trail.map(JSONValue.string))),
            .init("receipt", .object(receipt.ids.map { .init($0.name, .string($0.value)) })),
            .init("event", event.cloudEvent),
        ]
        return .object(members)
    }
}

extension Timestamp {
    /// `in 3 s`, `in 5 min`, `in 2 h`; the time itself where it is more than a day ahead, and `due` where it has come.
    func words(from now: Timestamp) -> String {
        let seconds = (unixMilliseconds - now.unixMilliseconds + 999) / 1000
        return switch seconds {
        case ...0: "due"
        case ..<120: "in \(seconds) s"
        case ..<7200: "in \(seconds / 60) min"
        case ..<86_400: "in \(seconds / 3600) h"
        default: "at \(Timestamp(unixSeconds: unixSeconds))"
        }
    }
}
