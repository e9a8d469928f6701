// SPDX-License-Identifier: Apache-2.0

/// The operators by their keys.
enum Operator: String, CaseIterable {
    case const
    case first
    case only
    case count
    case sum
    case minus
    case abs
    case map
    case each
    case minor
    case major
    case unix
    case unixMilliseconds = "unix_ms"
    case rfc3339
    case received
    case text
    case lower
    case trim
    case sha256
    case split
    case parseJSON = "parse_json"
    case pairs
    case merge
    case members
    case header

    /// What an operator gives.
    enum Result {
        /// Whatever stands in the document.
        case node
        /// A literal of the file.
        case literal
        case text
        case number
        case money
        case time
        case params
        case lines
        /// What its alternatives give.
        case inherited
    }

    var result: Result {
        switch self {
        case .only: .node
        case .const, .map: .literal
        case .first: .inherited
        case .count, .sum, .minus, .abs: .number
        case .each: .lines
        case .minor, .major: .money
        case .unix, .unixMilliseconds, .rfc3339, .received: .time
        case .text, .lower, .trim, .sha256, .split, .header: .text
        case .parseJSON: .node
        case .pairs, .merge, .members: .params
        }
    }

    /// The keys that an object with this operator may have, the required ones first.
    var keys: [String] {
        let own = [rawValue]
        return switch self {
        case .map: own + ["to", "else", "default"]
        case .each: own + ["set"]
        case .minor, .major: own + ["currency", "round", "default"]
        case .split: own + ["by", "part", "default"]
        case .parseJSON: own + ["at", "default"]
        case .pairs: own + ["by", "is", "url"]
        case .members: own + ["prefix", "strip"]
        case .const, .merge, .received: own
        case .first, .only, .count, .sum, .minus, .abs, .unix, .unixMilliseconds, .rfc3339, .text, .lower, .trim,
            .sha256, .header:
            own + ["default"]
        }
    }
}

extension Shape {
    /// Whether a place of this shape takes what an operator gives.
    func accepts(_ result: Operator.Result) -> Bool {
        switch result {
        case .inherited: true
        case .node: self != .money && self != .time && self != .lines
        case .literal: self != .money && self != .time && self != .lines && self != .params
        case .text:
            switch self {
            case .text, .integer, .number, .currency, .instant, .phase, .interval, .anything: true
            case .bool, .time, .money, .params, .lines: false
            }
        case .number:
            switch self {
            case .text, .integer, .number, .instant, .anything: true
            case .bool, .currency, .time, .money, .phase, .interval, .params, .lines: false
            }
        case .money: self == .money
        case .time: self == .time
        case .params: self == .params
        case .lines: self == .lines
        }
    }
}
