// SPDX-License-Identifier: Apache-2.0

public import TributaryLedger
public import TributaryModel

/// How visitors who come through a partner are taken note of: the operator's `"capture"`.
public struct CaptureRules: Sendable {
    /// What counts where nobody says whether the visitor has consented.
    public enum Consent: String, Sendable, Hashable, CaseIterable {
        /// Whoever calls has it, or needs none.
        case assumed
        /// There is none.
        case required
    }

    /// Which query parameters mean what.
    public var parameters = CaptureParameters()

    /// The cookie; `nil` for none.
    public var cookie: ClickCookie?

    /// What counts where nobody says whether the visitor has consented.
    public var consent = Consent.assumed

    /// Whose click counts: with ``LedgerPolicy/Touch/first`` one that the visitor brings along stays.
    public var touch = LedgerPolicy.Touch.first

    /// Origins of pages whose visitors' browsers may tell of clicks, for example `https://shop.example`; empty for none.
    public var origins: [String] = []

    /// Whether clicks that browsers tell of are of real people, and not of tests.
    public var live = true

    /// How many clicks one address may tell of in a minute.
    public var clicksPerMinute = 30

    /// The header field in which a proxy puts the visitor's address, the last one in it counting; `nil` for no proxy.
    public var addressHeader: String?

    /// Creates rules without a cookie and without origins.
    public init() {}

    /// Decides what becomes of a visit, without store, network, clock or chance.
    ///
    /// Without consent nothing is kept at all: no event, no id, no cookie. An address that names no partner makes no
    /// click either.
    ///
    /// - Parameters:
    ///   - visit: Who came where.
    ///   - source: The scope of the click's event.
    ///   - keepsVisitor: Whether somebody will be told of the visitor's browser and address; else they are not kept.
    ///   - random: Sixteen random bytes.
    ///   - now: The present.
    /// - Returns: the decision.
    public func landing(
        of visit: Visit,
        from source: String,
        keepsVisitor: Bool,
        random: [UInt8],
        at now: Timestamp
    ) -> Landing {
        guard visit.consent ?? (consent == .assumed) else { return .none(.withoutConsent) }
        guard let address = LandingAddress(visit.url) else { return .none(.unreadableAddress) }
        let attribution = attribution(of: address)
        guard !attribution.namesNobody else { return .none(.withoutPartner) }
        if touch == .first, let known = known(visit, at: now) { return .known(known) }
        guard let click = ClickID(random: random) else { return .none(.unreadableAddress) }
        var event = Event(
            id: click.text,
            source: source,
            kind: .clickRecorded,
            key: Reference("click", click.text),
            time: now,
            provider: ProviderFacts(name: source, event: click.text, type: EventKind.clickRecorded.rawValue)
        )
        event.live = visit.live
        event.attribution = attribution
        event.attribution.landing = click.text
        event.raw = raw(visit, address, keepsVisitor)
        return .new(click, event, setCookie: cookie?.field(for: click, at: now))
    }

    /// The click that the visitor brings along.
    private func known(_ visit: Visit, at now: Timestamp) -> ClickID? {
        if let text = visit.cookie, let cookie, let click = cookie.click(in: text, at: now) { return click }
        return visit.click.flatMap(ClickID.init)
    }

    private func attribution(of address: LandingAddress) -> Attribution {
        var attribution = Attribution()
        for entry in parameters.entries where entry.meaning != .context {
            guard let value = address.query.first(where: { $0.name == entry.name })?.value,
                (1...Self.valueBytesMax).contains(value.utf8.count)
            else { continue }
            switch entry.meaning {
            case .code: attribution.code = attribution.code ?? value
            case .coupon: attribution.coupon = attribution.coupon ?? value
            case .id, .context, .off: break
            }
            attribution.params.append(.init(entry.name, value))
        }
        return attribution
    }

    /// What platforms that need a click of their own are told of it.
    private func raw(_ visit: Visit, _ address: LandingAddress, _ keepsVisitor: Bool) -> [Attribution.Parameter] {
        var raw: [Attribution.Parameter] = []
        func add(_ name: String, _ text: String?, most: Int) {
            guard let text, !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return }
            raw.append(.init(name, text.prefixed(bytes: most)))
        }
        add("url", address.address(keeping: parameters.names), most: 2000)
        for entry in parameters.entries where entry.meaning == .context {
            add(entry.name, address.query.first { $0.name == entry.name }?.value, most: Self.valueBytesMax)
        }
        guard keepsVisitor else { return raw }
        // What stands behind the path of the page before was meant for that page's server.
        add("referrer", visit.referrer.map { String($0.prefix { $0 != "?" && $0 != "#" }) }, most: 2000)
        add("user_agent", visit.userAgent, most: 1000)
        add("ip", visit.ip, most: 45)
        return raw
    }

    private static let valueBytesMax = 255
}

extension String {
    /// The longest beginning that fits, in whole characters.
    fileprivate func prefixed(bytes most: Int) -> String {
        guard utf8.count > most else { return self }
        var count = 0
        return String(
            prefix { character in
                count += character.utf8.count
                return count <= most
            }
        )
    }
}
