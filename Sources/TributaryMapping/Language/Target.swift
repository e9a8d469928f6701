// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// A place in the common event that a rule fills.
enum Target: Sendable, Hashable {
    case time
    case live
    case phase
    case milestone
    case customerUser
    case customerRef
    case customerEmail
    case click
    case referral
    case code
    case coupon
    case params
    case amount(Event.AmountField)
    case subscriptionRef
    case interval
    case intervalCount
    case trialEnd
    case lines
    case reference(Event.ReferenceField)
    case raw(String)

    /// Names that a mapping file may use, apart from `raw.<name>`.
    static let byName: [String: Target] = {
        var table: [String: Target] = [
            "time": .time, "live": .live, "phase": .phase, "milestone": .milestone, "customer.user": .customerUser,
            "customer.ref": .customerRef, "customer.email": .customerEmail, "attribution.click": .click,
            "attribution.referral": .referral, "attribution.code": .code, "attribution.coupon": .coupon,
            "attribution.params": .params, "subscription.ref": .subscriptionRef, "subscription.interval": .interval,
            "subscription.interval_count": .intervalCount, "subscription.trial_end": .trialEnd, "lines": .lines,
        ]
        for field in Event.AmountField.allCases { table[field.rawValue] = .amount(field) }
        for field in Event.ReferenceField.allCases { table[field.rawValue + ".ref"] = .reference(field) }
        return table
    }()

    /// Finds the target of a name; `nil` where the common event has none.
    init?(_ name: String) {
        if name.hasPrefix("raw.") {
            let rest = name.dropFirst(4)
            let isWord = rest.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
            guard !rest.isEmpty, isWord else { return nil }
            self = .raw(String(rest))
        } else {
            guard let target = Self.byName[name] else { return nil }
            self = target
        }
    }

    /// What the target can hold.
    var shape: Shape {
        switch self {
        case .time, .trialEnd: .time
        case .live: .bool
        case .phase: .phase
        case .interval: .interval
        case .intervalCount: .integer
        case .params: .params
        case .amount: .money
        case .lines: .lines
        case .milestone, .customerUser, .customerRef, .customerEmail, .click, .referral, .code, .coupon,
            .subscriptionRef, .reference, .raw:
            .text
        }
    }
}

/// What a place in the file wants from an expression.
enum Shape: Sendable, Hashable {
    case text
    case bool
    case integer
    case number
    case currency
    case instant
    case time
    case money
    case phase
    case interval
    case params
    case lines
    case anything

    /// The shape in words, for diagnostics.
    var words: String {
        switch self {
        case .text: "a text"
        case .bool: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .currency: "a currency code"
        case .instant: "a number or text that states an instant"
        case .time: "an instant"
        case .money: "an amount of money"
        case .phase: "a phase"
        case .interval: "an interval"
        case .params: "an object of names and values"
        case .lines: "lines"
        case .anything: "a value"
        }
    }

    /// The operators that give this shape, where not everything does.
    var remedy: String? {
        switch self {
        case .money: "write { \"minor\": …, \"currency\": … } or { \"major\": …, \"currency\": … }"
        case .time: "write { \"unix\": … }, { \"unix_ms\": … } or { \"rfc3339\": … }"
        case .lines: "write { \"each\": \"…[*]\", \"set\": { … } }"
        case .params: "write a selector of an object, { \"parse_json\": … } or { \"pairs\": … }"
        case .text, .bool, .integer, .number, .currency, .instant, .phase, .interval, .anything: nil
        }
    }
}
