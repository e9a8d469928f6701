// SPDX-License-Identifier: Apache-2.0

import TributaryJSON

/// One operator of a plan; plain numbers, so that reading one counts no references.
///
/// The everyday operators have a code of their own. All others stay the expressions that they are in the file.
struct Operation: Sendable {
    /// What is done, and what ``first`` and ``second`` mean for it.
    enum Code: UInt8 {
        /// The node of number `first`.
        case found
        /// The first non-empty node among the numbers from `first` on, `second` of them.
        case firstFound
        /// The first non-empty value among the operations from `first` on, `second` of them.
        case first
        /// The number of operation `first` less that of operation `second`.
        case minus
        /// The text of operation `first`, looked up in table `second`.
        case map
        /// The amount of operation `first` in smallest units, in the currency of operation `second`.
        case minor
        /// The amount of operation `first` in whole units, in the currency of operation `second`.
        case major
        /// The amount of operation `first`, which is `minor` or `major`, rounded half to even.
        case rounded
        /// The instant at which the webhook arrived.
        case received
        /// Seconds since 1970, from operation `first`.
        case unix
        /// Milliseconds since 1970, from operation `first`.
        case unixMilliseconds
        /// An RFC 3339 time, from operation `first`.
        case rfc3339
        /// The value of operation `first`, or scalar `second` where it is missing.
        case defaulted
        /// The sum over the list that is the node of number `first`, along selector `second`.
        case sum
        /// The first non-empty node of selector `second`, all of which stand below the node of number `first`.
        case firstBelow
        /// The lines of number `first`.
        case lines
        /// Expression `first`.
        case expression
    }

    let code: Code
    var first: Int32 = 0
    var second: Int32 = 0
}

/// All operations of a plan, with what they refer to by number.
final class Program: Sendable {
    let operations: [Operation]

    /// Numbers of nodes or operations that stand in a row.
    let numbers: [Int32]
    let expressions: [Expression]
    let scalars: [Scalar]
    let tables: [TextTable]
    let selectors: [Selector]
    let lines: [PlannedLines]

    /// The selectors that begin at the root.
    let root: JSONPathSet

    init(_ builder: ProgramBuilder) {
        operations = builder.operations
        numbers = builder.numbers
        expressions = builder.expressions
        scalars = builder.scalars
        tables = builder.tables
        selectors = builder.selectors
        lines = builder.lines
        root = builder.root.paths
    }
}

/// The selectors that start at one node, found together for all rules and ignore entries that choose the same node.
final class SelectorScope: Sendable {
    /// Different for each scope of a plan.
    let number: Int32
    let paths: JSONPathSet

    init(number: Int32, paths: JSONPathSet) {
        self.number = number
        self.paths = paths
    }
}

/// Where lines are, and what fills the fields of each.
final class PlannedLines: Sendable {
    let selector: Selector

    /// The number of the list whose elements are the lines; -1 where the selector is not that simple.
    let list: Int32

    /// The targets and their operations.
    let fills: [Fill]

    /// The selectors of a line.
    let paths: JSONPathSet

    /// A field of a line and the operation that fills it.
    struct Fill: Sendable {
        let target: LineTarget
        let operation: Int32
    }

    init(selector: Selector, list: Int32, fills: [Fill], paths: JSONPathSet) {
        self.selector = selector
        self.list = list
        self.fills = fills
        self.paths = paths
    }
}
