// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

extension TapfiliateBooks {
    mutating func click(_ body: JSONValue, _ rules: TapfiliateDouble.Rules) -> ServerResponse {
        guard let code = body["referral_code"]?.filledString, seed.partners.contains(code) else {
            return Self.error(rules.unknownCodeStatus, "Referral code not found.")
        }
        clickCount += 1
        let id = "clk-\(clickCount)"
        seed.clicks[id] = code
        return .json(["id": .string(id)])
    }

    /// The partner whom identifiers credit, in Tapfiliate's precedence; or a refusal.
    func partner(_ body: JSONValue, ofCustomer own: Bool) -> Result<String?, Refused> {
        // A click that is named is checked also where something stronger decides.
        var clicked: String?
        if let click = body["click_id"] {
            guard let id = click.filledString, seed.expiredClicks[id] == nil, let found = seed.partner(ofClick: id)
            else {
                return .failure(Refused("The click_id is invalid or expired."))
            }
            clicked = found
        }
        if own, let id = body["customer_id"]?.filledString, let bound = customers[id]?.partner {
            return .success(bound)
        }
        if let coupon = body["coupon"]?.filledString, let found = seed.coupons[coupon] { return .success(found) }
        if let code = body["referral_code"]?.filledString, seed.partners.contains(code) { return .success(code) }
        return .success(clicked)
    }

    struct Refused: Error {
        let message: String
        init(_ message: String) { self.message = message }
    }

    mutating func customer(_ body: JSONValue, _ rules: TapfiliateDouble.Rules) -> ServerResponse {
        guard let id = body["customer_id"]?.filledString else { return Self.error(422, "customer_id is required.") }
        guard customers[id] == nil else {
            return Self.error(rules.duplicateStatus, "A customer with this customer_id already exists.")
        }
        switch partner(body, ofCustomer: false) {
        case .failure(let refused): return Self.error(400, refused.message)
        case .success(let partner):
            let status = body["status"]?.string ?? "new"
            return .json(json(of: addCustomer(id, partner: partner, status: status)))
        }
    }

    mutating func conversion(_ body: JSONValue, _ rules: TapfiliateDouble.Rules) -> ServerResponse {
        let names = ["customer_id", "coupon", "referral_code", "click_id", "tracking_id", "asset_id"]
        guard names.contains(where: { body[$0] != nil }) else { return Self.error(400, "No identifier was given.") }
        let key = body["external_id"]?.filledString ?? ""
        if rules.refusesDuplicates, !key.isEmpty, conversionsByKey[key] != nil {
            return Self.error(rules.duplicateStatus, "The external_id must be unique.")
        }
        guard let currency = Currency(body["currency"]?.string ?? rules.programCurrency?.code ?? "EUR") else {
            return Self.error(422, "The currency is unknown.")
        }
        guard let amount = body["amount"]?.money(currency) else {
            return Self.error(422, "The amount must be a number.")
        }
        let partner: String?
        switch self.partner(body, ofCustomer: true) {
        case .failure(let refused): return Self.error(400, refused.message)
        case .success(let found): partner = found
        }
        guard partner != nil || rules.storesUnattributed else { return Self.error(400, "Customer not found.") }
        let customerID = body["customer_id"]?.filledString
        if let customerID, let partner, customers[customerID] == nil { addCustomer(customerID, partner: partner) }
        var commissions: [Commission] = []
        for position in 0..<(partner == nil ? 0 : rules.commissionsPerConversion) {
            commissionCount += 1
            commissions.append(
                Commission(id: commissionCount, kind: position == 0 ? "regular" : "bonus", share: amount)
            )
        }
        let conversion = Conversion(
            id: conversions.count + 1,
            key: key,
            sale: amount,
            amount: amount,
            partner: partner,
            customerID: customerID,
            commissions: commissions
        )
        if !key.isEmpty { conversionsByKey[key, default: []].append(conversions.count) }
        for commission in commissions { conversionsByCommission[String(commission.id)] = conversions.count }
        conversions.append(conversion)
        return .json(json(of: conversion, rules))
    }

    /// One conversion by its id: read, change or delete.
    mutating func conversion(
        _ id: String,
        _ request: ServerRequest,
        _ body: JSONValue?,
        _ rules: TapfiliateDouble.Rules
    ) -> ServerResponse? {
        guard let number = Int(id), conversions.indices.contains(number - 1), var conversion = conversions[number - 1]
        else { return Self.error(404, "Conversion not found.") }
        switch request.method {
        case "GET": break
        case "DELETE":
            conversionsByKey[conversion.key]?.removeAll { $0 == number - 1 }
            if conversionsByKey[conversion.key]?.isEmpty == true { conversionsByKey[conversion.key] = nil }
            conversions[number - 1] = nil
            return ServerResponse(status: 204)
        case "PATCH":
            guard let given = body?["amount"] else { break }
            guard let amount = given.money(conversion.sale.currency) else {
                return Self.error(422, "The amount must be a number.")
            }
            conversion.amount = amount
            if request.query("recalculate_commissions") == "true" {
                for position in conversion.commissions.indices { conversion.commissions[position].share = amount }
            }
            conversions[number - 1] = conversion
        default: return nil
        }
        return .json(json(of: conversion, rules))
    }

    mutating func approval(_ id: String, _ method: String) -> ServerResponse? {
        guard ["PUT", "DELETE"].contains(method) else { return nil }
        if let index = conversionsByCommission[id], var conversion = conversions[index],
            let position = conversion.commissions.firstIndex(where: { String($0.id) == id })
        {
            conversion.commissions[position].isApproved = method == "PUT"
            conversions[index] = conversion
            return ServerResponse(status: 204)
        }
        return Self.error(404, "Commission not found.")
    }
}
