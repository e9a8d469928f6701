// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Testing
import TributaryJSON
import TributaryModel
import TributaryServer
import TributaryTesting

/// A shop with five platforms, whose doubles answer over HTTP, and what its operator runs.
struct CareScene {
    let folder: Sandbox
    /// The doubles by the names of their sinks.
    let doubles: [String: TamperedDouble]
    let fronts: [DoubleFront]

    static let environment = ["K": "k3y"]

    /// Makes the folder, starts the doubles, and stops them behind the body.
    static func play(
        sinks names: [String] = ["dub", "firstpromoter", "tolt", "partnerstack", "refersion"],
        _ body: (CareScene) async throws -> Void
    ) async throws {
        let folder = try Sandbox()
        var doubles: [String: TamperedDouble] = [:]
        var sinks: [String] = []
        try await withThrowingTaskGroup(of: Void.self) { group in
            var servers: [DoubleServer] = []
            var fronts: [DoubleFront] = []
            for name in names {
                let double = TamperedDouble(try #require(Self.double(name)))
                var seed = DoubleSeed.sample
                seed.takesAnyClick = true
                let front = DoubleFront(double, seed: seed, now: { .now })
                fronts.append(front)
                let server = try DoubleServer(front)
                let url = try server.start()
                servers.append(server)
                doubles[name] = double
                sinks.append(
                    #""\#(name)": { "use": "\#(name)", "key": "env:K", "url": "\#(url)"\#(Self.settings(name, url)) }"#
                )
                group.addTask { await server.run() }
            }
            try folder.write("mappings/shop/shop.json", mapping())
            try folder.write(
                "tributary.json",
                """
                { "listen": "127.0.0.1:0", "store": { "sqlite": "t.db" }, "mappings": "mappings",
                  "attribution": { "grace": "2s" },
                  "providers": { "shop": { "accept_unauthenticated_webhooks": true } },
                  "sinks": { \(sinks.joined(separator: ",\n")) } }
                """
            )
            do {
                try await body(CareScene(folder: folder, doubles: doubles, fronts: fronts))
            } catch {
                for server in servers { await server.stop() }
                throw error
            }
            for server in servers { await server.stop() }
        }
    }

    private static func double(_ name: String) -> (any PlatformDouble)? {
        switch name {
        case "dub":
            // In dollars, as the sink tells it.
            DubDouble { .now }
        case "firstpromoter": FirstPromoterDouble { .now }
        case "tolt": ToltDouble { .now }
        case "partnerstack": PartnerStackDouble { .now }
        case "refersion": RefersionDouble { .now }
        case "affonso": AffonsoDouble { .now }
        case "tapfiliate": TapfiliateDouble { .now }
        default: nil
        }
    }

    private static func settings(_ name: String, _ url: String) -> String {
        switch name {
        case "dub":
            #", "amount": "ex_tax", "currency": { "convert": { "to": "USD", "date": "2026-11-01", "rates": { "EUR": "1.1" } } }"#
        case "firstpromoter": #", "account": "1", "account_currency": "EUR""#
        case "tolt": #", "program_currency": "EUR""#
        case "partnerstack": #", "public_key": "pk", "conversion_token": "env:K", "refunds": "negative""#
        case "refersion": #", "public_key": "pub", "api_url": "\#(url)""#
        default: ""
        }
    }

    /// The shop's mapping; a mended one knows the type that was forgotten.
    static func mapping(mended: Bool = false) -> String {
        let types = mended ? #"["paid", "paid.v2"]"# : #"["paid"]"#
        return """
            { "mapping": 1, "provider": "shop", "version": "\(mended ? 2 : 1)", "verify": { "scheme": "none" },
              "event": { "id": "$.id", "type": "$.type", "time": { "unix": "$.at" } },
              "ignore": [{ "on": ["ping"], "why": "no money moves" }],
              "rules": [
                { "id": "signed-up", "on": ["signup"], "emit": "customer.created", "key": ["user", "$.user"],
                  "set": { "customer.user": "$.user", "customer.ref": "$.customer", "customer.email": "$.email",
                           "attribution.click": "$.click", "attribution.code": "$.code" } },
                { "id": "paid", "on": \(types), "where": "$.status == 'complete'", "emit": "payment.succeeded",
                  "key": ["payment", "$.payment"], "aliases": [["order", "$.order"]],
                  "set": { "customer.user": "$.user", "customer.ref": "$.customer", "customer.email": "$.email",
                           "attribution.click": "$.click", "attribution.code": "$.code",
                           "order.ref": "$.order", "payment.ref": "$.payment",
                           "total": { "minor": "$.total", "currency": "$.currency" },
                           "tax": { "minor": "$.tax", "currency": "$.currency" } } },
                { "id": "given-back", "on": ["refunded"], "emit": "refund.succeeded", "key": ["refund", "$.refund"],
                  "aliases": [["payment", "$.payment"]],
                  "set": { "total": { "minor": "$.total", "currency": "$.currency" } } } ] }
            """
    }

    // MARK: What the shop sends

    /// Midnight of a day of November 2026, in UTC.
    static func day(_ number: Int) -> Int64 { 1_793_491_200 + Int64(number - 1) * 86_400 }

    /// Posts bodies, one after the other, and requires each to be stored.
    func post(_ bodies: [String], to daemon: Daemon) throws {
        var lines: [String] = []
        for (index, body) in bodies.enumerated() {
            try folder.write("out/\(index).json", body)
            if index > 0 { lines.append("next") }
            lines += [
                "silent", "max-time = 20", "url = \"\(daemon.url)/webhooks/shop\"",
                "data-binary = \"@out/\(index).json\"",
                "header = \"Content-Type: application/json\"", "output = \"/dev/null\"",
                #"write-out = "%{http_code}\n""#,
            ]
        }
        try folder.write("curl.txt", lines.joined(separator: "\n"))
        let run = try CommandLineRun(shell: "curl -K curl.txt", in: folder)
        try #require(run.output == String(repeating: "200\n", count: bodies.count), "\(run.output)\(run.complaint)")
    }

    /// Somebody who came by a partner's link signs up.
    func signUp(_ person: String, day: Int) -> String {
        // The id of a webhook stays in the books, and so names nobody.
        let number = person.utf8.reduce(5381) { ($0 &* 33 &+ Int($1)) & 0xFFFFFF }
        return #"{"id":"e_up_\#(number)","type":"signup","at":\#(Self.day(day) + 3600),"user":"user_\#(person)","#
            + #""customer":"cus_\#(person)","email":"\#(person)@example.com","click":"click_\#(person)","code":"sarah123"}"#
    }

    /// What a payment's webhook says.
    struct Payment {
        var order: String
        var person: String?
        var day: Int
        var total: Int64 = 11_900
        var currency = "EUR"
        var type = "paid"
        var status = "complete"
        var click: String?
        var isWhole = true
    }

    func paid(_ payment: Payment) throws -> String {
        let person = payment.person.map {
            #","user":"user_\#($0)","customer":"cus_\#($0)","email":"\#($0)@example.com""#
        }
        let click = payment.click.map { #","click":"\#($0)","code":"sarah123""# } ?? ""
        let order = JSONValue.string(payment.order).text
        let total = payment.isWhole ? #","total":\#(payment.total)"# : ""
        return #"{"id":\#(JSONValue.string("e_" + payment.order).text),"type":"\#(payment.type)","#
            + #""at":\#(Self.day(payment.day) + 43_200),"status":"\#(payment.status)","#
            + #""payment":\#(JSONValue.string("pay_" + payment.order).text),"order":\#(order)\#(total),"#
            + #""tax":\#(payment.total * 19 / 119),"currency":"\#(payment.currency)"\#(person ?? "")\#(click)}"#
    }

    func refunded(_ order: String, _ minor: Int64, id: String, day: Int) -> String {
        #"{"id":"e_\#(id)","type":"refunded","at":\#(Self.day(day) + 50_000),"refund":"\#(id)","#
            + #""payment":"pay_\#(order)","total":\#(minor),"currency":"EUR"}"#
    }

    // MARK: What the operator runs

    func run(_ words: String...) throws -> CommandLineRun { try run(words) }

    func run(_ words: [String]) throws -> CommandLineRun {
        try CommandLineRun(words, in: folder, environment: Self.environment)
    }

    func daemon(log: String? = nil) throws -> Daemon { try Daemon(in: folder, environment: Self.environment, log: log) }

    /// Every delivery, once nothing moves any more.
    @discardableResult
    func settled() async throws -> [JSONValue] {
        var before: [String] = []
        for _ in 0..<60 {
            let run = try run("deliveries", "--json", "--limit", "10000")
            let rows = try run.output.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
            let states = rows.map {
                "\($0["id"]?.numberText ?? "") \($0["state"]?.string ?? "") \($0["end"]?.string ?? "")"
            }
            let moves = rows.contains { row in
                row["state"] == "leased" || row["state"] == "waiting" && row["attempts"] == 0
                    || row["by"] == "attribution"
            }
            if !moves, states == before { return rows }
            before = states
            try await Task.sleep(for: .milliseconds(400))
        }
        return []
    }
}

/// A platform whose list a test can falsify: what somebody did in the platform's dashboard.
final class TamperedDouble: PlatformDouble {
    private let double: any PlatformDouble
    private let change = Mutex<(@Sendable (ServerRequest, JSONValue) -> JSONValue)?>(nil)

    init(_ double: any PlatformDouble) { self.double = double }

    /// Changes what it answers to reading calls from now on.
    func tamper(_ change: @escaping @Sendable (ServerRequest, JSONValue) -> JSONValue) {
        self.change.withLock { $0 = change }
    }

    var name: String { double.name }
    var basePath: String { double.basePath }
    var records: JSONValue { double.records }
    var bookings: [Booking] { double.bookings }
    func failure(status: Int) -> ServerResponse { double.failure(status: status) }
    func seed(_ seed: DoubleSeed) { double.seed(seed) }
    func reset() { double.reset() }

    func answer(to request: ServerRequest) -> ServerResponse {
        let response = double.answer(to: request)
        guard request.method == "GET", response.status == 200, let change = change.withLock({ $0 }),
            let json = try? JSONValue(parsing: response.body)
        else { return response }
        return .json(change(request, json))
    }
}
