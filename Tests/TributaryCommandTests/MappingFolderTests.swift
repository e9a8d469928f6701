// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Synchronization
import Testing
import Tributary
import TributaryLedger
import TributaryModel
import TributaryTesting

@testable import TributaryCommand

/// The folder of mappings on a real disk.
@Suite struct MappingFolderTests {
    /// What a watcher told.
    private final class Told: Sendable {
        private let reloads = Mutex<[MappingReload]>([])

        func add(_ reload: MappingReload) { reloads.withLock { $0.append(reload) } }

        func take() -> [MappingReload] {
            reloads.withLock { reloads in
                defer { reloads = [] }
                return reloads
            }
        }
    }

    private let sandbox: Sandbox
    private let engine: Engine
    private let watcher: MappingWatcher
    private let told = Told()

    init() throws {
        sandbox = try Sandbox()
        try sandbox.write("mappings/acme/acme.json", QueryTests.acme(expecting: "ignored"))
        let folder = MappingFolder(path: sandbox.path + "/mappings")
        var configuration = Configuration()
        configuration.providers = ["acme", "stripe"].map {
            ProviderInstance(name: $0, mapping: $0, secrets: [Secret("whsec_1")])
        }
        let sights = folder.look(at: ["acme", "stripe"])
        let plugins = BuiltIn.plugins(mappingsFolder: folder.path)
        engine = try Engine(configuration, store: MemoryStore(), plugins: plugins)
        watcher = MappingWatcher(folder, engine: engine, since: sights) { [told] in told.add($0) }
    }

    private func version(_ version: String, expecting outcome: String = "ignored") -> String {
        QueryTests.acme(expecting: outcome).replacing("1.0.0", with: version)
    }

    private func look(_ count: Int) async -> [MappingReload] {
        for _ in 0..<count { await watcher.look() }
        return told.take()
    }

    @Test func `nothing is told while nothing changes`() async { #expect(await look(3) == []) }

    @Test func `a changed file is taken at the second look`() async throws {
        try sandbox.write("mappings/acme/acme.json", version("2.0.0"))
        #expect(await look(1) == [])
        let reloads = await look(2)
        #expect(reloads.map(\.verdict) == [.taken])
        #expect(engine.serving("acme")?.version == "2.0.0")
    }

    @Test func `a file in the middle of being written is not taken`() async throws {
        let text = version("2.0.0")
        try sandbox.write("mappings/acme/acme.json", String(text.prefix(text.count / 2)))
        #expect(await look(1) == [])
        try sandbox.write("mappings/acme/acme.json", text)
        #expect(await look(2).map(\.verdict) == [.taken])
    }

    @Test func `a file whose test fails is refused with what to do, and the mended one is taken`() async throws {
        try sandbox.write("mappings/acme/acme.json", version("2.0.0", expecting: "unmapped"))
        let refused = await look(4)
        #expect(refused.count == 1)
        guard case .refused(let reasons) = refused.first?.verdict else {
            Issue.record("\(refused)")
            return
        }
        #expect(reasons.first?.headline.contains("the test \"noise\" fails") == true)
        #expect(reasons.first?.remedy.contains("tributary test \(sandbox.path)/mappings/acme/acme.json") == true)
        #expect(engine.serving("acme")?.version == "1.0.0")
        try sandbox.write("mappings/acme/acme.json", version("3.0.0"))
        #expect(await look(2).map(\.verdict) == [.taken])
    }

    @Test func `a fixture that changes makes its mapping be looked at again`() async throws {
        let test = #""event": "fixtures/a.json""#
        let inline = #""event": { "id": "1", "type": "ping", "at": 1790000000 }"#
        try sandbox.write("mappings/acme/acme.json", version("2.0.0").replacing(inline, with: test))
        try sandbox.write("mappings/acme/fixtures/a.json", #"{"id":"1","type":"pong"}"#)
        #expect(await look(2).map(\.instances) == [["acme"]])
        #expect(engine.serving("acme")?.version == "1.0.0")
        try sandbox.write("mappings/acme/fixtures/a.json", #"{"id":"1","type":"ping"}"#)
        #expect(await look(2).map(\.verdict) == [.taken])
        #expect(engine.serving("acme")?.version == "2.0.0")
    }

    @Test func `a mapping of the folder goes before the one that ships, and its removal brings that back`() async throws
    {
        let shipped = try #require(engine.serving("stripe"))
        let text = try String(
            contentsOf: Sandbox.package.appending(path: "Mappings/stripe/stripe.json"),
            encoding: .utf8
        )
        let tests = try #require(text.range(of: "\n  \"tests\": ["))
        let mine =
            text[..<tests.lowerBound].replacing(#""version": "\#(shipped.version)""#, with: #""version": "mine""#)
            .trimmingCharacters(in: .whitespacesAndNewlines.union([","])) + "}"
        try sandbox.write("mappings/stripe/stripe.json", mine)
        #expect(await look(2).map(\.verdict) == [.taken])
        #expect(engine.serving("stripe")?.version == "mine")
        try FileManager.default.removeItem(at: sandbox.url("mappings/stripe"))
        #expect(await look(2).map(\.verdict) == [.taken])
        #expect(engine.serving("stripe") == shipped)
    }

    @Test(arguments: ["mappings/acme", "mappings"])
    func `a mapping that is gone and does not ship goes on serving`(_ removed: String) async throws {
        try FileManager.default.removeItem(at: sandbox.url(removed))
        let acme = await look(3).filter { $0.mapping == "acme" }
        #expect(acme.count == 1)
        guard case .refused = acme.first?.verdict else {
            Issue.record("\(acme)")
            return
        }
        #expect(engine.serving("acme")?.version == "1.0.0")
    }

    @Test func `an atomic replacement of the same size and time is seen`() async throws {
        let path = sandbox.url("mappings/acme/acme.json").path
        let date = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        try sandbox.write("new.json", version("9.0.0"))
        try FileManager.default.setAttributes(
            [.modificationDate: try #require(date)],
            ofItemAtPath: sandbox.url("new.json").path
        )
        #expect(unsafe rename(sandbox.url("new.json").path, path) == 0)
        #expect(await look(2).map(\.verdict) == [.taken])
    }
}
