// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel
import TributaryServer

extension ServerRequest {
    /// The path without the version that stands in front of it, so that a double also answers without one.
    func path(behind base: String) -> String {
        !base.isEmpty && path.hasPrefix(base + "/") ? String(path.dropFirst(base.utf8.count)) : path
    }

    /// The body as JSON; `nil` where it is none.
    var json: JSONValue? {
        // What is wrong with it does not matter to a double; platforms say no more than that it is wrong.
        try? JSONValue(parsing: body)
    }

    /// The token of `Authorization: Bearer`; `nil` where it is missing or blank.
    var bearer: String? {
        guard let field = headers["Authorization"], field.hasPrefix("Bearer ") else { return nil }
        let token = field.dropFirst("Bearer ".count)
        return token.isEmpty ? nil : String(token)
    }

    /// The first value of that name in the query.
    func query(_ name: String) -> String? { query.first { $0.name == name }?.value }
}

extension JSONValue {
    /// The text of a string that is not empty.
    var filledString: String? { string.flatMap { $0.isEmpty ? nil : $0 } }

    /// A number as an amount of that currency, exact; `nil` for anything else, a number in quotes included.
    func money(_ currency: Currency, shiftedBy shift: Int? = nil) -> Money? {
        guard let text = numberText else { return nil }
        // Any reading error means the same to the platform: this is no amount.
        return try? Money(decimal: text, shiftedBy: shift ?? Int(currency.exponent), currency)
    }
}

/// Counts calls by the second, as platforms limit them.
struct RateWindow {
    private var second: Int64 = 0
    private var count = 0

    /// Counts one call.
    ///
    /// - Parameters:
    ///   - now: The moment of the call.
    ///   - limit: Calls that a window grants.
    ///   - length: Length of a window, in seconds.
    /// - Returns: calls that are left, negative when this one was too many, and the end of the window in Unix seconds.
    mutating func take(at now: Timestamp, limit: Int, length: Int64) -> (remaining: Int, reset: Int64) {
        let start = now.unixSeconds / length * length
        if start != second {
            second = start
            count = 0
        }
        count += 1
        return (limit - count, start + length)
    }
}
