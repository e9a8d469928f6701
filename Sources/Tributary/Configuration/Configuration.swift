// SPDX-License-Identifier: Apache-2.0

public import TributaryLedger
public import TributaryModel

/// Everything that an operator decides, read from one JSON file and complete: secrets are resolved, names are checked.
///
/// Which sinks and mappings exist is not known here; ``Engine`` checks that when it composes them.
public struct Configuration: Sendable {
    /// Address and port that the daemon listens on, for example `127.0.0.1:8787`.
    public var listen: String

    /// Path of the embedded store's file.
    public var databasePath: String

    /// Folder whose mappings go before those that ship; `nil` for none.
    public var mappingsPath: String?

    /// The provider instances, in the order of the file.
    public var providers: [ProviderInstance]

    /// The sinks, in the order of the file.
    public var sinks: [SinkInstance]

    /// Who may call `/v1`.
    public var tokens: [AccessToken]

    /// Tables of exchange rates that sinks may name, in the order of the file.
    public var exchange: [RateTable]
    /// How visitors who come through a partner are taken note of.
    public var capture: CaptureRules

    /// Which metadata keys mean what.
    public var attributionKeys: AttributionKeys

    /// How long a payment without attribution waits for one to arrive.
    public var grace: Duration

    /// Whose click counts.
    public var touch: LedgerPolicy.Touch

    /// After which time an attribution that led to no customer is forgotten.
    public var clickLifetime: Duration

    /// How long raw bodies are kept.
    public var bodyRetention: Duration

    /// The largest webhook body that is read.
    public var bodyBytesMax: Int

    /// Creates a configuration without providers and sinks, with the defaults of the daemon.
    public init() {
        listen = "127.0.0.1:8787"
        databasePath = "tributary.db"
        mappingsPath = nil
        providers = []
        sinks = []
        tokens = []
        exchange = []
        capture = CaptureRules()
        attributionKeys = AttributionKeys()
        let defaults = LedgerPolicy(sinks: [])
        grace = defaults.grace
        touch = defaults.touch
        clickLifetime = defaults.clickLifetime
        bodyRetention = defaults.bodyRetention
        bodyBytesMax = 1 << 20
    }
}

/// One place where a provider's webhooks come in.
public struct ProviderInstance: Sendable {
    /// Name in the URL, `/webhooks/{name}`, and the scope of all ids.
    public var name: String

    /// Name of the mapping; the instance's own name unless stated.
    public var mapping: String

    /// Which of the mapping's profiles applies; `nil` for its default.
    public var profile: String?

    /// The signing secrets, any of which may have signed: several while one is being rotated.
    public var secrets: [Secret]

    /// Whether a mapping whose `verify` is `none` may be used.
    public var acceptsUnauthenticated: Bool

    /// What must stand behind the name in the URL, `/webhooks/{name}/{path}`; `nil` for nothing.
    public var path: Secret?

    /// Whether the money is real where the mapping does not read that from the webhook.
    public var live: Bool

    /// Decimals of amounts in smallest units, by currency code, where this account differs from its provider's mapping.
    public var exponents: [String: Int]

    /// ISO 4217 code of amounts whose currency the webhook does not state.
    public var currency: String?

    /// How old an event may be to be delivered; `nil` for any age.
    public var maxAge: Duration?

    /// What entries of an event's `raw` must say for it to be delivered, by name.
    public var expected: [String: String]

    /// The settings of the verifier that the mapping names, if it names one.
    public var settings: PluginSettings

    /// Creates a provider instance.
    public init(
        name: String,
        mapping: String? = nil,
        profile: String? = nil,
        secrets: [Secret],
        acceptsUnauthenticated: Bool = false,
        path: Secret? = nil,
        live: Bool = true,
        exponents: [String: Int] = [:],
        currency: String? = nil,
        maxAge: Duration? = nil,
        expected: [String: String] = [:],
        settings: PluginSettings? = nil
    ) {
        self.name = name
        self.mapping = mapping ?? name
        self.profile = profile
        self.secrets = secrets
        self.acceptsUnauthenticated = acceptsUnauthenticated
        self.path = path
        self.live = live
        self.exponents = exponents
        self.currency = currency
        self.maxAge = maxAge
        self.expected = expected
        self.settings = settings ?? PluginSettings(for: .provider, name: name, members: [], secrets: [:])
    }
}

/// One program at an affiliate platform.
public struct SinkInstance: Sendable {
    /// The sink's name, in tables, logs and metrics.
    public var name: String

    /// Name of the plugin.
    public var use: String

    /// The kinds that are sent; `nil` for the plugin's default.
    public var send: Set<EventKind>?

    /// Which money is sent.
    public var mode: SinkPolicy.Mode

    /// Whether sales without attribution are sent too.
    public var sendsOrganic: Bool

    /// Which amount is told; `nil` for the plugin's default.
    public var amount: AmountBasis?

    /// What to do with a sale that does not state what its amount is counted from.
    public var unstated: MoneyTerms.Unstated

    /// What is told of money in one currency or another.
    public var currency: CurrencyPolicy

    /// The currencies that ``currency`` was given, while it is read.
    var currencies: [Currency]?

    /// The plugin's own settings.
    public var settings: PluginSettings

    /// Creates a sink instance.
    public init(
        name: String,
        use: String,
        send: Set<EventKind>? = nil,
        mode: SinkPolicy.Mode = .live,
        sendsOrganic: Bool = false,
        amount: AmountBasis? = nil,
        unstated: MoneyTerms.Unstated = .zero,
        currency: CurrencyPolicy = .pass,
        settings: PluginSettings
    ) {
        self.name = name
        self.use = use
        self.send = send
        self.mode = mode
        self.sendsOrganic = sendsOrganic
        self.amount = amount
        self.unstated = unstated
        self.currency = currency
        self.settings = settings
    }
}
