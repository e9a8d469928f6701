// SPDX-License-Identifier: Apache-2.0

import Browser
import Foundation
import Testing
import TributaryModel

@testable import TributaryCommand

/// The workshop's page in a real browser, served by the built program.
@Suite(.serialized, .timeLimit(.minutes(3))) struct WorkshopPageTests {
    private let folder: Sandbox
    private let workshop: WorkshopProcess
    private let browser: Browser

    init() throws {
        folder = try Sandbox()
        try folder.write("acme/acme.json", BlankMapping.text(provider: "acme"))
        try folder.write(
            "acme/fixtures/free.json",
            """
            { "id": "evt_2", "type": "order.paid", "created_at": "2026-09-21T14:15:00Z",
              "data": { "id": "ord_2", "amount": 0, "currency": "EUR" } }
            """
        )
        workshop = try WorkshopProcess(["acme"], in: folder)
        browser = try Browser()
    }

    /// The page, once it shows what it makes of the first test.
    private func page(width: Int = 1440, height: Int = 900) async throws -> Page {
        let page = try await browser.open(workshop.address, width: width, height: height)
        try await page.wait(for: "document.querySelector('.event')")
        return page
    }

    /// Replaces a text in the mapping as somebody who types would.
    private func replace(_ old: String, by new: String, on page: Page) async throws {
        let isFound = try await page.evaluate(
            """
            (() => { const area = document.getElementById("mapping-text");
            const at = area.value.indexOf(\(Page.literal(old))); if (at < 0) return false; area.focus();
            area.setSelectionRange(at, at + \(old.utf16.count)); return true; })()
            """
        )
        try #require(isFound == true, "\(old) is not in the mapping")
        try await page.type(new)
    }

    private static func has(_ selector: String, _ text: String) -> String {
        "[...document.querySelectorAll(\(Page.literal(selector)))].some((e) => e.innerText.includes(\(Page.literal(text))))"
    }

    /// Waits for an element with a text.
    private func see(_ text: String, in selector: String, on page: Page) async throws {
        try await page.wait(for: Self.has(selector, text))
    }

    @Test func `a mistake shows its diagnostic with line and code, and mending it shows the event again`() async throws
    {
        let page = try await page()
        try await replace(#""emit""#, by: #""emti""#, on: page)
        try await see("unknown-key", in: "#problems", on: page)
        try await see("did you mean \"emit\"?", in: "#problems .hint", on: page)
        try await see("13:7", in: "#problems .where", on: page)
        try await see("M101", in: "#problems .code", on: page)
        try await see("13", in: "#mapping-editor .gutter .error", on: page)
        #expect(try await page.text(of: "#status").contains("1 error"))
        // What was known before is still there, and says that it is old.
        #expect(try await page.text(of: "#stale") == "as of the last sound mapping")
        try await replace(#""emti""#, by: #""emit""#, on: page)
        try await see("None.", in: "#problems", on: page)
        try await see("12.00 EUR", in: ".event .amount", on: page)
        #expect(try await page.text(of: "#status").contains("1 event"))
        #expect(try await page.evaluate("document.getElementById('stale').hidden") == true)
    }

    @Test func `a text that is no JSON shows where it goes wrong, and a key leads there`() async throws {
        let page = try await page()
        try await replace(#""mapping": 1,"#, by: #""mapping": 1"#, on: page)
        try await see("not-json", in: "#problems .code", on: page)
        try await see("3:3", in: "#problems .where", on: page)
        try await page.press("F8")
        #expect(try await page.evaluate("document.activeElement.id") == "mapping-text")
        #expect(
            try await page.evaluate(
                "(() => { const a = document.activeElement; return a.value.slice(a.selectionStart, a.selectionStart + 10); })()"
            ) == "\"provider\""
        )
    }

    @Test func `a clause that was false shows its value and where it stands`() async throws {
        let page = try await page()
        try await page.evaluate(
            """
            (() => { const pick = document.getElementById("sample-pick"); pick.value = "path:fixtures/free.json";
            pick.dispatchEvent(new Event("change")); })()
            """
        )
        try await see("filtered", in: ".badge", on: page)
        try await see("@.amount > 0", in: ".trials .clause", on: page)
        try await see("$['data']['amount'] = 0", in: ".trials .found", on: page)
        try await page.evaluate("document.querySelector('.trials button').focus()")
        try await see("0", in: "#sample-editor .layer .mark", on: page)
        try await see("@.amount > 0", in: "#mapping-editor .layer .mark", on: page)
    }

    @Test func `a field that has the focus marks its source and its line`() async throws {
        let page = try await page()
        try await page.click("[data-focus$='customer.ref']")
        try await see("\"cus_1\"", in: "#sample-editor .layer .mark", on: page)
        try await see("\"customer.ref\"", in: "#mapping-editor .layer .mark", on: page)
        try await page.press("ArrowDown")
        try await see("1200", in: "#sample-editor .layer .mark", on: page)
        try await see("\"total\"", in: "#mapping-editor .layer .mark", on: page)
    }

    @Test func `a test that fails shows the difference`() async throws {
        let page = try await page()
        #expect(try await page.text(of: "#tests-count") == "1 of 1 pass")
        try await replace(#""one_time" },"#, by: #""renewal" },"#, on: page)
        try await see("0 of 1 pass", in: "#tests-count", on: page)
        try await see("- phase  \"one_time\"", in: ".tests .minus", on: page)
        try await see("+ phase  \"renewal\"", in: ".tests .plus", on: page)
    }

    @Test func `the keyboard alone goes from the first link to a saved file`() async throws {
        let page = try await page()
        try await page.press("Tab")
        #expect(try await page.evaluate("document.activeElement.innerText") == "Skip to the sample")
        try await page.press("Tab")
        #expect(try await page.evaluate("document.activeElement.innerText") == "Skip to the mapping")
        try await page.press("Enter")
        try await page.wait(for: "document.activeElement.id === 'mapping-text'")
        // Nobody is trapped: Tab only indents once something was typed, and Esc takes that back.
        try await page.press("Tab")
        #expect(try await page.evaluate("document.activeElement.id") != "mapping-text")
        try await page.press("Tab", [.shift])
        #expect(try await page.evaluate("document.activeElement.id") == "mapping-text")
        try await page.type(" ")
        try await page.press("Tab")
        #expect(try await page.text(of: "#tab-hint") == "Tab indents, Esc then Tab leaves")
        try await see("not saved", in: "#state", on: page)
        try await page.press("s", [.control])
        try await page.wait(for: "document.getElementById('state').innerText === 'saved'")
        #expect(try folder.read("acme/acme.json") == "   " + BlankMapping.text(provider: "acme"))
        try await page.press("Escape")
        try await page.press("Tab")
        #expect(try await page.evaluate("document.activeElement.id") != "mapping-text")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url("acme").path)
        #expect(names.sorted() == ["acme.json", "fixtures"], "no temporary file is left")
    }

    @Test func `a file that another editor wrote is read again, and never written over unseen`() async throws {
        let page = try await page()
        try folder.write("acme/acme.json", BlankMapping.text(provider: "acme").replacing("order-paid", with: "sold"))
        try await page.wait(for: "document.getElementById('mapping-text').value.includes('\"sold\"')")
        try await see("rule sold", in: ".outcome", on: page)
        try await replace(#""sold""#, by: #""mine""#, on: page)
        let theirs = BlankMapping.text(provider: "acme").replacing("order-paid", with: "theirs")
        try folder.write("acme/acme.json", theirs)
        try await page.press("s", [.control])
        try await page.wait(for: "document.getElementById('conflict-dialog').open")
        #expect(try folder.read("acme/acme.json") == theirs)
        #expect(
            try await page.text(of: "#conflict-text").contains(
                "here “\"id\": \"mine\",”, on disk “\"id\": \"theirs\",”"
            )
        )
        #expect(try await page.evaluate("document.activeElement.value") == "later")
        try await page.click("#conflict-dialog [value=mine]")
        try await page.wait(for: "document.getElementById('state').innerText === 'saved'")
        #expect(try folder.read("acme/acme.json").contains(#""mine""#))
        #expect(try !folder.read("acme/acme.json").contains(#""theirs""#))
    }

    @Test func `what is on disk can be taken instead`() async throws {
        let page = try await page()
        try await replace("order-paid", by: "mine", on: page)
        let theirs = BlankMapping.text(provider: "acme").replacing("order-paid", with: "theirs")
        try folder.write("acme/acme.json", theirs)
        try await see("what stands here is not saved", in: "#notice", on: page)
        try await page.click("#notice-action")
        try await page.click("#conflict-dialog [value=disk]")
        try await see("rule theirs", in: ".outcome", on: page)
        #expect(try await page.evaluate("document.getElementById('mapping-text').value") == .string(theirs))
        #expect(try await page.evaluate("document.getElementById('notice').hidden") == true)
    }

    @Test(arguments: [false, true]) func `every text has the contrast of WCAG AA`(isDark: Bool) async throws {
        let page = try await page()
        try await page.prefer(dark: isDark)
        #expect(try await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") == .bool(isDark))
        #expect(try await page.faintTexts == [])
        // A failing test with its difference, a warning, and a marked field.
        try await replace(#""one_time" },"#, by: #""renewal" },"#, on: page)
        try await replace("@.amount > 0", by: "@.amount != 0", on: page)
        try await see("M802", in: "#problems", on: page)
        try await see("renewal", in: ".tests .plus", on: page)
        try await page.evaluate("document.querySelector('[data-focus$=\"total\"]').focus()")
        #expect(try await page.faintTexts == [])
        try await replace(#""emit""#, by: #""emti""#, on: page)
        try await see("M101", in: "#problems", on: page)
        try await page.click("#keys")
        #expect(try await page.faintTexts == [])
        #expect(try await page.unnamed == [])
    }

    @Test func `nothing leaves loopback, and the browser has nothing to complain of`() async throws {
        let page = try await page()
        try await replace(#""one_time" },"#, by: #""renewal" },"#, on: page)
        try await see("0 of 1 pass", in: "#tests-count", on: page)
        let requests = page.requests
        #expect(requests.count > 5)
        #expect(requests.filter { !$0.hasPrefix("http://127.0.0.1:\(workshop.port)/") && $0 != "data:," } == [])
        #expect(page.complaints == [])
        // The token is in no address, not even in the address bar.
        #expect(requests.filter { $0.contains(workshop.token) } == [workshop.address].filter(requests.contains))
        #expect(try await page.evaluate("location.href") == .string("http://127.0.0.1:\(workshop.port)/"))
    }

    @Test func `scripts of others do not run, whatever stands in a webhook`() async throws {
        let page = try await page()
        try await replace("cus_1", by: "<img src=x onerror=document.title=1>", on: page)
        try await see("<img src=x", in: ".fields .value", on: page)
        #expect(try await page.evaluate("document.querySelectorAll('img').length") == 0)
        let injected = try await page.evaluate(
            "(() => { try { document.body.innerHTML = '<b>x</b>'; return 'taken'; } catch { return 'refused'; } })()"
        )
        #expect(injected == "refused")
    }

    @Test(arguments: [360, 720, 1024]) func `a narrow window stacks the panes and never scrolls sideways`(
        _ width: Int
    ) async throws {
        let page = try await page(width: width, height: 800)
        #expect(try await page.evaluate("document.documentElement.scrollWidth <= innerWidth") == true)
        let tops = try await page.evaluate(
            "[...document.querySelectorAll('.pane')].map((pane) => Math.round(pane.getBoundingClientRect().top))"
        )
        #expect(Set(tops.elements ?? []).count == 3)
        #expect(try await page.evaluate("document.getElementById('mapping-editor').clientHeight > 300") == true)
        #expect(try await page.faintTexts == [])
    }

    @Test func `without the token the page says what to do`() async throws {
        let page = try await browser.open("http://127.0.0.1:\(workshop.port)/")
        try await see("Open the address that `tributary workshop` printed", in: "#notice", on: page)
        #expect(try await page.evaluate("document.getElementById('mapping-text').value") == "")
    }

    @Test func `it ends when it is told to, and the page says so`() async throws {
        let page = try await page()
        #expect(workshop.stop() == 0)
        try await see("The workshop does not answer", in: "#notice", on: page)
    }
}
