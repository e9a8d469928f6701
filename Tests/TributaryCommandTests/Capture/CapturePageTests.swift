// SPDX-License-Identifier: Apache-2.0

import Browser
import Foundation
import Testing
import TributaryJSON
import TributaryModel
import TributaryTesting

/// From a partner's link in a real browser to the sale at a platform's double, through the built daemon.
@Suite(.serialized, .timeLimit(.minutes(3))) struct CapturePageTests {
    private static let token = "5f4dcc3b5aa765d61d8327deb882cf99"
    private static let variables = ["K": "key", "T": token, "C": "0f1e2d3c4b5a69788796a5b4c3d2e1f0"]

    /// What a browser does whose user has switched off cookies and storage.
    private static let blocked = """
        for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name,
          { get() { throw new DOMException("denied", "SecurityError"); } });
        Object.defineProperty(document, "cookie", { get() { throw new DOMException("denied", "SecurityError"); },
          set() { throw new DOMException("denied", "SecurityError"); } });
        window.errors = []; addEventListener("error", (e) => errors.push(e.message));
        """

    /// A shop, a platform, and the daemon between them.
    private struct Scene {
        let folder: Sandbox
        let shop: Shop
        let daemon: Daemon
        let double: AffonsoDouble
        let browser: Browser

        /// Calls a door of the daemon as the shop's backend does.
        func post(_ path: String, _ body: String) throws -> JSONValue {
            try folder.write("body.json", body)
            let run = try CommandLineRun(
                shell: "curl -s -m 20 -H 'Authorization: Bearer \(CapturePageTests.token)' "
                    + "-H 'Content-Type: application/json' --data-binary @body.json \(daemon.url)\(path)",
                in: folder
            )
            return try JSONValue(parsing: Array(run.output.utf8))
        }

        /// Tells of the sign-up and of a sale to that person, as the shop's backend does.
        func sell(to user: String, click: String?) throws {
            let known = click.map { #", "click": "\#($0)""# } ?? ""
            #expect(try post("/v1/leads", #"{"id":"l_\#(user)","user":"\#(user)"\#(known)}"#)["status"] == "stored")
            let sale = """
                {"id":"o_\(user)","type":"payment.succeeded","subject":"order:\(user)","data":{"phase":"one_time",
                "total":{"amount":"49.00","currency":"EUR"},"customer":{"user":"\(user)"}}}
                """
            #expect(try post("/v1/events", sale)["status"] == "stored")
        }

        /// Every delivery, in the order of its making, once all have ended.
        func ends() async throws -> [String] {
            var lines: [String] = []
            for _ in 0..<150 {
                let run = try CommandLineRun(["deliveries", "--json"], in: folder)
                let rows = try run.output.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
                lines = rows.reversed().map { "\($0["event"]?["type"]?.string ?? "") \($0["end"]?.string ?? "")" }
                if !lines.isEmpty, rows.allSatisfy({ $0["state"] == "ended" }) { return lines }
                try await Task.sleep(for: .milliseconds(100))
            }
            return lines
        }
    }

    private func scene(
        at host: String = "127.0.0.1",
        attributes: String = "",
        before: String = "",
        _ act: (Scene) async throws -> Void
    ) async throws {
        let shop = try Shop()
        let double = AffonsoDouble { .now }
        double.seed(DoubleSeed(partners: ["sarah123"]))
        let front = DoubleFront(double) { .now }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await shop.run() }
            try await DoubleServer.serving(front) { url in
                let folder = try Sandbox()
                try folder.write(
                    "tributary.json",
                    """
                    { "listen": "127.0.0.1:0", "store": { "sqlite": "t.db" },
                      "tokens": [{ "name": "backend", "secret": "env:T", "scopes": ["events", "leads"] }],
                      "capture": { "origins": ["\(shop.url)"], "cookie": { "secret": "env:C" } },
                      "sinks": { "affonso": { "use": "affonso", "key": "env:K", "url": "\(url)" } } }
                    """
                )
                let daemon = try Daemon(in: folder, environment: Self.variables)
                let address = daemon.url.replacing("127.0.0.1", with: host)
                shop.show(script: address, attributes: attributes, before: before)
                let scene = Scene(folder: folder, shop: shop, daemon: daemon, double: double, browser: try Browser())
                try await act(scene)
                #expect(daemon.stop() == 0)
            }
            await shop.stop()
            try await group.waitForAll()
        }
    }

    /// Sends the form, and gives what came with it.
    private func signUp(_ page: Page, _ scene: Scene) async throws -> Shop.SignUp {
        // Later, because the page that is left by the click may not live to answer.
        try await page.evaluate("void setTimeout(() => document.querySelector('button').click())")
        try await page.wait(for: "document.getElementById('done')")
        return try #require(scene.shop.signUps.last)
    }

    @Test func `from a partner's link to the sale, with the server's cookie out of reach of scripts`() async throws {
        try await scene { scene in
            let page = try await scene.browser.open(scene.shop.url + "/?ref=sarah123&utm_source=blog#top")
            try await page.wait(for: "window.tributary && tributary.clickID()")
            let click = try await page.evaluate("tributary.clickID()").string ?? ""
            #expect(try await page.evaluate("document.cookie") == "")
            let sent = try await signUp(page, scene)
            #expect(sent.field == click && click.hasPrefix("tbc_"))
            #expect(sent.cookie.hasPrefix("tributary_click=\(click)."))
            try scene.sell(to: "ada", click: String(sent.cookie.dropFirst("tributary_click=".count)))
            _ = try await scene.ends()
            #expect(scene.double.bookings.map(\.sale.minor) == [4900])
            let referral = scene.double.records["referrals"]?.elements?.first
            #expect(referral?["affiliate_id"] == "sarah123" && referral?["external_user_id"] == "ada")
            // Coming back without the parameter, or by another partner, the first click stays.
            let again = scene.shop.url + "/?ref=tom"
            try await page.evaluate("location.href = \(Page.literal(again))")
            try await page.wait(for: "window.tributary && document.querySelector('button')")
            #expect(try await page.evaluate("tributary.clickID()").string == click)
        }
    }

    @Test func `with cookies and storage blocked the form carries the click`() async throws {
        // Another site to the browser, whose cookies it would not take either.
        try await scene(at: "localhost", before: Self.blocked) { scene in
            let page = try await scene.browser.open(scene.shop.url + "/?via=sarah123")
            try await page.wait(for: "window.tributary && tributary.clickID()")
            let sent = try await signUp(page, scene)
            #expect(sent.cookie == "" && sent.field.hasPrefix("tbc_"))
            try scene.sell(to: "bob", click: sent.field)
            _ = try await scene.ends()
            #expect(scene.double.bookings.map(\.sale.minor) == [4900])
        }
    }

    @Test func `nothing of a blocked page throws`() async throws {
        try await scene(at: "localhost", before: Self.blocked) { scene in
            let page = try await scene.browser.open(scene.shop.url + "/?via=sarah123")
            try await page.wait(for: "window.tributary && tributary.clickID()")
            try await page.evaluate(
                "tributary.consent(true); tributary.consent(false); tributary.ready(() => { throw 1 })"
            )
            #expect(try await page.evaluate("errors.join()") == "")
            #expect(try await page.evaluate("tributary.clickID()") == .null)
        }
    }

    @Test func `where the server cannot set a cookie the script sets one`() async throws {
        try await scene(at: "localhost") { scene in
            let page = try await scene.browser.open(scene.shop.url + "/?aff=sarah123")
            try await page.wait(for: "window.tributary && tributary.clickID()")
            let sent = try await signUp(page, scene)
            #expect(sent.cookie == "tributary_click=\(sent.field)")
        }
    }

    @Test func `with consent refused nothing is kept anywhere, and the sale is nobody's`() async throws {
        try await scene(attributes: "data-consent=required") { scene in
            let page = try await scene.browser.open(scene.shop.url + "/?ref=sarah123")
            try await page.wait(for: "window.tributary")
            try await page.evaluate("tributary.consent(false)")
            try await Task.sleep(for: .milliseconds(300))
            #expect(
                try await page.evaluate(
                    "JSON.stringify([tributary.clickID(), document.cookie, localStorage.length, sessionStorage.length])"
                ) == #"[null,"",0,0]"#
            )
            let sent = try await signUp(page, scene)
            #expect(sent.field == "" && sent.cookie == "")
            try scene.sell(to: "eve", click: nil)
            let ends = try await scene.ends()
            #expect(ends.count == 2 && !ends.joined().contains("click.recorded"), "\(ends)")
            #expect(scene.double.bookings.isEmpty)
            #expect(scene.double.records["clicks"]?.text.contains("ref_clk_") == false)
        }
    }

    @Test func `nothing is told before there is consent, and everything is taken back with it`() async throws {
        try await scene(attributes: "data-consent=required") { scene in
            let page = try await scene.browser.open(scene.shop.url + "/?ref=sarah123")
            try await page.wait(for: "window.tributary")
            #expect(!page.requests.contains { $0.hasSuffix("/c") })
            try await page.evaluate("tributary.consent(true)")
            try await page.wait(for: "tributary.clickID()")
            try await page.evaluate("tributary.consent(false)")
            for _ in 0..<200 {
                let told = page.requests.filter { $0.hasSuffix("/c") }
                if told.count == 2 { break }
                try await Task.sleep(for: .milliseconds(20))
            }
            try await Task.sleep(for: .milliseconds(300))
            let sent = try await signUp(page, scene)
            #expect(sent.field == "" && sent.cookie == "")
        }
    }
}
