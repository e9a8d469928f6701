// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryModel

extension ToltSink {
    /// The next step of checking the key: the shortest list of customers.
    public func probe(after exchanges: [Exchange]) -> Step {
        guard let last = exchanges.last else { return .call(call("probe", path: "/customers", query: "?limit=1")) }
        if let step = Step.usual(last.result) { return step }
        guard case .answer(let answer) = last.result, answer.isSuccess, answer.json?["data"] != nil else {
            return .end(.init(.needsHuman, reason: "Tolt does not answer as its API does; is \"url\" right?"))
        }
        return .end(.init(.delivered, reason: "the key is good"))
    }

    private static let deletion = "deletion"

    /// The next step of deleting a person's customers: those that deliveries made, and those of the person's ids.
    public func forget(_ person: ForgottenPerson, after exchanges: [Exchange]) -> Step {
        if let last = exchanges.last {
            if let step = Step.usual(last.result) { return step }
            guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
            guard answer.isSuccess || answer.status == 404 else {
                return .end(.init(.needsHuman, reason: Self.refused(answer).reason + "; delete the customer there"))
            }
        }
        let owns = settings.customerID.ids(of: person)
        var customers = person.receipts.flatMap { $0.all("customer") }
        var lookedUp = 0
        var deleted = 0
        for exchange in exchanges {
            guard case .answer(let answer) = exchange.result else { continue }
            if exchange.call.label == Self.deletion {
                deleted += 1
                continue
            }
            guard lookedUp < owns.count else { continue }
            if let id = Self.customer(owns[lookedUp], in: answer)?["id"]?.idText { customers.append(id) }
            lookedUp += 1
        }
        if lookedUp < owns.count { return .call(lookUp(customer: owns[lookedUp])) }
        var known: Set<String> = []
        customers = customers.filter { known.insert($0).inserted }
        guard deleted < customers.count else { return .end(Self.forgotten(deleted, person)) }
        let path = "/customers/" + URLText.encoded(customers[deleted])
        return .call(call(Self.deletion, method: "DELETE", path: path))
    }

    private static func forgotten(_ count: Int, _ person: ForgottenPerson) -> Step.End {
        if count > 0 { return .init(.delivered, reason: "\(count) customer(s) deleted") }
        guard person.emails.isEmpty else {
            return .init(.needsHuman, reason: "Tolt is not asked by e-mail; look for the address in its dashboard")
        }
        return .init(.notApplicable, reason: "Tolt knows nobody by these ids")
    }

    /// Most pages of a hundred that one list reads.
    private static let pagesMax = 50

    /// The next step of listing transactions, the latest first.
    public func list(from start: Timestamp, to end: Timestamp, after exchanges: [Exchange]) -> ListStep {
        var sales: [ListedSale] = []
        var cursor: String?
        for exchange in exchanges {
            guard case .answer(let answer) = exchange.result, answer.isSuccess,
                let page = answer.json?["data"]?.elements
            else { return .unavailable("Tolt does not answer the list of transactions") }
            let times = page.map { $0["created_at"]?.string.flatMap { Timestamp(rfc3339: $0) } }
            for (transaction, time) in zip(page, times) where time.map({ $0 >= start && $0 < end }) ?? true {
                if let sale = listed(transaction, at: time) { sales.append(sale) }
            }
            let isBefore = times.last.flatMap { $0 }.map { $0 < start } ?? false
            let hasMore = answer.json?["has_more"]?.bool == true && !page.isEmpty && !isBefore
            cursor = hasMore ? answer.json?["next_cursor"]?.idText ?? page.last?["id"]?.idText : nil
            guard cursor != nil else { return .sales(sales, isWhole: true) }
        }
        guard exchanges.count < Self.pagesMax else { return .sales(sales, isWhole: false) }
        var query = "?limit=100&order=desc"
        if let cursor { query += "&starting_after=" + URLText.encoded(cursor) }
        return .call(call("list", path: "/transactions", query: query))
    }

    private func listed(_ transaction: JSONValue, at time: Timestamp?) -> ListedSale? {
        guard let id = transaction["id"]?.idText else { return nil }
        let charge = transaction["charge_id"]?.idText
        // Money in answers comes as text.
        let sold = transaction["amount"]?.idText.flatMap { Int64($0) }
        let state = transaction["status"]?.string ?? "stored"
        let minor = state == "refunded" ? 0 : sold
        return ListedSale(
            key: charge.flatMap { $0.hasPrefix(settings.prefix) ? String($0.dropFirst(settings.prefix.count)) : nil },
            id: id,
            amount: minor.flatMap { minor in settings.currency.map { Money(minor: minor, $0) } },
            state: state,
            time: time
        )
    }
}
