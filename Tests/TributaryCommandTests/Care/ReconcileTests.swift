// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryJSON
import TributaryLedger
import TributaryModel
import TributarySQLite
import TributaryTesting

@testable import TributaryCommand

/// What `tributary reconcile` reads, finds and shows.
@Suite struct ReconcileTests {
    private static func read(
        _ text: String,
        _ columns: OrderFile.Columns = .init(),
        name: String = "orders.csv"
    ) async throws -> [Order] {
        try await entries(text, columns, name: name).map { try $0.get() }
    }

    private static func entries(
        _ text: String,
        _ columns: OrderFile.Columns = .init(),
        name: String = "orders.csv"
    ) async throws -> [Result<Order, UnreadableLine>] {
        let folder = try Sandbox()
        try folder.write(name, text)
        var entries: [Result<Order, UnreadableLine>] = []
        try await OrderFile(folder.url(name).path, columns).visit({ entries.append($0) }, progress: { _ in })
        return entries
    }

    @Test(arguments: [
        ("Order ID,Total,Currency,Created at\nA1,12.50,EUR,2026-11-01 10:00:00 +0100\n", "orders.csv"),
        ("\u{FEFF}order_id;amount;currency;date\r\nA1;12.50;eur;2026-11-01T09:00:00Z\r\n", "orders.csv"),
        ("currency\tprice\tname\tpaid_at\nEUR\t12.50\tA1\t2026-11-01 09:00", "orders.csv"),
        (#"{"id":"A1","amount":12.50,"currency":"EUR","created":1793523600}"# + "\n", "orders.jsonl"),
    ])
    func `exports of shops are understood without being told`(_ text: String, _ name: String) async throws {
        let orders = try await Self.read(text, name: name)
        let order = try #require(orders.first)
        #expect(orders.count == 1)
        #expect(order.id == "A1")
        #expect(order.amount?.description == "12.50 EUR")
        #expect(order.time == Timestamp(rfc3339: "2026-11-01T09:00:00Z"))
    }

    @Test func `cells may be quoted, hold line ends and quotes, and lines are counted`() async throws {
        let orders = try await Self.read("id,note\n\"A\"\"1\",\"two\nlines, and\"\n\nA2,x\n")
        #expect(orders.map(\.id) == ["A\"1", "A2"])
        #expect(orders.map(\.line) == [2, 5])
    }

    @Test func `columns and units can be named`() async throws {
        let columns = OrderFile.Columns(id: "nr", amount: "paid", currencyCode: "JPY", isMinor: true)
        let orders = try await Self.read("nr,paid,id\n7,1250,x\n", columns)
        #expect(orders.map(\.id) == ["7"])
        #expect(orders.first?.amount?.description == "1250 JPY")
    }

    @Test(arguments: [
        ("id,amount,currency\n1,1x,EUR\n", "\"1x\" is no amount"),
        ("id,amount,currency\n1,1.005,EUR\n", "is no amount in EUR"), ("id,amount,currency\n1,1,XXQ\n", "no currency"),
        ("id,date\n1,soon\n", "\"soon\" is no time"), ("id\n\"\"\n", "the order has no id"),
        ("id,note\n1,\"open\n2,x\n", "is never closed"),
    ])
    func `a line that cannot be read is told, and the others are read`(_ text: String, _ words: String) async throws {
        let entries = try await Self.entries(text.replacing("\n1", with: "\nA0\n1", maxReplacements: 1))
        guard case .failure(let line)? = entries.last else {
            Issue.record("\(entries)")
            return
        }
        #expect(line.line == (text.contains("\n1") ? 3 : 2))
        #expect(line.text.contains(words), "\(line.text)")
        let read = entries.compactMap { try? $0.get().id }
        #expect(read == (text.contains("\n1") ? ["A0"] : []))
    }

    @Test func `JSON lines that are no orders are told, and the others are read`() async throws {
        let text = #"{"id":"A1"}"# + "\n{\n[]\n" + #"{"id":"A2"}"# + "\n"
        let entries = try await Self.entries(text, name: "orders.jsonl")
        let lines = entries.map { entry in
            switch entry {
            case .success(let order): order.id
            case .failure(let line): "\(line.line)"
            }
        }
        #expect(lines == ["A1", "2", "3", "A2"])
    }

    @Test(arguments: [("a,b\n1,2\n", "which column is the order's id?"), ("", "is empty")])
    func `a file without orders is refused`(_ text: String, _ words: String) async throws {
        let error = await #expect(throws: CommandFailure.self) { _ = try await Self.read(text) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    private static let sinks = LedgerPolicy(sinks: [
        SinkPolicy(name: "river", kinds: [.paymentSucceeded], parameters: ["river_referral"])
    ])

    /// A store with one sale of each fate.
    private static func store(in folder: Sandbox) async throws -> SQLiteReader {
        let path = folder.url("t.db").path
        let store = try SQLiteStore(path: path)
        let probe = StoreProbe(store, policy: sinks)
        for (index, end) in [DeliveryEnd.delivered, .needsHuman, .delivered].enumerated() {
            try await probe.tell(SampleEvents.payment("in_\(index)", customer: "c\(index)", referral: "r"))
            try await probe.deliver(as: end)
        }
        try await probe.tell(SampleEvents.payment("in_3", customer: "c3"))
        try await probe.wait(.seconds(3600))
        try await probe.tell(SampleEvents.payment("in_4", customer: "c4", referral: "r"))
        var noise = await probe.submission([])
        noise.body = Array(#"{"order":"in_5"}"#.utf8)
        noise.outcome = JournalOutcome(.incomplete, rule: "paid", why: "total")
        _ = try await store.settle(noise, under: sinks)
        await store.close()
        return SQLiteReader(path: path)
    }

    @Test(.timeLimit(.minutes(1))) func `each order is found at the step where it stands`() async throws {
        let folder = try Sandbox()
        let reader = try await Self.store(in: folder)
        let euro = try #require(Currency("EUR"))
        var orders = (0..<7).map { Order(line: $0 + 2, id: "in_\($0)", amount: Money(minor: 9900, euro)) }
        orders[0].id = "#in_0"
        orders[1].id = "invoice:in_1"
        orders[2].amount = Money(minor: 5000, euro)
        let fates = try await Reconciliation(reader: reader, listing: nil).fates(of: orders) { _ in }
        #expect(
            fates.map(\.verdict.name) == [
                "delivered", "needsHuman", "other amount", "organic", "waiting", "incomplete", "not received",
            ]
        )
        #expect(fates.map(\.verdict.isMissing) == [false, true, true, false, false, true, true])
        #expect(fates.map(\.isReceived) == [true, true, true, true, true, true, false])
        #expect(fates.map(\.isAttributed) == [true, true, true, false, true, false, false])
        #expect(fates[5].verdict.remedy.contains("tributary replay --webhook 6"))
    }

    @Test(.timeLimit(.minutes(1))) func `what a platform does not list is missing there`() async throws {
        let folder = try Sandbox()
        let reader = try await Self.store(in: folder)
        let orders = [Order(line: 2, id: "in_0"), Order(line: 3, id: "in_2")]
        let listing = PlatformListing(sink: "river", [ListedSale(key: nil, id: "com_in_2", state: "approved")])
        let fates = try await Reconciliation(reader: reader, listing: listing).fates(of: orders) { _ in }
        #expect(fates.map(\.verdict) == [.notListed(sink: "river"), .delivered])
    }

    @Test(.timeLimit(.minutes(1))) func `missing orders end with exit code 1, a table, JSON and a page`() async throws {
        let folder = try Sandbox()
        _ = try await Self.store(in: folder)
        try folder.write("tributary.json", #"{ "listen": "127.0.0.1:0", "store": { "sqlite": "t.db" } }"#)
        try folder.write(
            "orders.csv",
            "id,amount,currency,date\nin_0,99.00,EUR,2026-11-01\nin_6,99.00,EUR,2026-11-02\n"
        )
        let run = try CommandLineRun(["reconcile", "orders.csv", "--html", "o.html"], in: folder)
        #expect(run.code == 1, "\(run.complaint)")
        #expect(run.output.contains("in_6   99.00 EUR  2026-11-02  not received  no webhook names this order"))
        #expect(run.output.hasSuffix("2 orders: 1 delivered, 1 not received; 1 missing\n"), "\(run.output)")
        #expect(try folder.read("o.html").contains("<b>1</b> <span class=\"dim\">50 %</span>"))
        let json = try CommandLineRun(["reconcile", "orders.csv", "--json", "--until", "2026-11-02"], in: folder)
        #expect(json.code == 0, "\(json.output)\(json.complaint)")
        let lines = try json.output.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
        let names: [String] = lines.map { $0["order"]?.string ?? "" }
        #expect(names == ["in_0", ""])
        #expect(lines.last?["days"]?[0]?["delivered"]?.int64 == 1)
    }
}
