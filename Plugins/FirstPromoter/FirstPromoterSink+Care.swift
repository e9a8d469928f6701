// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryModel

extension FirstPromoterSink {
    /// Reads a page of commissions, which needs the key and the account.
    public func probe(after exchanges: [Exchange]) -> Step {
        guard let last = exchanges.last else {
            return .call(reading("probe", path: "/company/commissions?page=1&per_page=20"))
        }
        if let step = Step.usual(last.result) { return step }
        guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
        guard answer.isSuccess, Self.rows(answer) != nil else {
            let words =
                answer.isSuccess ? "FirstPromoter answers without a list of commissions" : Self.refused(answer).reason
            return .end(.init(.needsHuman, reason: words))
        }
        return .end(.init(.delivered, reason: "FirstPromoter takes the key"))
    }

    /// The rows of a page, which stand alone or in `data`.
    private static func rows(_ answer: Answer) -> [JSONValue]? {
        answer.json?.elements ?? answer.json?["data"]?.elements
    }

    /// Most ids that FirstPromoter deletes at once; with more it only promises to.
    private static let deletionMax = 5

    /// Finds the referrals of a person, each id by its own call, and deletes them.
    public func forget(_ person: ForgottenPerson, after exchanges: [Exchange]) -> Step {
        let users = settings.customerID.ids(of: person)
        let names = users.map { ("uid", $0) } + person.emails.map { ("email", $0) }
        var found: [String] = []
        var deletions = 0
        for exchange in exchanges {
            if let step = Step.usual(exchange.result) { return step }
            guard case .answer(let answer) = exchange.result else { return .retry(.init(reason: "no answer")) }
            let isLookUp = exchange.call.method == "GET"
            guard answer.isSuccess || (isLookUp && answer.status == 404), answer.json?["status"]?.string != "failed"
            else {
                let reason = Self.refused(answer).reason + "; delete the referral in FirstPromoter's dashboard"
                return .end(.init(.needsHuman, reason: reason))
            }
            if !isLookUp {
                deletions += 1
            } else if answer.isSuccess, let id = answer.json?["id"]?.idText, !found.contains(id) {
                found.append(id)
            }
        }
        if exchanges.count < names.count {
            let (attribute, name) = names[exchanges.count]
            let path = "/company/referrals/\(URLText.encoded(name))?find_by=\(attribute)"
            return .call(reading("look-up", path: path))
        }
        let rest = found.dropFirst(deletions * Self.deletionMax).prefix(Self.deletionMax)
        guard rest.isEmpty else {
            let ids: JSONValue = .array(rest.map { id in Int64(id).map { .integer($0) } ?? .string(id) })
            return .call(call("deletion", method: "DELETE", path: "/company/referrals", ["ids": ids]))
        }
        return found.isEmpty
            ? .end(.init(.notApplicable, reason: "FirstPromoter does not know the person"))
            : .end(.init(.delivered, reason: "\(found.count) referral(s) deleted"))
    }

    /// Most pages of one listing, a hundred commissions each.
    private static let pagesMax = 200

    /// Lists the commissions of sales, oldest first, page by page; a sale with several commissions comes once.
    public func list(from start: Timestamp, to end: Timestamp, after exchanges: [Exchange]) -> ListStep {
        var sales: [ListedSale] = []
        var known: Set<String> = []
        for exchange in exchanges {
            guard case .answer(let answer) = exchange.result, answer.isSuccess, let page = Self.rows(answer) else {
                return .unavailable("FirstPromoter does not list its commissions: " + Self.words(exchange.result))
            }
            for sale in page.compactMap(listed) {
                // Days are all that can be asked for.
                let isInside = sale.time.map { start <= $0 && $0 <= end } ?? true
                if isInside, known.insert(sale.key ?? "commission \(sale.id)").inserted { sales.append(sale) }
            }
            if page.count < 100 { return .sales(sales, isWhole: true) }
        }
        guard exchanges.count < Self.pagesMax else { return .sales(sales, isWhole: false) }
        let (first, last) = (start.description.prefix(10), end.description.prefix(10))
        var path = "/company/commissions?filters%5Bcreated_at%5D%5Bfrom%5D=\(first)"
        path += "&filters%5Bcreated_at%5D%5Bto%5D=\(last)&sorting%5Bcreated_at%5D=asc"
        path += "&page=\(exchanges.count + 1)&per_page=100"
        return .call(reading("list", path: path))
    }

    /// A commission of a sale; what refunds took back stands in rows of its own, below zero.
    private func listed(_ commission: JSONValue) -> ListedSale? {
        guard let id = commission["id"]?.idText, commission["commission_type"]?.string != "custom",
            let minor = commission["original_sale_amount"]?.int64 ?? commission["sale_amount"]?.int64, minor > 0
        else { return nil }
        var key = commission["event_id"]?.string
        if let full = key, full.hasPrefix(settings.prefix) { key = String(full.dropFirst(settings.prefix.count)) }
        let currency = commission["original_sale_currency"]?.string.flatMap { Currency($0) } ?? settings.currency
        return ListedSale(
            key: key,
            id: id,
            amount: currency.map { Money(minor: minor, $0) },
            isAsSold: true,
            state: commission["is_paid"]?.bool == true ? "paid" : commission["status"]?.string ?? "unknown",
            time: commission["created_at"]?.string.flatMap { Timestamp(rfc3339: $0) }
        )
    }

    private static func words(_ result: Exchange.Result) -> String {
        switch result {
        case .failure(let failure): failure.code
        case .answer(let answer): "status \(answer.status)" + Answer.words(message(of: answer))
        }
    }
}
