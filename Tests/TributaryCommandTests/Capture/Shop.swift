// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TributaryModel
import TributaryServer

/// A merchant's own site: a landing page with a sign-up form, and what was sent with it.
final class Shop: Sendable {
    /// What a visitor sent with the form.
    struct SignUp: Sendable {
        /// The hidden field.
        var field: String
        /// The `Cookie` field of the request.
        var cookie: String
    }

    /// `http://127.0.0.1:…`.
    let url: String
    private let server: HTTPServer
    private let content: Content

    private final class Content: Sendable {
        let page = Mutex("")
        let signUps = Mutex<[SignUp]>([])
    }

    /// What came with the form so far.
    var signUps: [SignUp] { content.signUps.withLock { $0 } }

    init() throws {
        let content = Content()
        self.content = content
        server = HTTPServer(configuration: ServerConfiguration(address: try SocketAddress("127.0.0.1:0"))) { request in
            guard request.method == "POST" else {
                return .text(content.page.withLock { $0 }, type: "text/html; charset=utf-8")
            }
            let field = String(decoding: request.body, as: UTF8.self).split(separator: "=", maxSplits: 1)
            let signUp = SignUp(
                field: field.count == 2 ? String(field[1]) : "",
                cookie: request.headers["Cookie"] ?? ""
            )
            content.signUps.withLock { $0.append(signUp) }
            return .text(
                "<!doctype html><title>Welcome</title><p id=done>Welcome</p>",
                type: "text/html; charset=utf-8"
            )
        }
        let address = try server.start()
        url = "http://\(address.host):\(address.port)"
    }

    /// Sets the page: the script with its attributes, behind what a browser's settings do.
    func show(script: String, attributes: String = "", before: String = "") {
        let page = """
            <!doctype html><html lang=en><title>Shop</title><script>\(before)</script>
            <script src="\(script)/js/tributary.js" \(attributes) async></script>
            <form method=post action=/signup><input type=hidden name=tributary_click><button>Sign up</button></form></html>
            """
        content.page.withLock { $0 = page }
    }

    func run() async { await server.run() }

    func stop() async { await server.stop(drain: .seconds(1)) }
}
