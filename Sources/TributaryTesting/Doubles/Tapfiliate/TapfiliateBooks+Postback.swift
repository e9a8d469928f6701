// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

extension TapfiliateBooks {
    /// Answers a postback: a query or a body of JSON, by our own ids.
    ///
    /// Source: `reference/platforms.md` section 5.6.
    mutating func postback(
        _ request: ServerRequest,
        _ parts: [String],
        _ rules: TapfiliateDouble.Rules
    ) -> ServerResponse? {
        guard ["GET", "POST"].contains(request.method), parts.count == 2 else { return nil }
        guard let fields = fields(request, rules) else { return Self.error(400, "Invalid JSON.") }
        let response: ServerResponse
        switch (parts[0], parts[1]) {
        case ("con", "c"):
            guard fields["external_id"]?.filledString != nil else {
                return Self.error(422, "external_id is required.")
            }
            response = conversion(fields, rules)
        case ("con", "u"): response = changeConversion(fields, rules)
        case ("cus", "c"): response = customer(fields, rules)
        case ("cus", "u"):
            guard let id = fields["customer_id"]?.filledString, customers[id] != nil else {
                return Self.error(404, "Customer not found.")
            }
            if let status = fields["status"]?.filledString { customers[id]?.status = status }
            response = customers[id].map { .json(json(of: $0)) } ?? ServerResponse(status: 204)
        default: return nil
        }
        guard rules.postbackAnswer == .empty, response.status < 300 else { return response }
        return ServerResponse(status: 200)
    }

    /// The fields of a postback; its amounts may be texts.
    private func fields(_ request: ServerRequest, _ rules: TapfiliateDouble.Rules) -> JSONValue? {
        var members: [JSONValue.Member]
        if request.method == "GET" {
            members = request.query.map { .init($0.name, .string($0.value)) }
        } else {
            guard let body = request.json?.members else { return nil }
            members = body
        }
        for index in members.indices where members[index].name == "amount" {
            if let text = members[index].value.string { members[index].value = .number(text) }
        }
        return .object(members)
    }

    private mutating func changeConversion(_ fields: JSONValue, _ rules: TapfiliateDouble.Rules) -> ServerResponse {
        guard let key = fields["external_id"]?.filledString, let index = conversionsByKey[key]?.last,
            var conversion = conversions[index]
        else { return Self.error(404, "Conversion not found.") }
        if let given = fields["amount"] {
            let currency = fields["currency"].map { Currency($0.string ?? "") } ?? conversion.sale.currency
            guard let currency, let amount = given.money(currency), currency == conversion.sale.currency else {
                return Self.error(422, "The amount must be a number of the conversion's currency.")
            }
            conversion.amount = amount
            for position in conversion.commissions.indices where !rules.fixesCommissions {
                conversion.commissions[position].share = amount
            }
        }
        switch fields["status"]?.string {
        case "approved", "disapproved":
            for position in conversion.commissions.indices {
                conversion.commissions[position].isApproved = fields["status"] == "approved"
            }
        case nil: break
        default: return Self.error(422, "The status must be approved or disapproved.")
        }
        conversions[index] = conversion
        return .json(json(of: conversion, rules))
    }
}
