// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension PartnerStackSink {
    /// A payment, under our own key.
    ///
    /// What comes of a repeated key is not published, so after an attempt whose answer was lost the key is looked up,
    /// and so it is after a refusal that speaks of a duplicate.
    func transaction(_ delivery: Delivery, after exchanges: [Exchange]) -> Step {
        let telling: Telling
        switch self.telling(delivery) {
        case .success(let made): telling = made
        case .failure(let refusal): return .end(refusal.end)
        }
        guard let last = exchanges.last else {
            return .call(delivery.mayHaveArrivedBefore ? lookUp(telling) : record(telling, Label.transaction))
        }
        if let step = Step.usual(last.result) { return step }
        guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
        switch last.call.label {
        case Label.lookUp: return afterLookUp(answer, telling, exchanges)
        case Label.customer:
            if answer.isSuccess || Self.speaksOfDuplicate(answer) { return .call(record(telling, Label.again)) }
            return .end(Self.findsNobody(answer) ? Self.stranger : Self.refused(answer))
        default: break
        }
        if answer.isSuccess { return .end(Self.stored(Self.data(answer), telling, as: .delivered, reason: "stored")) }
        guard Self.findsNobody(answer) else {
            return Self.speaksOfDuplicate(answer) ? .call(lookUp(telling)) : .end(Self.refused(answer))
        }
        // The sign-up may have gone by unseen; a sale that names its partner makes up for it, once.
        guard last.call.label == Label.transaction else { return .end(Self.stranger) }
        switch customerCall(of: delivery.event) {
        case .success(let call): return .call(call)
        case .failure(let refusal):
            return .end(refusal.end.end == .permanent ? refusal.end : Self.stranger)
        }
    }

    private static let stranger = Step.End(.notAttributed, reason: "PartnerStack does not know the customer")

    /// One transaction as it is told.
    struct Telling {
        var key: String
        var customer: String
        var amount: Money
        var time: Timestamp
        var product: String?
        /// The key of the sale that a correction corrects.
        var sale: String?
    }

    /// The reason why PartnerStack cannot be told of a payment.
    struct Untellable: Error {
        let end: Step.End

        init(_ end: DeliveryEnd, _ reason: String) { self.end = .init(end, reason: reason) }
    }

    private func telling(_ delivery: Delivery) -> Result<Telling, Untellable> {
        let event = delivery.event
        guard let customer = customerKey(of: event) else {
            return .failure(.init(.notAttributed, "the sale names no customer id"))
        }
        guard let amount = event.amount(.gross) else {
            return .failure(.init(.permanent, "the sale does not state its amount"))
        }
        guard amount.minor > 0 else { return .failure(.init(.notApplicable, "there is no amount to report")) }
        let products = Set(event.lines.compactMap(\.product))
        let telling = Telling(
            key: settings.prefix + delivery.idempotencyKey,
            customer: customer,
            amount: amount,
            time: event.time,
            product: settings.sendsProduct && products.count == 1 ? products.first : nil
        )
        if let problem = problem(with: telling) { return .failure(.init(.permanent, problem)) }
        return .success(telling)
    }

    /// Largest amount that PartnerStack's specification names.
    private static let amountMax: Int64 = 50_000_000_000

    /// What keeps a transaction from being told; `nil` for nothing.
    func problem(with telling: Telling) -> String? {
        let currency = telling.amount.currency
        if let objection = settings.fineCurrencies.objection(to: currency, at: "PartnerStack") {
            return objection
        }
        if telling.amount.minor.magnitude > Self.amountMax.magnitude {
            return "\(telling.amount) is more than PartnerStack takes: \(Self.amountMax) of the smallest unit"
        }
        let length = telling.key.unicodeScalars.count
        return (4...255).contains(length) ? nil : "PartnerStack takes keys of 4 to 255 characters, this has \(length)"
    }

    func record(_ telling: Telling, _ label: String) -> Call {
        var body: [JSONValue.Member] = [
            .init("customer_external_key", .string(telling.customer)), .init("key", .string(telling.key)),
            .init("amount", .integer(telling.amount.minor)), .init("currency", .string(telling.amount.currency.code)),
            .init("created_at", .integer(telling.time.unixMilliseconds)),
        ]
        if let category = settings.category { body.append(.init("category_key", .string(category))) }
        if let product = telling.product { body.append(.init("product_key", .string(product))) }
        // Values of metadata have at most a hundred characters.
        if let sale = telling.sale, sale.unicodeScalars.count <= 100 {
            body.append(.init("metadata", ["sale": .string(sale)]))
        }
        if settings.isTest { body.append(.init("test", true)) }
        return post(label, path: "/transactions", body)
    }
}

extension PartnerStackSink {
    /// Most pages of 250 that one look-up reads.
    private static let pagesMax = 8

    /// The transactions of the second at which ours was made: no filter by key is published.
    func lookUp(_ telling: Telling, behind cursor: String? = nil) -> Call {
        let time = telling.time.unixMilliseconds
        var query = "?min_created=\(time - 1000)&max_created=\(time + 1000)&limit=250"
        if let cursor { query += "&starting_after=" + URLText.encoded(cursor) }
        return get(Label.lookUp, path: "/transactions", query: query)
    }

    /// What a page of a look-up says.
    enum Sighting {
        case found(JSONValue)
        case nothing
        case step(Step)
    }

    func sighting(_ answer: Answer, _ telling: Telling, _ exchanges: [Exchange]) -> Sighting {
        guard answer.isSuccess, let records = Self.records(answer) else {
            return .step(.retry(.init(reason: "the look-up is refused (\(answer.status))", after: answer.retryAfter)))
        }
        if let found = records.first(where: { $0["key"]?.idText == telling.key }) { return .found(found) }
        let pages = exchanges.count { $0.call.label == Label.lookUp }
        guard Self.hasMore(answer), let cursor = records.last?["key"]?.idText, pages < Self.pagesMax else {
            return .nothing
        }
        return .step(.call(lookUp(telling, behind: cursor)))
    }

    private func afterLookUp(_ answer: Answer, _ telling: Telling, _ exchanges: [Exchange]) -> Step {
        switch sighting(answer, telling, exchanges) {
        case .step(let step): return step
        case .found(let found):
            return .end(Self.stored(found, telling, as: .duplicate, reason: "PartnerStack had the key already"))
        case .nothing:
            guard let refused = exchanges.first(where: { $0.call.label != Label.lookUp }) else {
                return .call(record(telling, Label.transaction))
            }
            return .end(Self.unlisted(refused, telling))
        }
    }

    /// Refused as a duplicate, and not in the list.
    static func unlisted(_ exchange: Exchange, _ telling: Telling) -> Step.End {
        let receipt = Receipt([.init("transaction", telling.key), .init("customer", telling.customer)])
        if case .answer(let answer) = exchange.result, answer.status == 409 {
            return .init(.duplicate, reason: "PartnerStack had the key already (409)", receipt: receipt)
        }
        let name = Step.End.name(of: "transaction", telling.key)
        let reason = "PartnerStack refuses the key as a duplicate and does not list it; look for \(name) there"
        return .init(.needsHuman, reason: reason, receipt: receipt)
    }

    static func stored(_ record: JSONValue?, _ telling: Telling, as end: DeliveryEnd, reason: String) -> Step.End {
        var receipt = Receipt([.init("transaction", telling.key), .init("customer", telling.customer)])
        guard let record, let key = record["key"]?.idText else {
            let reason = "PartnerStack answers without the transaction that it promises"
            return .init(.needsHuman, reason: reason, receipt: receipt)
        }
        receipt.ids[0].value = key
        if isOrganic(record) { return .init(.notAttributed, reason: "stored without a partner", receipt: receipt) }
        return .init(end, reason: record["test"]?.bool == true ? reason + ", as a test" : reason, receipt: receipt)
    }
}
