// SPDX-License-Identifier: Apache-2.0

import TributaryJSON

/// A resolved operator: what fills a target.
///
/// Closed on purpose. There are no loops, variables or functions of the user's; what does not fit is a plugin.
indirect enum Expression: Sendable {
    /// The node of a singular selector.
    case select(Selector)
    /// A literal.
    case constant(Scalar)
    /// The first alternative that is present, not null and not empty.
    case first([Expression])
    /// The first non-empty node of a selector that may choose several; only inside `first`.
    case firstOf(Selector)
    /// The one node of a selector that may choose several.
    case only(Selector)
    /// How many nodes a selector chooses.
    case count(Selector)
    /// The sum of all numbers that a selector chooses.
    case sum(Selector)
    /// The first number less the second.
    case minus(Expression, Expression)
    /// The number without its sign.
    case abs(Expression)
    /// A table from texts to literals.
    case map(Expression, TextTable)
    /// An amount of money.
    case money(MoneyExpression)
    /// An instant.
    case time(TimeUnit, Expression)
    /// The instant at which the webhook arrived.
    case received
    /// A template.
    case template([TemplatePart])
    /// The text in lower case.
    case lower(Expression)
    /// The text without blanks at both ends.
    case trim(Expression)
    /// The lower-case hex SHA-256 of the text.
    case sha256(Expression)
    /// One part of a text cut at a separator.
    case split(Expression, by: String, part: Int)
    /// JSON that stands inside a text.
    case parseJSON(Expression, at: Selector?)
    /// Names and values written into one text.
    case pairs(Expression, by: String, separator: String, isURL: Bool)
    /// The names and values of several bags; of two values of one name the first counts.
    case merge([Expression])
    /// The names and values of a bag whose names begin with a text, which is taken off where that is asked for.
    case members(Expression, prefix: String, strips: Bool)
    /// The value of a header field.
    case header(String)
    /// Another value where the first is missing or null.
    case defaulted(Expression, Scalar)
    /// The lines of an order or invoice.
    case each(LineExpression)
}

/// How a provider writes an amount.
final class MoneyExpression: Sendable {
    /// The unit in which the amount stands on the wire.
    enum Unit: Sendable {
        /// The smallest unit as the provider counts it.
        case minor
        /// Whole euros and dollars, with decimals.
        case major
    }

    let unit: Unit
    let amount: Expression
    let currency: Expression

    /// Whether decimals beyond the currency's are rounded, half to even; otherwise they are a fault.
    let rounds: Bool

    init(unit: Unit, amount: Expression, currency: Expression, rounds: Bool) {
        self.unit = unit
        self.amount = amount
        self.currency = currency
        self.rounds = rounds
    }
}

/// How a provider writes an instant.
enum TimeUnit: String, Sendable {
    /// Seconds since 1970.
    case unix
    /// Milliseconds since 1970.
    case unixMilliseconds = "unix_ms"
    /// RFC 3339 text.
    case rfc3339
}

/// A piece of a template.
enum TemplatePart: Sendable {
    /// Text that stands as it is.
    case literal(String)
    /// A value's text.
    case value(Selector)
}

/// A closed table from texts to literals.
final class TextTable: Sendable {
    /// One row; the key is kept as bytes, so that a value is looked up where it stands in the body.
    struct Row: Sendable {
        let key: [UInt8]
        let value: Scalar
    }

    let rows: [Row]
    let otherwise: Scalar?

    init(rows: [Row], otherwise: Scalar?) {
        self.rows = rows
        self.otherwise = otherwise
    }

    /// The literal of a text, or what stands for all others, of which a note is made.
    func lookup(_ text: Span<UInt8>, _ state: inout WalkState) -> Scalar? {
        for row in rows where row.key.count == text.count {
            var index = 0
            while index < text.count, row.key[index] == text[index] { index += 1 }
            if index == text.count { return row.value }
        }
        state.note(unlisted: text, hasElse: otherwise != nil)
        return otherwise
    }
}

/// One field of a line.
enum LineTarget: String, Sendable, CaseIterable {
    case product
    case price
    case name
    case quantity
    case total
}

/// One field of a line and what fills it.
final class LineAssignment: Sendable {
    let target: LineTarget
    let expression: Expression

    init(target: LineTarget, expression: Expression) {
        self.target = target
        self.expression = expression
    }
}

/// Where the lines are, and what fills the fields of each.
final class LineExpression: Sendable {
    let selector: Selector
    let assignments: [LineAssignment]

    init(_ selector: Selector, _ assignments: [LineAssignment]) {
        self.selector = selector
        self.assignments = assignments
    }
}
