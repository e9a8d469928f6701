// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite struct LinkageTests {
    /// The libraries that a binary beside the test bundle names, from its dynamic section.
    private func libraries(of product: String) throws -> [String] {
        let bundle = try #require(
            CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments.first
        )
        let path = URL(filePath: bundle).deletingLastPathComponent().appending(path: product).path
        try #require(FileManager.default.fileExists(atPath: path), "\(path) was not built")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["readelf", "--dynamic", "--wide", path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").filter { $0.contains("(NEEDED)") }.compactMap { line in
            line.firstRange(of: "[").map { String(line[$0.upperBound...].prefix { $0 != "]" }) }
        }
    }

    @Test func `an embedder of the engine links neither server, store, curl nor Foundation`() throws {
        let libraries = try libraries(of: "EngineOnly")
        #expect(libraries.contains { $0.hasPrefix("libcrypto.so") })
        #expect(libraries.contains { $0.hasPrefix("libsimdjson.so") })
        let unwanted = ["libcurl", "libmicrohttpd", "libsqlite3", "libFoundation", "lib_FoundationICU"]
        #expect(libraries.filter { library in unwanted.contains { library.hasPrefix($0) } }.isEmpty)
    }
}
