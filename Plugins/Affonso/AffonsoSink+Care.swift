// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryModel

extension AffonsoSink {
    /// Reads one commission; a key that may write but not read is a good one all the same.
    public func probe(after exchanges: [Exchange]) -> Step {
        guard let last = exchanges.last else { return .call(bare("probe", path: "/commissions?page=1&limit=1")) }
        guard case .answer(let answer) = last.result, answer.status == 403 else { return afterProbe(last.result) }
        let reason =
            "Affonso knows the key, but it may not read commissions: reconcile cannot list them; add that scope"
        return .end(.init(.needsHuman, reason: reason))
    }

    private func afterProbe(_ result: Exchange.Result) -> Step {
        if let step = Self.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        guard answer.isSuccess, answer.json?["data"]?.elements != nil else {
            let words = answer.isSuccess ? "Affonso answers without a list of commissions" : refused(answer).reason
            return .end(.init(.needsHuman, reason: words))
        }
        return .end(.init(.delivered, reason: "Affonso takes the key"))
    }

    /// Most calls of one erasure; a person has a few referrals, and a list a few pages.
    private static let forgetCallsMax = 60

    /// Deletes the person's referrals; their conversions stay, without a name.
    public func forget(_ person: ForgottenPerson, after exchanges: [Exchange]) -> Step {
        var search = AffonsoReferralSearch(person)
        for exchange in exchanges {
            if case .answer(let answer) = exchange.result, answer.status == 403 {
                let scopes = "the scopes read:referrals and delete:referrals"
                let reason =
                    "the key may not look up or delete referrals: give it \(scopes), or delete the person there"
                return .end(.init(.needsHuman, reason: reason))
            }
            if let step = Self.usual(exchange.result) { return step }
            guard case .answer(let answer) = exchange.result else { return .retry(.init(reason: "no answer")) }
            let isList = answer.json?["data"]?.elements != nil || exchange.call.method == "DELETE"
            guard answer.isWordOfNobody || (answer.isSuccess && isList) else {
                let words = answer.isSuccess ? "Affonso answers without a list of referrals" : refused(answer).reason
                return .end(.init(.needsHuman, reason: words + "; delete the referral in Affonso's dashboard"))
            }
            search.take(answer)
        }
        guard exchanges.count < Self.forgetCallsMax else {
            return .end(.init(.needsHuman, reason: "the person has too many referrals; delete them in the dashboard"))
        }
        switch search.next {
        case .ask(let label, let path): return .call(bare(label, path: path))
        case .delete(let id):
            let path = "/referrals/" + URLText.encoded(id)
            return .call(bare(AffonsoReferralSearch.Label.deletion, method: "DELETE", path: path))
        case .done: return .end(forgotten(search))
        }
    }

    private func forgotten(_ search: AffonsoReferralSearch) -> Step.End {
        if search.isUnsure || search.isCutShort {
            let done = search.deleted > 0 ? "\(search.deleted) referral(s) deleted, but " : ""
            let reason = "whether Affonso has more of the person cannot be told from its list; look in its dashboard"
            return .init(.needsHuman, reason: done + reason)
        }
        guard search.deleted > 0 else { return .init(.notApplicable, reason: "Affonso does not know the person") }
        return .init(.delivered, reason: "\(search.deleted) referral(s) deleted")
    }

    /// Most pages of one listing, a hundred commissions each.
    private static let pagesMax = 200

    /// Lists the commissions, page by page; there is no list of conversions.
    public func list(from start: Timestamp, to end: Timestamp, after exchanges: [Exchange]) -> ListStep {
        var sales: [ListedSale] = []
        for exchange in exchanges {
            guard case .answer(let answer) = exchange.result, answer.isSuccess,
                let page = answer.json?["data"]?.elements
            else { return .unavailable("Affonso does not list its commissions: " + Self.words(exchange.result)) }
            sales += page.compactMap(Self.listed).filter { $0.time.map { $0 >= start && $0 <= end } ?? true }
            let more = answer.json?["pagination"]?["has_next_page"]?.bool ?? (page.count >= 100)
            if !more || page.isEmpty { return .sales(sales, isWhole: !more) }
        }
        guard exchanges.count < Self.pagesMax else { return .sales(sales, isWhole: false) }
        var path = "/commissions?page=\(exchanges.count + 1)&limit=100"
        path += "&dateFrom=\(URLText.encoded(start.description))&dateTo=\(URLText.encoded(end.description))"
        return .call(bare("list", path: path))
    }

    private static func listed(_ commission: JSONValue) -> ListedSale? {
        guard let id = commission["id"]?.idText else { return nil }
        let state = commission["sales_status"]?.string ?? commission["status"]?.string ?? "unknown"
        return ListedSale(
            key: commission["external_event_id"]?.string,
            id: id,
            amount: amount(of: commission, state),
            state: state,
            time: commission["created_at"]?.string.flatMap { Timestamp(rfc3339: $0) }
        )
    }

    /// What counts of a sale; after a partial refund the list does not say it.
    private static func amount(of commission: JSONValue, _ state: String) -> Money? {
        guard let currency = commission["sale_amount_currency"]?.string.flatMap({ Currency($0.uppercased()) }) else {
            return nil
        }
        switch state {
        case "refunded": return Money(minor: 0, currency)
        case "partial_refunded": return nil
        default:
            // An amount that cannot be read counts as one that is not told.
            return commission["sale_amount"]?.numberText.flatMap {
                try? Money(decimal: $0, shiftedBy: Int(currency.exponent), currency)
            }
        }
    }

    private static func words(_ result: Exchange.Result) -> String {
        switch result {
        case .failure(let failure): failure.code
        case .answer(let answer):
            "status \(answer.status)" + Answer.words(answer.json?["error"]?["message"]?.string)
        }
    }
}
