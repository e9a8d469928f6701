// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing

/// A TLS server with a certificate of its own making: `openssl s_server`, which answers each request with a page.
final class TLSServer {
    let url: String
    /// PEM file of the certificate, to be trusted or not.
    let certificatePath: String
    private let process: Process
    private let folder: URL

    /// Starts the server on a free loopback port; it ends by itself after some seconds.
    ///
    /// - Parameters:
    ///   - name: The certificate's subject alternative name, as OpenSSL writes it.
    ///   - arguments: More arguments for `openssl s_server`.
    /// - Throws: An error when the program is not there or does not start.
    init(name: String = "IP:127.0.0.1", arguments: [String] = []) throws {
        let base = FileManager.default.temporaryDirectory
        folder = base.appending(path: "tributary-tls-\(UInt64.random(in: 0...(.max)))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificatePath = folder.appending(path: "certificate.pem").path
        let key = folder.appending(path: "key.pem").path
        let maker = try Self.openssl(
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=test", "-addext", "subjectAltName=\(name)", "-keyout", key, "-out", certificatePath,
            ],
            output: .nullDevice
        )
        maker.waitUntilExit()
        try #require(maker.terminationStatus == 0)
        let pipe = Pipe()
        let options = ["-accept", "127.0.0.1:0", "-www", "-cert", certificatePath, "-key", key] + arguments
        process = try Self.openssl(["s_server"] + options, output: pipe.fileHandleForWriting, seconds: 20)
        try? pipe.fileHandleForWriting.close()  // ours; the child has its own, and its end must end the reading
        var text = ""
        var port: Substring?
        while port == nil, case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
            text += String(decoding: data, as: UTF8.self)
            let line = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                .first { $0.hasPrefix("ACCEPT 127.0.0.1:") }
            port = line?.split(separator: ":").last
        }
        url = "https://127.0.0.1:\(try #require(port))"
    }

    /// Ends the server.
    func stop() {
        process.terminate()
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)  // a leftover in the temporary folder harms nobody
    }

    private static func openssl(_ arguments: [String], output: FileHandle, seconds: Int = 10) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["timeout", "\(seconds)", "openssl"] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        // Threads of the cooperative pool block all signals, and a child would inherit that and never end.
        var none = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
        return process
    }
}
