// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryMapping
import TributaryModel

@testable import TributaryWorkshop

@Suite struct MoneyLikenessTests {
    /// Names on the way, value, names beside it, and the reason.
    typealias Row = (names: [String], value: JSONValue, siblings: Set<String>, reason: String?)

    private static let rows: [Row] = [
        (["amount"], .number("1200"), [], #"integer, named "amount""#),
        (["amount_tax"], .number("0"), [], #"integer, named "amount""#),
        (["unitPrice"], .string("12.50"), [], #"decimal text, named "price""#),
        (["totals", "net"], .number("12.5"), [], #"decimal, named "net""#),
        (["amount", "value"], .string("10.00"), [], #"decimal text within "amount""#),
        (["money", "value"], .string("10"), ["value", "currency_code"], #"integer text beside "currency_code""#),
        (["gumroad-fee"], .number("-30"), [], #"integer, named "fee""#),
        (["paid"], .bool(true), [], nil),
        (["due_by"], .number("1700000000"), [], nil),
        (["paid_at"], .number("1700000000"), [], nil),
        (["tax_rate"], .number("19"), [], nil),
        (["price_id"], .number("77"), [], nil),
        (["amount"], .string("twelve"), [], nil),
        (["amount"], .string("1.2.3"), [], nil),
        (["refund"], .string("12345678901234567890"), [], nil),
        (["is_refunded"], .number("1"), [], nil),
        (["money", "value"], .string("10"), ["value"], nil),
        (["quantity"], .number("2"), ["currency"], nil),
        (["invoice"], .number("2"), [], nil),
    ]

    @Test(arguments: Self.rows)
    func `money is told by name and value together`(row: Row) {
        let path = FieldPath(row.names.map(FieldPath.Step.name))
        #expect(MoneyLikeness.reason(path, row.value, siblings: row.siblings) == row.reason)
    }
}
