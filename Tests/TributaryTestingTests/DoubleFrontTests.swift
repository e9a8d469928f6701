// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON
import TributaryModel
import TributaryServer
import TributaryTesting

@Suite(.timeLimit(.minutes(1))) struct DoubleFrontTests {
    private func make(_ faults: String = "") throws -> DoubleFront {
        DoubleFront(AffitorDouble { noon }, faults: try FaultPlan(text: faults)) { noon }
    }

    private func sale(_ key: String) -> ServerRequest {
        ServerRequest(
            method: "POST",
            path: "/api/v1/track/sale",
            headers: ["Authorization": "Bearer aff_1"],
            body: JSONValue.object([
                .init("transaction_id", .string(key)), .init("amount_cents", 9990), .init("click_id", "click_1"),
            ]).encoded()
        )
    }

    @Test(arguments: [
        ("500-before-commit:1", 500, 0), ("500-after-commit=503:1", 503, 1), ("429=30:1", 429, 0), ("html:1", 502, 0),
        ("slow=250:1", 200, 1),
    ])
    func `a fault decides the answer, and whether anything is stored`(text: String, status: Int, count: Int) throws {
        let front = try make(text)
        #expect(front.react(to: sale("t")).response.status == status)
        #expect(front.double.bookings.count == count)
    }

    @Test func `a dropped connection comes before or after the books are written`() throws {
        let front = try make("reset-before-commit:1-1,reset-after-commit:2-2,slow=250:3-3")
        let reactions = ["a", "b", "c"].map { front.react(to: sale($0)) }
        #expect(reactions.map(\.response.isDropped) == [true, true, false])
        #expect(reactions.map(\.delay) == [.zero, .zero, .milliseconds(250)])
        #expect(front.double.bookings.map(\.key) == ["b", "c"])
    }

    @Test func `a limit says when it ends`() throws {
        let limited = try make("429=30:1").react(to: sale("t")).response
        #expect(limited.headers["Retry-After"] == "30")
        #expect(limited.headers["X-RateLimit-Reset"] == String(noon.unixSeconds + 30))
    }

    @Test func `the pages show the books and nothing runs in them`() throws {
        let front = try make("500-before-commit:2")
        _ = front.react(to: sale("<script>alert(1)</script>"))
        let page = front.react(to: ServerRequest(method: "GET", path: "/")).response
        let html = String(decoding: page.body, as: UTF8.self)
        #expect(html.contains("&lt;script&gt;alert(1)"))
        #expect(!html.contains("<script"))
        let response = front.react(to: ServerRequest(method: "GET", path: "/_double")).response
        let overview = try JSONValue(parsing: response.body)
        #expect(overview["bookings"]?[0]?["sale_minor"] == 9990)
        #expect(overview["calls"]?["POST /api/v1/track/sale"] == 1)
    }

    @Test func `a reset seeds anew and begins the faults again`() throws {
        let front = try make("500-before-commit:1-1")
        #expect(front.react(to: sale("a")).response.status == 500)
        #expect(front.react(to: sale("b")).response.status == 200)
        _ = front.react(to: ServerRequest(method: "POST", path: "/_double/reset"))
        #expect(front.double.bookings.isEmpty)
        #expect(front.callCount == 0)
        #expect(front.react(to: sale("c")).response.status == 500)
        #expect(front.react(to: sale("d")).response.status == 200)
    }

    @Test func `many calls at once book each key once`() async throws {
        let front = try make()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                let request = sale("k\(number % 100)")
                group.addTask { _ = front.react(to: request) }
            }
        }
        #expect(Set(front.double.bookings.map(\.key)).count == 100)
        #expect(front.double.bookings.count == 100)
    }
}
