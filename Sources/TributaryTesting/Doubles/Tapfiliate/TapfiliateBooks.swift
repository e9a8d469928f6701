// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

/// What a double of Tapfiliate holds, and the rules by which it changes.
struct TapfiliateBooks {
    struct Buyer {
        var id: String
        var customerID: String
        var partner: String?
        var status: String
    }

    struct Commission {
        var id: Int
        var kind: String
        /// The part of the conversion that this commission is counted from.
        var share: Money
        var isApproved: Bool?
        var type: String?
    }

    struct Conversion {
        var id: Int
        var key: String
        var sale: Money
        var amount: Money
        var partner: String?
        var customerID: String?
        var commissions: [Commission]
        var time: Timestamp
        var metaData: JSONValue = .null

        /// What still earns anybody anything: the parts of a divided order together, a bonus no more than what it is for.
        var remaining: Money {
            let open = commissions.filter { $0.isApproved != false }
            let regular = open.filter { $0.kind == "regular" }.reduce(0) { $0 + $1.share.minor }
            return Money(minor: max(regular, open.map(\.share.minor).max() ?? 0), sale.currency)
        }
    }

    var window = RateWindow()
    /// The time of the call that is being answered.
    var now = Timestamp(unixSeconds: 0)
    var seed = DoubleSeed()
    /// By the merchant's own id.
    var customers: [String: Buyer] = [:]
    var customerKeysByID: [String: String] = [:]
    /// In order of their ids; what was deleted leaves a gap.
    var conversions: [Conversion?] = []
    var conversionsByKey: [String: [Int]] = [:]
    var conversionsByCommission: [String: Int] = [:]
    var clickCount = 0
    var customerCount = 0
    var commissionCount = 0

    mutating func add(_ other: DoubleSeed) {
        seed.add(other)
        for (user, partner) in other.users.sorted(by: { $0.key < $1.key }) {
            addCustomer(user, partner: partner)
        }
    }

    @discardableResult
    mutating func addCustomer(_ customerID: String, partner: String?, status: String = "new") -> Buyer {
        customerCount += 1
        let buyer = Buyer(id: "cu_\(customerCount)", customerID: customerID, partner: partner, status: status)
        customers[customerID] = buyer
        customerKeysByID[buyer.id] = customerID
        return buyer
    }

    static func error(_ status: Int, _ message: String) -> ServerResponse {
        .json(["message": .string(message), "code": .integer(status)], status: status)
    }

    /// Answers a request; `nil` for a path that does not exist, which is a page.
    mutating func answer(
        _ request: ServerRequest,
        _ path: String,
        isPostback: Bool,
        rules: TapfiliateDouble.Rules,
        now: Timestamp
    ) -> ServerResponse? {
        self.now = now
        let parts = path.split(separator: "/").map(String.init)
        if isPostback { return postback(request, parts, rules) }
        let body = request.json
        if ["POST", "PATCH"].contains(request.method), body?.members == nil { return Self.error(400, "Invalid JSON.") }
        switch (request.method, parts.first, parts.count) {
        case ("POST", "clicks", 1): return click(body ?? .null, rules)
        case ("POST", "customers", 1): return customer(body ?? .null, rules)
        case ("GET", "customers", 1):
            let all = customers.values.sorted { ($0.id.utf8.count, $0.id) < ($1.id.utf8.count, $1.id) }
            let wanted = rules.filtersCustomers ? request.query("customer_id") : nil
            let found = wanted.map { customers[$0].map { [$0] } ?? [] } ?? all
            return Self.list(found.map { json(of: $0) }, request)
        case (_, "customers", 3) where parts[2] == "status": return status(parts[1], request.method, body, rules)
        case ("DELETE", "customers", 2):
            guard let key = customerKeysByID.removeValue(forKey: parts[1]) else { return Self.error(404, "Not found.") }
            customers[key] = nil
            return ServerResponse(status: 204)
        case ("POST", "conversions", 1): return conversion(body ?? .null, rules)
        case ("GET", "conversions", 1):
            let wanted = request.query("external_id")
            let found = wanted.map { (conversionsByKey[$0] ?? []).compactMap { conversions[$0] } }
            let days = (request.query("date_from") ?? "0")...(request.query("date_to") ?? "9")
            let listed = (found ?? conversions.compactMap(\.self)).filter {
                days.contains(String($0.time.description.prefix(10)))
            }
            return Self.list(listed.map { json(of: $0, rules) }, request)
        case (_, "conversions", 2): return conversion(parts[1], request, body, rules)
        case (_, "commissions", 2): return commission(parts[1], request.method, body, rules)
        case (_, "commissions", 3) where parts[2] == "approved": return approval(parts[1], request.method)
        default: return nil
        }
    }

    /// A page of a list, with the links to the others.
    static func list(_ all: [JSONValue], _ request: ServerRequest) -> ServerResponse {
        let size = 25
        let page = max(1, request.query("page").flatMap { Int($0) } ?? 1)
        let last = max(1, (all.count + size - 1) / size)
        let elements = page > last ? [] : Array(all.dropFirst((page - 1) * size).prefix(size))
        var response = ServerResponse.json(.array(elements))
        guard last > 1 else { return response }
        func link(_ number: Int, _ name: String) -> String { "<\(request.path)?page=\(number)>; rel=\"\(name)\"" }
        var links = [link(1, "first"), link(last, "last")]
        if page < last { links.append(link(page + 1, "next")) }
        if page > 1 { links.append(link(page - 1, "prev")) }
        response.headers.set("Link", links.joined(separator: ", "))
        return response
    }
}
