// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// A sink of our own: tells a chat channel about every sale.
enum ChatPlugin: SinkPlugin {
    static let name = "chat"
    static let summary = "posts a line to a chat channel for every sale"

    static func makeSink(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Sink {
        var settings = settings
        let sink = ChatSink(url: settings.baseURL(default: "https://chat.example/hook"))
        try settings.finish()
        return sink
    }
}

struct ChatSink: Sink {
    let url: String
    let capabilities = SinkCapabilities(kinds: [.paymentSucceeded])

    func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
        guard let last = exchanges.last else {
            let text = "\(delivery.event.total?.description ?? "?") through \(delivery.event.attribution.code ?? "?")"
            return .call(.json("chat", url: url, ["text": .string(text)]))
        }
        return Step.usual(last.result) ?? .end(.init(.delivered, reason: "told"))
    }
}
