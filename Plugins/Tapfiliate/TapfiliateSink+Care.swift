// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryModel

extension TapfiliateSink {
    /// Why nothing can be asked where only the postback's address is known.
    private static let noREST =
        "the REST API's address is not known, because \"url\" does not end in /1.7/pb, and the postback cannot be asked"

    /// Reads a page of conversions, which needs the key and changes nothing.
    public func probe(after exchanges: [Exchange]) -> Step {
        guard settings.rest != nil else { return .end(.init(.notApplicable, reason: Self.noREST)) }
        guard let last = exchanges.last else {
            return .call(call("probe", method: "GET", path: "/conversions/", query: "?page=1"))
        }
        if let step = Self.general(last.result) { return step }
        guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
        guard answer.isSuccess, answer.json?.elements != nil else {
            let words =
                answer.isSuccess ? "Tapfiliate answers without a list of conversions" : Self.refused(answer).reason
            return .end(.init(.needsHuman, reason: words))
        }
        return .end(.init(.delivered, reason: "Tapfiliate takes the key"))
    }

    /// Most ids of one person that are looked up.
    private static let idsMax = 8

    /// Deletes the customers, whose ids stand in receipts or are looked up; conversions stay, without them.
    ///
    /// Source: `reference/platforms.md` section 5.3.
    public func forget(_ person: ForgottenPerson, after exchanges: [Exchange]) -> Step {
        let keys = Array(settings.customerID.ids(of: person).prefix(Self.idsMax))
        var customers = person.receipts.flatMap { $0.all("customer") }
        guard settings.rest != nil else {
            return .end(.init(.needsHuman, reason: Self.noREST + "; delete the customer in its dashboard"))
        }
        guard !keys.isEmpty || !customers.isEmpty else {
            let reason = "no id is known under which Tapfiliate has the person; look in its dashboard"
            return .end(.init(person.emails.isEmpty ? .notApplicable : .needsHuman, reason: reason))
        }
        var deleted = 0
        for (index, exchange) in exchanges.enumerated() {
            let isLookUp = exchange.call.label == Self.customerLookUpLabel
            if let step = Self.general(exchange.result, takesEmpty: !isLookUp) { return step }
            guard case .answer(let answer) = exchange.result else { return .retry(.init(reason: "no answer")) }
            guard answer.isSuccess || answer.status == 404 else {
                let reason = Self.refused(answer).reason + "; delete the customer in Tapfiliate's dashboard"
                return .end(.init(.needsHuman, reason: reason))
            }
            if isLookUp, index < keys.count {
                if let id = Self.foundCustomer(keys[index], in: answer)?["id"]?.idText { customers.append(id) }
            } else if answer.isSuccess {
                deleted += 1
            }
        }
        guard exchanges.count >= keys.count else { return .call(lookUpCustomer(keys[exchanges.count])) }
        var known: Set<String> = []
        let targets = customers.filter { known.insert($0).inserted }.prefix(Self.idsMax * 2)
        guard exchanges.count - keys.count < targets.count else {
            return deleted == 0
                ? .end(.init(.notApplicable, reason: "Tapfiliate does not know the person"))
                : .end(.init(.delivered, reason: "\(deleted) customer(s) deleted"))
        }
        let id = URLText.encoded(targets[exchanges.count - keys.count])
        return .call(call("deletion", method: "DELETE", path: "/customers/\(id)/"))
    }

    /// Most pages of one listing, 25 conversions each.
    private static let pagesMax = 400

    /// Lists conversions page by page, as long as the answers name a next one.
    ///
    /// Days are asked for with one to spare on either side, because the account's time zone is not known.
    public func list(from start: Timestamp, to end: Timestamp, after exchanges: [Exchange]) -> ListStep {
        guard settings.rest != nil else { return .unavailable(Self.noREST) }
        var sales: [ListedSale] = []
        for exchange in exchanges {
            guard Self.general(exchange.result) == nil, case .answer(let answer) = exchange.result, answer.isSuccess,
                let page = answer.json?.elements
            else { return .unavailable("Tapfiliate does not list its conversions: " + Self.words(exchange.result)) }
            sales += page.compactMap(listed).filter { sale in sale.time.map { $0 >= start && $0 <= end } ?? true }
            let hasNext = answer.headers["Link"]?.contains("rel=\"next\"") ?? false
            if !hasNext || page.isEmpty { return .sales(sales, isWhole: true) }
        }
        guard exchanges.count < Self.pagesMax else { return .sales(sales, isWhole: false) }
        let first = start.advanced(by: .seconds(-86_400)).description.prefix(10)
        let last = end.advanced(by: .seconds(86_400)).description.prefix(10)
        let query = "?date_from=\(first)&date_to=\(last)&page=\(exchanges.count + 1)"
        return .call(call("list", method: "GET", path: "/conversions/", query: query))
    }

    private func listed(_ conversion: JSONValue) -> ListedSale? {
        guard let id = conversion["id"]?.idText else { return nil }
        var key = conversion["external_id"]?.idText
        if let full = key, full.hasPrefix(settings.prefix) { key = String(full.dropFirst(settings.prefix.count)) }
        let code = conversion["currency"]?.string ?? conversion["program"]?["currency"]?.string
        let amount = code.flatMap { Currency($0.uppercased()) }.flatMap { currency in
            // What is no amount is not compared.
            conversion["amount"]?.idText.flatMap {
                try? Money(decimal: $0, shiftedBy: Int(currency.exponent), currency)
            }
        }
        return ListedSale(
            key: key,
            id: id,
            amount: amount,
            state: Self.state(of: conversion),
            time: conversion["created_at"]?.string.flatMap(Self.time)
        )
    }

    /// The state of the commissions, which is what a conversion's state is.
    private static func state(of conversion: JSONValue) -> String {
        let commissions = conversion["commissions"]?.elements ?? []
        if commissions.isEmpty { return "no commission" }
        if commissions.allSatisfy({ $0["approved"]?.bool == false }) { return "disapproved" }
        return commissions.contains { $0["approved"]?.bool == true } ? "approved" : "pending"
    }

    /// A time as the API writes it, whose offset may lack its colon.
    private static func time(_ text: String) -> Timestamp? {
        if let time = Timestamp(rfc3339: text) { return time }
        let offset = text.suffix(5)
        guard let sign = offset.first, sign == "+" || sign == "-" else { return nil }
        return Timestamp(rfc3339: text.dropLast(2) + ":" + text.suffix(2))
    }

    private static func words(_ result: Exchange.Result) -> String {
        switch result {
        case .failure(let failure): failure.code
        case .answer(let answer): "status \(answer.status)" + Answer.words(answer.json?["message"]?.string)
        }
    }
}
