// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryModel

extension DubSink {
    /// Reads one commission, which needs the key and the plan that everything else needs.
    public func probe(after exchanges: [Exchange]) -> Step {
        guard let last = exchanges.last else { return .call(bare("probe", path: "/commissions?pageSize=1")) }
        if let step = Step.usual(last.result) { return step }
        guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
        guard answer.isSuccess, answer.json?.elements != nil else {
            let words = answer.isSuccess ? "Dub answers without a list of commissions" : Self.refused(answer).reason
            return .end(.init(.needsHuman, reason: words))
        }
        return .end(.init(.delivered, reason: "Dub takes the key"))
    }

    /// Deletes the customers, one after the other; their commissions stay, without a name.
    public func forget(_ person: ForgottenPerson, after exchanges: [Exchange]) -> Step {
        let ids = settings.customerID.ids(of: person)
        guard !ids.isEmpty else {
            let reason = "no id is known under which Dub has the person; look for the e-mail address in its dashboard"
            return .end(.init(person.emails.isEmpty ? .notApplicable : .needsHuman, reason: reason))
        }
        var deleted = 0
        for exchange in exchanges {
            if let step = Step.usual(exchange.result) { return step }
            guard case .answer(let answer) = exchange.result else { return .retry(.init(reason: "no answer")) }
            guard answer.isSuccess || answer.status == 404 else {
                let reason = Self.refused(answer).reason + "; delete the customer in Dub's dashboard"
                return .end(.init(.needsHuman, reason: reason))
            }
            if answer.isSuccess { deleted += 1 }
        }
        guard exchanges.count < ids.count else {
            return deleted == 0
                ? .end(.init(.notApplicable, reason: "Dub does not know the person"))
                : .end(.init(.delivered, reason: "\(deleted) customer(s) deleted"))
        }
        let id = URLText.encoded("ext_" + ids[exchanges.count])
        return .call(bare("deletion", method: "DELETE", path: "/customers/\(id)"))
    }

    /// Most pages of one listing, a hundred sales each.
    private static let pagesMax = 200

    /// Lists the commissions of sales, oldest first, page by page.
    public func list(from start: Timestamp, to end: Timestamp, after exchanges: [Exchange]) -> ListStep {
        var sales: [ListedSale] = []
        var cursor: String?
        for exchange in exchanges {
            guard case .answer(let answer) = exchange.result, answer.isSuccess, let page = answer.json?.elements else {
                return .unavailable("Dub does not list its commissions: " + Self.words(exchange.result))
            }
            sales += page.compactMap(listed)
            cursor = page.last?["id"]?.idText
            // A page that is not full, or that gives no way on, is the last one.
            if page.count < 100 || cursor == nil { return .sales(sales, isWhole: page.count < 100) }
        }
        guard exchanges.count < Self.pagesMax else { return .sales(sales, isWhole: false) }
        var path = "/commissions?type=sale&start=\(URLText.encoded(start.description))"
        path += "&end=\(URLText.encoded(end.description))&sortBy=createdAt&sortOrder=asc&pageSize=100"
        if let cursor { path += "&startingAfter=\(URLText.encoded(cursor))" }
        return .call(bare("list", path: path))
    }

    private func listed(_ commission: JSONValue) -> ListedSale? {
        guard let id = commission["id"]?.idText else { return nil }
        var key = commission["invoiceId"]?.string
        if let full = key, full.hasPrefix(settings.prefix) { key = String(full.dropFirst(settings.prefix.count)) }
        let currency = Currency(commission["currency"]?.string?.uppercased() ?? "USD")
        let state = commission["status"]?.string ?? "unknown"
        // Dub leaves the amount of what is wholly refunded as it was.
        let amount = state == "refunded" ? 0 : commission["amount"]?.int64
        return ListedSale(
            key: key,
            id: id,
            amount: currency.flatMap { currency in amount.map { Money(minor: $0, currency) } },
            state: state,
            time: commission["createdAt"]?.string.flatMap { Timestamp(rfc3339: $0) }
        )
    }

    private static func words(_ result: Exchange.Result) -> String {
        switch result {
        case .failure(let failure): failure.code
        case .answer(let answer): "status \(answer.status)" + Answer.words(message(of: answer))
        }
    }
}
