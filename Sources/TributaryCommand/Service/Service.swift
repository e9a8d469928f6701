// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryDelivery
import TributaryModel
import TributarySQLite
import TributaryServer

/// The daemon: store, engine, dispatcher and HTTP front, run and stopped together.
struct Service: Sendable {
    let engine: Engine
    let store: SQLiteStore
    private let dispatcher: Dispatcher
    private let server: HTTPServer
    private let client: HTTPClient
    private let failures: AsyncStream<StoreError>
    private let watcher: MappingWatcher?
    private let recorder: DriftRecorder
    private let care: CareDesk
    private let log: Log

    /// How long a graceful stop may take.
    static let drain = Duration.seconds(20)

    /// Opens the store and composes everything; nothing runs yet.
    init(_ configuration: Configuration, log: Log) throws {
        self.log = log
        store = try SQLiteStore(path: configuration.databasePath)
        let plugins = BuiltIn.plugins(mappingsFolder: configuration.mappingsPath)
        // Looked at before it is read: what changes in between is seen as a change.
        let folder = configuration.mappingsPath.map { MappingFolder(path: $0) }
        let sights = folder?.look(at: Set(configuration.providers.map(\.mapping)).sorted()) ?? [:]
        let drift = DriftSensor()
        client = try HTTPClient(ClientSettings(userAgent: "Tributary/\(Version.text)"))
        let transport = PlatformTransport(client: client, now: { .now })
        engine = try Engine(configuration, store: store, plugins: plugins, transport: transport, drift: drift)
        let registry = MetricsRegistry()
        let observer = DispatchObserver(registry, sinks: engine.sinks.map(\.name), log: log)
        try folder?.refuseUntested(sights, by: engine)
        let reloads = ReloadObserver(registry, engine: engine, drift: drift, log: log)
        let seen = DriftMetrics(registry, providers: engine.providers)
        recorder = DriftRecorder(
            drift,
            store: store,
            log: log,
            observe: { seen.count($0) },
            drop: { seen.count(dropped: $0) }
        )
        let engine = engine
        watcher = folder.map { MappingWatcher($0, engine: engine, since: sights) { reloads.observe($0) } }
        let dispatcher = Dispatcher(
            lanes: engine.sinks.map { Lane(name: $0.name, sink: $0.sink) },
            store: store,
            policy: engine.policy,
            environment: Dispatcher.Environment(
                perform: { await transport.perform($0) },
                now: { .now },
                observe: { observer.observe($0) }
            )
        )
        self.dispatcher = dispatcher
        let work = CareWork(
            engine: engine,
            store: store,
            perform: { await transport.perform($0) },
            wake: { dispatcher.wake($0) },
            log: log
        )
        care = CareDesk(CareBox(store: configuration.databasePath), work: work, log: log)
        let (failures, continuation) = AsyncStream<StoreError>.makeStream(bufferingPolicy: .bufferingOldest(1))
        self.failures = failures
        let routes = DaemonRoutes(
            engine: engine,
            store: store,
            registry: registry,
            log: log,
            remarks: { reloads.remarks },
            wake: { dispatcher.wake($0) },
            fail: { continuation.yield($0) }
        )
        var settings = ServerConfiguration(address: try SocketAddress(configuration.listen))
        settings.bodyBytesMax = configuration.bodyBytesMax
        var router = routes.router
        BackendRoutes(
            engine: engine,
            tokens: configuration.tokens,
            registry: registry,
            log: log,
            wake: { dispatcher.wake($0) },
            fail: { continuation.yield($0) }
        ).add(to: &router)
        CaptureRoutes(
            engine: engine,
            registry: registry,
            log: log,
            wake: { dispatcher.wake($0) },
            fail: { continuation.yield($0) }
        ).add(to: &router)
        settings.bodyBytesMaxFor = { $1 == "/c" ? CaptureRoutes.bodyBytesMax : nil }
        let doors = router
        server = HTTPServer(configuration: settings, metrics: registry) { await doors.respond(to: $0) }
    }

    /// Serves until a signal, until `stop` returns, or until the store fails.
    ///
    /// - Parameters:
    ///   - stop: Returns when the service shall stop gracefully.
    ///   - hangups: Each asks for a look at the mappings, without waiting for the next one in turn.
    ///   - ready: Called once, with the address that is listened on.
    /// - Throws: ``ServerError`` where the address cannot be listened on, ``StoreError`` where the store failed.
    func run(
        until stop: @escaping @Sendable () async -> Void,
        hangups: AsyncStream<Void> = AsyncStream { $0.finish() },
        ready: @Sendable (SocketAddress) -> Void
    ) async throws {
        do {
            let address = try server.start()
            log(.info, "Listening", ["address": address.description])
            ready(address)
            // Each task says whether the service is over without it.
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    await server.run()
                    return true
                }
                group.addTask {
                    try await dispatcher.run(drain: Self.drain)
                    return true
                }
                group.addTask {
                    for await failure in failures { throw failure }
                    return false
                }
                group.addTask {
                    await watchMappings(hangups)
                    return false
                }
                group.addTask {
                    await recorder.run()
                    return false
                }
                group.addTask {
                    try await care.run()
                    return false
                }
                group.addTask {
                    await stop()
                    log(.info, "Stopping")
                    dispatcher.stop()
                    await server.stop(drain: Self.drain)
                    return true
                }
                // Server, dispatcher and the stopping task end by themselves, the others when they are cancelled.
                var running = 3
                while running > 0, let isOver = try await group.next() { running -= isOver ? 1 : 0 }
                group.cancelAll()
            }
        } catch {
            log(.error, "Stopped by a failure", ["reason": "\(error)"])
            throw error
        }
        await client.close()
        await store.close()
        log(.info, "Stopped")
    }

    private func watchMappings(_ hangups: AsyncStream<Void>) async {
        guard let watcher else {
            for await _ in hangups { log(.notice, "Nothing to reload: the configuration names no folder of mappings") }
            return
        }
        await watcher.run(requests: hangups)
    }
}
