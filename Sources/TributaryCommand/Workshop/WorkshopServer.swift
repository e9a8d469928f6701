// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TributaryModel
import TributaryServer
import TributaryWorkshop

/// Serves the workshop's page and answers its questions, to this machine only.
final class WorkshopServer: Sendable {
    /// What is known only once the server listens.
    private final class Door: Sendable {
        let guardian = Mutex<WorkshopGuard?>(nil)
    }

    /// The largest request: a mapping and a sample, each with the escapes of JSON.
    private static let bodyBytesMax = 8 << 20

    private let server: HTTPServer
    private let token: Secret
    private let door = Door()

    /// Prepares a server; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - desk: Answers the page.
    ///   - address: Where to listen, on loopback.
    ///   - token: What the page must know; unguessable, of letters, digits, `-` and `_`.
    init(_ desk: WorkshopDesk, address: SocketAddress, token: Secret) {
        self.token = token
        var configuration = ServerConfiguration(address: address)
        configuration.bodyBytesMax = 0
        configuration.bodyBytesMaxFor = { method, path in
            method == "POST" && path.hasPrefix("/api/") ? Self.bodyBytesMax : nil
        }
        configuration.acceptsChunkedBodies = false
        configuration.connectionsMax = 64
        configuration.concurrentRequestsMax = 8
        configuration.queuedRequestsMax = 64
        let router = Self.router(desk)
        server = HTTPServer(configuration: configuration) { [door] request in
            guard let guardian = door.guardian.withLock({ $0 }) else { return .problem(status: 503) }
            if let refusal = guardian.refusal(of: request) { return WorkshopGuard.secured(refusal) }
            return WorkshopGuard.secured(await router.respond(to: request))
        }
    }

    private static func router(_ desk: WorkshopDesk) -> Router {
        var router = Router()
        for file in PageFile.all {
            let path = file.name == "workshop.html" ? "/" : "/\(file.name)"
            router.on("GET", path) { _, _ in .text(file.text, type: file.mediaType) }
        }
        router.on("POST", "/api/{operation}") { request, operation in
            guard request.headers["Content-Type"]?.hasPrefix("application/json") == true else {
                return .problem(status: 415, detail: "Send JSON.")
            }
            return await desk.answer(operation, request.body)
                ?? .problem(status: 404, detail: "There is no operation \(operation).")
        }
        return router
    }

    /// Listens from now on.
    ///
    /// - Returns: The address to open, with the token behind the `#`, which browsers neither send nor pass on.
    /// - Throws: `ServerError`.
    func start() throws(ServerError) -> String {
        let address = try server.start()
        // Nobody is answered before `run()`.
        door.guardian.withLock { $0 = WorkshopGuard(address, token: token) }
        return "http://\(address)/#\(token.revealedText)"
    }

    /// Serves until ``stop()``.
    func run() async { await server.run() }

    /// Ends ``run()``.
    func stop() async { await server.stop(drain: .seconds(1)) }
}
