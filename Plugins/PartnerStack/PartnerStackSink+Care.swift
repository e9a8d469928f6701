// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryModel

extension PartnerStackSink {
    /// The next step of checking the keys: the shortest list of customers.
    public func probe(after exchanges: [Exchange]) -> Step {
        guard let last = exchanges.last else { return .call(get("probe", path: "/customers", query: "?limit=1")) }
        if let step = Step.usual(last.result) { return step }
        guard case .answer(let answer) = last.result, answer.isSuccess, answer.json?.members != nil else {
            return .end(.init(.needsHuman, reason: "PartnerStack does not answer as its API does; is \"url\" right?"))
        }
        return .end(.init(.delivered, reason: "the keys are good"))
    }

    /// Most pages of 250 that one list reads.
    private static let listPagesMax = 40

    /// The next step of listing transactions; corrections that name their sale are taken off it.
    public func list(from start: Timestamp, to end: Timestamp, after exchanges: [Exchange]) -> ListStep {
        var records: [JSONValue] = []
        var cursor: String?
        for exchange in exchanges {
            guard case .answer(let answer) = exchange.result, answer.isSuccess, let page = Self.records(answer) else {
                return .unavailable("PartnerStack does not answer the list of transactions")
            }
            records += page
            cursor = Self.hasMore(answer) ? page.last?["key"]?.idText : nil
            guard cursor != nil else { return .sales(sales(in: records), isWhole: true) }
        }
        guard exchanges.count < Self.listPagesMax else { return .sales(sales(in: records), isWhole: false) }
        var query = "?min_created=\(start.unixMilliseconds)&max_created=\(end.unixMilliseconds - 1)&limit=250"
        if let cursor { query += "&starting_after=" + URLText.encoded(cursor) }
        return .call(get("list", path: "/transactions", query: query))
    }

    private func sales(in records: [JSONValue]) -> [ListedSale] {
        var corrections: [String: Int64] = [:]
        for record in records {
            guard let sale = record["metadata"]?["sale"]?.string, let minor = record["amount"]?.int64 else { continue }
            corrections[sale, default: 0] = (corrections[sale] ?? 0).addingReportingOverflow(minor).partialValue
        }
        return records.compactMap { record in
            guard let key = record["key"]?.idText, record["metadata"]?["sale"] == nil else { return nil }
            let minor = record["amount"]?.int64.map { $0.addingReportingOverflow(corrections[key] ?? 0).partialValue }
            let currency = record["currency"]?.string.flatMap { Currency($0) }
            return ListedSale(
                key: key.hasPrefix(settings.prefix) ? String(key.dropFirst(settings.prefix.count)) : nil,
                id: key,
                amount: minor.flatMap { minor in currency.map { Money(minor: minor, $0) } },
                state: record["archived"]?.bool == true ? "archived" : record["status"]?.string ?? "stored",
                time: record["created_at"]?.int64.map { Timestamp(unixMilliseconds: $0) }
            )
        }
    }
}
