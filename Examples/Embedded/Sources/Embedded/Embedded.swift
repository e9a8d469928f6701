// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import Tributary
import TributaryDelivery
import TributaryModel
import TributarySQLite
import TributarySigning

/// Tributary inside a server that you have already: ``PlainServer`` stands for it.
///
/// Posts a webhook to itself, signed as Stripe would, and ends when the sale has arrived at the sink of ours.
@main
struct Embedded {
    static func main() async throws {
        let server = PlainServer()
        let here = "http://127.0.0.1:\(server.port)"
        let secret = Secret("whsec_only_for_this_example")

        // 1. Compose: a configuration, a store, our own sink.
        var configuration = Configuration()
        configuration.providers = [ProviderInstance(name: "stripe", secrets: [secret])]
        let settings = PluginSettings(name: "chat", members: [.init("url", .string(here + "/chat"))], secrets: [:])
        configuration.sinks = [SinkInstance(name: "chat", use: "chat", settings: settings)]
        var template = Array("/tmp/tributary-embedded-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { exit(1) }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let store = try SQLiteStore(path: folder + "/tributary.db")
        let engine = try Engine(configuration, store: store, plugins: Plugins(sinks: [ChatPlugin.self]))

        // 2. Deliver: a dispatcher over the same store.
        let client = try HTTPClient()
        let transport = PlatformTransport(client: client, now: { .now })
        let dispatcher = Dispatcher(
            lanes: engine.sinks.map { Lane(name: $0.name, sink: $0.sink) },
            store: store,
            policy: engine.policy,
            environment: .init(perform: { await transport.perform($0) }, now: { .now })
        )

        // 3. Receive: one call in your own request handler.
        let (told, teller) = AsyncStream<String>.makeStream()
        Thread.detach {
            while let (request, answer) = server.next() {
                if request.path == "/chat" {
                    teller.yield(String(decoding: request.body, as: UTF8.self))
                    answer(200)
                    continue
                }
                let webhook = Webhook(provider: "stripe", headers: request.headers, body: request.body)
                let status = waitFor { try await engine.receive(webhook).status }
                dispatcher.wake(["chat"])
                answer(status ?? 503)
            }
        }

        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await dispatcher.run() }
            let headers = try WebhookSigner(.stripe).sign(body: sale, secret: secret, now: .now)
            let url = here + "/webhooks/stripe"
            let request = ClientRequest(.post, url, headers: headers, body: sale, addresses: .loopbackAllowed)
            let answer = try await client.send(request)
            print("the webhook was answered \(answer.status)")
            for await line in told {
                print("the chat was told \(line)")
                break
            }
            dispatcher.stop()
            try await group.waitForAll()
        }
        await store.close()
    }

    /// A sale in Stripe's shape, with invented values.
    static let sale = Array(
        """
        {"id":"evt_1Embedded","object":"event","api_version":"2025-09-30.clover","created":1790000100,"livemode":true,\
        "type":"checkout.session.completed","data":{"object":{"id":"cs_live_Embedded","object":"checkout.session",\
        "amount_subtotal":4900,"amount_total":4900,"currency":"eur","customer":"cus_Embedded","mode":"payment",\
        "payment_status":"paid","payment_intent":"pi_Embedded","invoice":null,"subscription":null,"status":"complete",\
        "metadata":{"referral_code":"grace"},"total_details":{"amount_discount":0,"amount_shipping":0,"amount_tax":0}}}}
        """.utf8
    )
}
