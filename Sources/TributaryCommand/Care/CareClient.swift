// SPDX-License-Identifier: Apache-2.0

import Foundation
import Tributary
import TributaryDelivery
import TributaryModel
import TributarySQLite

/// The command's side: has work done on a store, by the daemon where one has the store open, else in this process.
struct CareClient: Sendable {
    let configuration: Configuration
    /// How long a daemon may take to begin, and to say something new.
    var patience = (start: Duration.seconds(15), pause: Duration.seconds(300))

    private var path: String { configuration.databasePath }

    /// Has work done.
    ///
    /// - Parameters:
    ///   - request: The work.
    ///   - show: Told each line of the answer.
    /// - Returns: whether all went well.
    /// - Throws: ``CommandFailure`` or ``StoreError``.
    func perform(_ request: CareRequest, _ show: @escaping @Sendable (CareLine) -> Void) async throws -> Bool {
        guard FileManager.default.fileExists(atPath: path) else {
            let remedy = "`tributary serve` makes it, in the folder where it is started"
            throw CommandFailure("there is no store at \(path); \(remedy)")
        }
        let store: SQLiteStore
        do throws(StoreError) {
            store = try SQLiteStore(path: path)
        } catch {
            guard error.code == .inUse else { throw error }
            return try await ask(request, show)
        }
        do {
            let client = try HTTPClient(ClientSettings(userAgent: "Tributary/\(Version.text)"))
            let transport = PlatformTransport(client: client, now: { .now })
            let plugins = BuiltIn.plugins(mappingsFolder: configuration.mappingsPath)
            let engine = try Engine(configuration, store: store, plugins: plugins)
            let work = CareWork(
                engine: engine,
                store: store,
                perform: { await transport.perform($0) },
                wake: { _ in },
                log: .silent
            )
            let isFine = try await work.run(request) { show($0) }
            await client.close()
            await store.close()
            return isFine
        } catch {
            await store.close()
            throw error
        }
    }

    private func ask(_ request: CareRequest, _ show: (CareLine) -> Void) async throws -> Bool {
        let box = CareBox(store: path)
        let id = try box.put(request)
        defer { box.removeAnswer(to: id) }
        var place: UInt64 = 0
        var hasBegun = false
        var last = ContinuousClock.now
        while true {
            let lines = box.answers(to: id, from: &place)
            for line in lines {
                show(line)
                if case .end(let isFine, _) = line { return isFine }
            }
            if !lines.isEmpty {
                hasBegun = true
                last = .now
            }
            let silence = ContinuousClock.now - last
            if !hasBegun, silence > patience.start, box.takeBack(id) {
                throw CommandFailure(
                    "another process has the store open and does not take requests, so it is no running daemon of this "
                        + "release; stop it and repeat this, because a store has one writer"
                )
            }
            if silence > patience.pause {
                throw CommandFailure("the daemon has said nothing for long; its log says how far it is, and it goes on")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
