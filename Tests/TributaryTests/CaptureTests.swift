// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryLedger
import TributaryModel
import TributaryTesting

@Suite struct CaptureTests {
    private static let now = Timestamp(unixSeconds: 1_790_000_200)
    private static let bytes = (0..<16).map { UInt8($0) }
    private static let id = "tbc_000102030405060708090a0b0c0d0e0f"
    private static let cookie = ClickCookie(secret: Secret("0123456789abcdef0123456789abcdef"))

    private func rules(_ change: (inout CaptureRules) -> Void = { _ in }) -> CaptureRules {
        var rules = CaptureRules()
        rules.cookie = Self.cookie
        change(&rules)
        return rules
    }

    private func landing(_ visit: Visit, keepsVisitor: Bool = true, _ rules: CaptureRules) -> Landing {
        rules.landing(of: visit, from: "backend", keepsVisitor: keepsVisitor, random: Self.bytes, at: Self.now)
    }

    private func event(_ url: String, keepsVisitor: Bool = true, _ rules: CaptureRules? = nil) -> Event? {
        let visit = Visit(
            url: url,
            referrer: "https://blog.example/post?mail=ada@example.com",
            userAgent: "UA",
            ip: "192.0.2.1"
        )
        guard case .new(_, let event, _) = landing(visit, keepsVisitor: keepsVisitor, rules ?? self.rules()) else {
            return nil
        }
        return event
    }

    @Test(arguments: [
        ("https://shop.example/?ref=sarah", "sarah"), ("https://shop.example/p?x=1&via=sarah#top", "sarah"),
        ("https://shop.example/?aff=sar%61h", "sarah"), ("https://shop.example/?tap_a=1-ab", "1-ab"),
        ("https://shop.example/?fpr=a+b", "a b"), ("https://shop.example?gspk=s", "s"),
        ("https://shop.example/?ref=second&aff=first", "first"), ("HTTPS://SHOP.EXAMPLE/?ref=s", "s"),
    ])
    func `the partner's code is read from the parameters of every platform`(url: String, code: String) {
        let event = event(url)
        #expect(event?.attribution.code == code)
        #expect(event?.attribution.landing == Self.id && event?.key == Reference("click", Self.id))
    }

    @Test(arguments: ["dub_id", "ps_xid", "rfsn", "cid", "linkId", "_ef_transaction_id", "oid"])
    func `an id of one platform is kept under its own name`(name: String) {
        let attribution = event("https://shop.example/?\(name)=x_1")?.attribution
        #expect(attribution?.code == nil && attribution?[parameter: name] == "x_1")
    }

    @Test(arguments: [
        "https://shop.example/", "https://shop.example/?utm_source=mail&gclid=1", "https://shop.example/?ref=",
        "https://shop.example/?REF=x", "https://shop.example/?ref=%zz", "https://shop.example/?ref=a%00b",
        "https://shop.example/#?ref=x",
    ])
    func `an address that names no partner makes no click`(url: String) {
        #expect(landing(Visit(url: url), rules()) == .none(.withoutPartner))
    }

    @Test func `a partner's code is bounded`() {
        #expect(event("https://shop.example/?ref=" + String(repeating: "x", count: 255)) != nil)
        #expect(event("https://shop.example/?ref=" + String(repeating: "x", count: 256)) == nil)
    }

    @Test(arguments: [
        "", "/p?ref=x", "ftp://shop.example/?ref=x", "https://?ref=x", "https://shop.example/ ?ref=x",
        "javascript:alert(1)",
    ])
    func `only an address over HTTP is one`(url: String) {
        #expect(landing(Visit(url: url), rules()) == .none(.unreadableAddress))
    }

    @Test func `of an address only what is known is kept, and of the page before only where it is`() {
        let raw = event("https://shop.example/p?mail=ada@example.com&ref=s&utm_source=x#me")?.raw
        #expect(
            raw == [
                .init("url", "https://shop.example/p?ref=s&utm_source=x"), .init("utm_source", "x"),
                .init("referrer", "https://blog.example/post"), .init("user_agent", "UA"), .init("ip", "192.0.2.1"),
            ]
        )
    }

    @Test func `nothing of the visitor is kept where no platform is told of clicks`() {
        #expect(event("https://shop.example/?ref=s", keepsVisitor: false)?.raw.map(\.name) == ["url"])
    }

    @Test func `the operator's parameters go before the others, and may switch one off`() {
        let rules = rules {
            $0.parameters.set("partner", .code)
            $0.parameters.set("cid", .off)
        }
        #expect(event("https://shop.example/?aff=b&partner=a", rules)?.attribution.code == "a")
        #expect(event("https://shop.example/?cid=7", rules) == nil)
    }

    @Test(
        arguments: [
            (true, CaptureRules.Consent.required, true), (nil, .required, false), (nil, .assumed, true),
            (false, .assumed, false), (false, .required, false),
        ] as [(Bool?, CaptureRules.Consent, Bool)]
    )
    func `without consent there is neither click nor cookie`(given: Bool?, rule: CaptureRules.Consent, isKept: Bool) {
        let landing = landing(Visit(url: "https://shop.example/?ref=s", consent: given), rules { $0.consent = rule })
        #expect((landing != .none(.withoutConsent)) == isKept)
    }

    @Test func `the cookie is out of reach of scripts, and its value proves that we set it`() throws {
        let field = Self.cookie.field(for: try #require(ClickID(Self.id)), at: Self.now)
        #expect(field.hasPrefix("tributary_click=\(Self.id).1792592200."))
        #expect(field.hasSuffix("; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Lax"))
        let value = String(field.dropFirst(16).prefix { $0 != ";" })
        #expect(Self.cookie.click(in: value, at: Self.now)?.text == Self.id)
        #expect(Self.cookie.click(in: "a=b; tributary_click=\(value); c=d", at: Self.now)?.text == Self.id)
        #expect(Self.cookie.click(in: "tributary_clic=\(value)", at: Self.now) == nil)
        #expect(Self.cookie.click(in: value, at: Self.now.advanced(by: .seconds(30 * 86_400))) == nil)
        for index in value.indices {
            var forged = value
            forged.replaceSubrange(index...index, with: value[index] == "1" ? "2" : "1")
            #expect(Self.cookie.click(in: forged, at: Self.now) == nil, "\(forged)")
        }
        let other = ClickCookie(name: "other", secret: Self.cookie.secret)
        #expect(other.click(in: value, at: Self.now) == nil)
    }

    @Test func `with the first touch a click that the visitor brings along stays, with the last it does not`() throws {
        let field = Self.cookie.field(
            for: try #require(ClickID("tbc_" + String(repeating: "a", count: 32))),
            at: Self.now
        )
        let value = String(field.dropFirst(16).prefix { $0 != ";" })
        let visit = Visit(url: "https://shop.example/?ref=s", cookie: value)
        guard case .known(let click) = landing(visit, rules()) else {
            Issue.record("not known")
            return
        }
        #expect(click.text == "tbc_" + String(repeating: "a", count: 32))
        guard case .new(let new, _, let setCookie) = landing(visit, rules { $0.touch = .last }) else {
            Issue.record("not new")
            return
        }
        #expect(new.text == Self.id && setCookie?.contains(Self.id) == true)
    }

    @Test(arguments: [
        "tbc_", "tbc_0011", "TBC_000102030405060708090a0b0c0d0e0f", "tbc_000102030405060708090A0B0C0D0E0F",
        "xtbc_000102030405060708090a0b0c0d0e0f", "tbc_000102030405060708090a0b0c0d0e0f0", "cust_42_1",
    ])
    func `nothing else is taken for our click id`(text: String) { #expect(ClickID(text) == nil) }

    @Test func `a click is durable before it is answered, and a lead by it finds the partner`() async throws {
        let store = MemoryStore()
        let engine = try Engine(Configuration(), store: store, now: { Self.now }, random: { _ in Self.bytes })
        let visit = #"{"url":"https://shop.example/?ref=sarah","ip":"192.0.2.1"}"#
        let receipt = try await engine.recordClick(Array(visit.utf8), from: "backend")
        #expect(receipt.click?.text == Self.id && receipt.setCookie == nil && receipt.status == 200)
        let kept = try #require(try await store.webhooks(WebhookQuery()).first)
        #expect(kept.submission.events.first?.kind == .clickRecorded)
        #expect(!String(decoding: kept.submission.body, as: UTF8.self).contains("192.0.2.1"))
    }

    @Test(arguments: [
        ("{}", "/url"), (#"{"url":"/p?ref=x"}"#, "/url"),
        (#"{"url":"https://a.b/?ref=x","consent":"yes"}"#, "/consent"),
        (#"{"url":"https://a.b/?ref=x","refferer":"x"}"#, "/refferer"), ("[]", ""), ("{", ""),
    ])
    func `a visit that cannot be is told with its place`(body: String, pointer: String) async throws {
        let engine = try Engine(Configuration(), store: MemoryStore(), now: { Self.now })
        let receipt = try await engine.recordClick(Array(body.utf8), from: "backend")
        guard case .invalid(let problem) = receipt.result else {
            Issue.record("\(receipt)")
            return
        }
        #expect(problem.pointer == pointer && receipt.status == 422)
    }
}
