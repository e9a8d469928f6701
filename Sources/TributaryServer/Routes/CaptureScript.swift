// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

/// The script of `GET /js/tributary.js`, with what it has to know of the configuration.
struct CaptureScript: Sendable {
    let bytes: [UInt8]

    init(_ rules: CaptureRules) {
        var known: [JSONValue.Member] = [
            .init("names", .array(rules.parameters.partnerNames.map(JSONValue.string))),
            .init("key", .string(rules.cookie?.name ?? "tributary_click")),
            .init("seconds", .integer((rules.cookie?.lifetime ?? .seconds(30 * 86_400)).components.seconds)),
            .init("first", .bool(rules.touch == .first)), .init("gate", .bool(rules.consent == .required)),
        ]
        if let domain = rules.cookie?.domain { known.append(.init("domain", .string(domain))) }
        bytes = Array(Self.text.replacing("/*known*/", with: JSONValue.object(known).text).utf8)
    }

    /// Nothing in it may throw, wait, or write anything before there is consent.
    private static let text = """
        /* Tributary: takes note of a partner's link. Docs: Docs/attribution.md. Apache-2.0 */
        (function (w, d) {
        "use strict";
        var K = /*known*/, id = null, may = null, waiting = [];
        function safely(f) { try { return f(); } catch (e) { return null; } }
        var tag = d.currentScript;
        var door = safely(function () { return new URL("../c", tag.src).href; });
        var gated = K.gate || !!(tag && tag.getAttribute("data-consent") === "required");

        function store(area, value) {
          safely(function () {
            var s = w[area];
            if (value === null) s.removeItem(K.key); else s.setItem(K.key, value);
          });
        }
        function cookie(value, seconds) {
          safely(function () {
            d.cookie = K.key + "=" + value + "; Path=/; Max-Age=" + seconds + "; SameSite=Lax"
              + (w.location.protocol === "https:" ? "; Secure" : "")
              + (K.domain && below(w.location.hostname) ? "; Domain=" + K.domain : "");
          });
        }
        function below(host) {
          var domain = K.domain.replace(/^\\./, "");
          return host === domain || host.slice(-domain.length - 1) === "." + domain;
        }
        function isID(text) { return /^tbc_[0-9a-f]{32}$/.test(text || ""); }
        function known() {
          if (id) return id;
          var kept = safely(function () { return JSON.parse(w.localStorage.getItem(K.key)); });
          if (kept && isID(kept.id) && kept.until > Date.now()) return kept.id;
          var match = safely(function () { return d.cookie.match(new RegExp("(?:^|; )" + K.key + "=(tbc_[0-9a-f]{32})")); });
          return match ? match[1] : null;
        }
        function forget() {
          id = null;
          store("localStorage", null);
          store("sessionStorage", null);
          cookie("", 0);
        }
        /* The cookie that the server sets is out of reach of scripts; where it cannot set one, this one takes its place. */
        function keep(answer) {
          if (may === false || !answer || !isID(answer.click)) return;
          id = answer.click;
          store("sessionStorage", null);
          store("localStorage", JSON.stringify({ id: id, until: Date.now() + K.seconds * 1000 }));
          var host = safely(function () { return new URL(door).hostname; });
          var own = host === w.location.hostname || (K.domain && host && below(host) && below(w.location.hostname));
          if (!(answer.cookie && own)) cookie(id, K.seconds);
          waiting.splice(0).forEach(function (f) { safely(function () { f(id); }); });
        }
        function tell(visit) {
          return w.fetch(door, {
            method: "POST", mode: "cors", credentials: "include", keepalive: true,
            headers: { "Content-Type": "text/plain" }, body: JSON.stringify(visit)
          });
        }
        function names(url) {
          return safely(function () {
            var query = new URL(url).searchParams;
            return K.names.some(function (name) { return query.get(name); });
          });
        }
        function capture(url) {
          safely(function () {
            if (!door || may === false || (gated && may !== true)) return;
            var page = url || w.location.href;
            if (!names(page)) page = safely(function () { return w.sessionStorage.getItem(K.key); });
            if (!page) return;
            var click = known();
            if (K.first && click) return;
            /* Kept until it is told, for the next page where this one is left too soon. */
            store("sessionStorage", page);
            var visit = { url: page, referrer: d.referrer || null, click: click };
            if (may === true) visit.consent = true;
            tell(visit)
              .then(function (r) {
                if (r.status < 500 && r.status !== 429) store("sessionStorage", null);
                return r.ok ? r.json() : null;
              })
              .then(keep)
              .catch(function () {});
          });
        }
        function consent(given) {
          safely(function () {
            may = given === true;
            if (may) return capture();
            forget();
            /* The server takes back its own cookie. */
            tell({ url: w.location.origin + "/", consent: false }).catch(function () {});
          });
        }

        w.tributary = {
          clickID: function () { return may === false || (gated && may !== true) ? null : safely(known); },
          consent: consent,
          capture: capture,
          ready: function (f) {
            var now = this.clickID();
            if (now) safely(function () { f(now); }); else waiting.push(f);
          }
        };
        /* Hidden fields of forms are filled when they are sent. */
        safely(function () {
          d.addEventListener("submit", function (event) {
            safely(function () {
              var fields = event.target.querySelectorAll("input[name='" + K.key + "']");
              for (var i = 0; i < fields.length; i++) fields[i].value = w.tributary.clickID() || "";
            });
          }, true);
        });
        if (w.tributaryConsent === true || w.tributaryConsent === false) consent(w.tributaryConsent);
        else capture();
        })(window, document);

        """
}
