// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel
import TributarySigning

extension PayPalVerifier {
    /// Who checks the signature, as the configuration calls it.
    private enum MethodName: String, CaseIterable {
        case offline, rest
    }

    /// Most webhook ids: an app at PayPal has at most ten.
    private static let webhookIDsMax = 10

    /// What the simulator signs with; anybody can make it sign anything.
    private static let simulatorID = "WEBHOOK_ID"

    /// Reads the settings; where something is wrong it is noted in them.
    init?(reading settings: inout PluginSettings) {
        webhookIDs = Self.webhookIDs(&settings)
        isLive = settings.isLive
        let name = settings.choice(
            "method",
            default: MethodName.offline,
            about: "Who checks the signature: this program (\"offline\"), or PayPal's API for each webhook (\"rest\")."
        )
        // Every setting is read on every way through, for the schema.
        let offline = Self.offline(&settings, isUsed: name == .offline)
        let rest = Self.rest(&settings, isUsed: name == .rest)
        if name == .rest, webhookIDs.count > RESTProof.webhookIDsMax {
            settings.note(
                "webhook_ids",
                "the method \"rest\" takes at most \(RESTProof.webhookIDsMax); use another provider instance for each"
            )
        }
        switch name {
        case .offline:
            guard let offline else { return nil }
            method = .offline(offline)
        case .rest:
            guard let rest else { return nil }
            method = .rest(rest)
        }
    }

    private static func webhookIDs(_ settings: inout PluginSettings) -> [String] {
        let ids = settings.requiredTexts(
            "webhook_ids",
            about: "PayPal's ids of the webhooks that send here: each is tried. No secrets; the dashboard shows them.",
            hint: "PayPal's dashboard shows it beside the webhook's address: \"webhook_ids\": [\"8PT597110X687430L\"]"
        )
        let isPlain = ids.allSatisfy { id in
            id.utf8.count <= 64 && id.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "|") }
        }
        if !isPlain { settings.note("webhook_ids", "an id has at most 64 characters, without blanks and \"|\"") }
        if ids.count > webhookIDsMax { settings.note("webhook_ids", "at most \(webhookIDsMax) ids") }
        if settings.isLive, ids.contains(simulatorID) {
            settings.note(
                "webhook_ids",
                "anybody can sign with \"\(simulatorID)\" at PayPal's simulator; needs \"live\": false"
            )
        }
        return ids
    }

    private static func offline(_ settings: inout PluginSettings, isUsed: Bool) -> OfflineProof? {
        let trust = settings.text(
            "trust",
            about: "A PEM file of the certificates that PayPal's must lead to; the system's trusted ones unless stated."
        )
        let bundle = settings.text(
            "intermediates",
            about: "A PEM file of certificates that may stand between PayPal's and a trusted one."
        )
        let files = settings.texts(
            "certificates",
            about: "PEM files of PayPal's certificates, used instead of fetching: for a machine without the Internet."
        )
        guard isUsed else {
            for (key, isGiven) in [
                ("trust", trust != nil), ("intermediates", bundle != nil), ("certificates", files != nil),
            ] where isGiven {
                settings.note(key, "is for the method \"offline\" only")
            }
            return nil
        }
        let intermediates = bundle.flatMap { list($0, "intermediates", countMax: 100, &settings) }
        let lists = files.map { files in
            files.compactMap { list($0, "certificates", countMax: OfflineProof.chainMax, &settings) }
        }
        guard let trusted = trusted(trust, &settings), let store = TrustStore(trusted, intermediates: intermediates)
        else { return nil }
        return OfflineProof(trust: store, source: lists.map { .files($0) } ?? .address, isLive: settings.isLive)
    }

    private static func list(
        _ path: String,
        _ key: String,
        countMax: Int,
        _ settings: inout PluginSettings
    ) -> CertificateList? {
        guard let bytes = TextFile.read(path) else {
            settings.note(key, "the file \(path) cannot be read")
            return nil
        }
        guard let list = CertificateList(pem: bytes, countMax: countMax) else {
            settings.note(
                key,
                "the file \(path) has no certificate as PEM, more than \(countMax), or one that cannot be read"
            )
            return nil
        }
        return list
    }

    /// Where distributions keep the certificates that the system trusts: Debian and Alpine, Fedora, SUSE, BSD.
    private static let systemFiles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ]

    private static func trusted(_ path: String?, _ settings: inout PluginSettings) -> CertificateList? {
        if let path { return list(path, "trust", countMax: TrustStore.countMax, &settings) }
        for path in systemFiles {
            if let bytes = TextFile.read(path), let list = CertificateList(pem: bytes, countMax: TrustStore.countMax) {
                return list
            }
        }
        settings.note("trust", "the system has no trusted certificates; install ca-certificates, or name a file here")
        return nil
    }

    private static func rest(_ settings: inout PluginSettings, isUsed: Bool) -> RESTProof? {
        let usual = settings.isLive ? "https://api-m.paypal.com" : "https://api-m.sandbox.paypal.com"
        let url = settings.baseURL(default: usual)
        let id = settings.text("client_id", about: "For the method \"rest\": the client id of the app at PayPal.")
        let secret = settings.secret("client_secret", about: "For the method \"rest\": the app's secret.")
        guard isUsed else {
            for (key, isGiven) in [("url", url != usual), ("client_id", id != nil), ("client_secret", secret != nil)]
            where isGiven {
                settings.note(key, "is for the method \"rest\" only")
            }
            return nil
        }
        if let id, id.contains(":") { settings.note("client_id", "an id has no colon") }
        if id == nil { settings.note("client_id", "the method \"rest\" needs the app's client id") }
        if secret == nil { settings.note("client_secret", "the method \"rest\" needs the app's secret") }
        if let secret, let problem = SecretProblem.inText(secret) { settings.note("client_secret", problem.remedy) }
        guard let id, let secret else { return nil }
        return RESTProof(url: url, clientID: id, clientSecret: secret, isConfigured: url != usual)
    }
}
