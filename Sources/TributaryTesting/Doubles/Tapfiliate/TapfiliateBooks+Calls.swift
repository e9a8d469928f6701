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
        if let refusal = Self.refusal(ofMetaData: body["meta_data"]) { return refusal }
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
        let shares: [Share]
        switch self.shares(body, currency) {
        case .failure(let refused): return Self.error(422, refused.message)
        case .success(let found): shares = found
        }
        if let refusal = Self.refusal(ofMetaData: body["meta_data"]) { return refusal }
        let partner: String?
        switch self.partner(body, ofCustomer: true) {
        case .failure(let refused): return Self.error(400, refused.message)
        case .success(let found): partner = found
        }
        guard partner != nil || rules.storesUnattributed else { return Self.error(400, "Customer not found.") }
        let customerID = body["customer_id"]?.filledString
        if let customerID, let partner, customers[customerID] == nil { addCustomer(customerID, partner: partner) }
        let amount = Money(minor: shares.reduce(0) { $0 + $1.amount.minor }, currency)
        let bonuses = Array(repeating: Share(kind: "bonus", amount: amount), count: rules.commissionsPerConversion - 1)
        let commissions = (partner == nil ? [] : shares + bonuses).map { share in
            commissionCount += 1
            return Commission(id: commissionCount, kind: share.kind, share: share.amount, type: share.type)
        }
        let conversion = Conversion(
            id: conversions.count + 1,
            key: key,
            sale: amount,
            amount: amount,
            partner: partner,
            customerID: customerID,
            commissions: commissions,
            time: now,
            metaData: body["meta_data"] ?? .null
        )
        if !key.isEmpty { conversionsByKey[key, default: []].append(conversions.count) }
        for commission in commissions { conversionsByCommission[String(commission.id)] = conversions.count }
        conversions.append(conversion)
        return .json(json(of: conversion, rules))
    }

    struct Share {
        var kind = "regular"
        var type: String?
        var amount: Money
    }

    /// What a conversion's commissions are counted from; without an amount, fixed ones are.
    private func shares(_ body: JSONValue, _ currency: Currency) -> Result<[Share], Refused> {
        guard let given = body["commissions"] else {
            let type = body["commission_type"]?.filledString
            guard let number = body["amount"] else {
                return .success([Share(type: type, amount: Money(minor: 0, currency))])
            }
            guard let amount = number.money(currency) else { return .failure(Refused("The amount must be a number.")) }
            return .success([Share(type: type, amount: amount)])
        }
        var shares: [Share] = []
        for element in given.elements ?? [] {
            guard let amount = element["sub_amount"]?.money(currency) else {
                return .failure(Refused("The sub_amount must be a number."))
            }
            shares.append(Share(type: element["commission_type"]?.filledString, amount: amount))
        }
        return shares.isEmpty ? .failure(Refused("The commissions must be a list.")) : .success(shares)
    }

    /// The refusal of meta data beyond the limits.
    static func refusal(ofMetaData data: JSONValue?) -> ServerResponse? {
        guard let data, !data.isNull else { return nil }
        let refused: Set<Character> = ["\"", ":", "{", "}", "]", "\\", "'", "/", "&"]
        let members = data.members ?? []
        let isFine =
            data.members != nil && members.count <= 10
            && members.allSatisfy { member in
                member.name.count <= 64 && refused.isDisjoint(with: member.name)
                    && (member.value.idText?.unicodeScalars.count ?? 256) <= 255
            }
        return isFine ? nil : error(422, "The meta_data is invalid.")
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
            if request.query("recalculate_commissions") == "true", !rules.fixesCommissions {
                for position in conversion.commissions.indices { conversion.commissions[position].share = amount }
            }
            conversions[number - 1] = conversion
        default: return nil
        }
        return .json(json(of: conversion, rules))
    }

    /// One commission by its id: read it, or say what it is counted from.
    mutating func commission(
        _ id: String,
        _ method: String,
        _ body: JSONValue?,
        _ rules: TapfiliateDouble.Rules
    ) -> ServerResponse? {
        guard ["GET", "PATCH"].contains(method) else { return nil }
        guard let index = conversionsByCommission[id], var conversion = conversions[index],
            let position = conversion.commissions.firstIndex(where: { String($0.id) == id })
        else { return Self.error(404, "Commission not found.") }
        if method == "PATCH" {
            if let given = body?["conversion_sub_amount"] {
                guard let amount = given.money(conversion.sale.currency) else {
                    return Self.error(422, "The conversion_sub_amount must be a number.")
                }
                conversion.commissions[position].share = amount
                let regular = conversion.commissions.filter { $0.kind == "regular" }
                conversion.amount.minor = regular.reduce(0) { $0 + $1.share.minor }
            }
            if let isApproved = body?["approved"]?.bool { conversion.commissions[position].isApproved = isApproved }
            conversions[index] = conversion
        }
        return .json(json(of: conversion.commissions[position], in: conversion, rules))
    }

    /// A customer is canceled, or not any more.
    mutating func status(
        _ id: String,
        _ method: String,
        _ body: JSONValue?,
        _ rules: TapfiliateDouble.Rules
    ) -> ServerResponse? {
        guard rules.statusVerbs.contains(method) else { return Self.error(405, "Method not allowed.") }
        guard let key = customerKeysByID[id] else { return Self.error(404, "Not found.") }
        customers[key]?.status = method == "DELETE" ? "cancelled" : body?["status"]?.filledString ?? "active"
        return customers[key].map { .json(json(of: $0)) }
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
