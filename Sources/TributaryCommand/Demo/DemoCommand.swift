// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import TributaryMapping
import TributaryModel
import TributaryServer

extension Subcommand {
    /// `tributary demo`.
    static let demo = Subcommand(
        name: "demo",
        summary: "see it work: local platforms, the daemon, and one signed sample of everything",
        operands: "",
        operandsMax: 0,
        options: [
            Option(name: "once", value: nil, summary: "end after the table; exit 1 if anything is not as expected"),
            Option(name: "listen", value: "ADDRESS", summary: "of the daemon, 127.0.0.1:8787 unless stated"),
            Option(name: "dir", value: "FOLDER", summary: "keep configuration, secrets and store there"),
        ],
        examples: [
            ("tributary demo", "then try the commands that it names, and Ctrl-C"),
            ("tributary demo --dir ./try", "a folder whose tributary.json is a configuration to start from"),
        ],
        run: { arguments in
            let temporary = NSTemporaryDirectory() + "tributary-demo-\(UUID().uuidString.prefix(8))"
            let path = arguments["dir"].map { URL(filePath: $0).path } ?? temporary
            defer {
                // A demonstration leaves nothing behind; what cannot be removed is the system's to clean up.
                if arguments["dir"] == nil { try? FileManager.default.removeItem(atPath: path) }
            }
            let folder = try DemoFolder(path: path)
            let once = arguments.has("once")
            let listen = arguments["listen"] ?? (once ? "127.0.0.1:0" : "127.0.0.1:8787")
            let code = Mutex(ExitCode.wrong)
            let finished = AsyncStream<Void>.makeStream()
            let begin = ContinuousClock.now
            do {
                let demo = try Demo(folder: folder)
                try await demo.run(listen: listen) { shown, address in
                    Terminal.write(DemoTable.text(shown))
                    Terminal.write("\n" + DemoTable.summary(shown, took: ContinuousClock.now - begin))
                    let surprises = shown.flatMap { one in
                        one.surprises.map { "\(one.provider) \(one.sample.path): \($0)" }
                    }
                    for surprise in surprises { Terminal.complain("not as expected: \(surprise)") }
                    code.withLock { $0 = surprises.isEmpty && !shown.isEmpty ? .fine : .wrong }
                    if !once { Terminal.write(demo.advice(address)) }
                } until: {
                    if once {
                        for await _ in finished.stream {}
                    } else {
                        _ = await Signals.stop()
                    }
                } shown: {
                    finished.continuation.finish()
                }
            } catch let error as ServerError where error.code == .addressInUse {
                let remedy = "stop it, or choose another: tributary demo --listen 127.0.0.1:0"
                throw CommandFailure("\(listen) is taken by another program; \(remedy)")
            }
            return code.withLock { $0 }
        }
    )
}

extension Demo {
    /// Commands to try next, with the paths and the address of this demonstration.
    fileprivate func advice(_ address: String) -> String {
        let base = "http://\(address)"
        // As it was called, so that the lines can be pasted where the program is not on the path.
        let program = CommandLine.arguments.first ?? "tributary"
        var text = """

            The daemon goes on serving at \(base) until Ctrl-C. Try in another terminal:
              \(program) deliveries --config \(folder.configurationPath)
              curl -s \(base)/metrics | grep tributary_events

            """
        let first = mappings.lazy.compactMap { name, mapping in
            mapping.file.samples { ShippedMappings.file(name, $0) }.first.map { (name, folder.samplePath(name, $0)) }
        }.first
        let path = first.map { folder.secretPath($0.0 + ".path") }.flatMap { path in
            FileManager.default.fileExists(atPath: path) ? " --path file:\(path)" : nil
        }
        if let (name, sample) = first {
            text += """
                  \(program) map \(name) --explain < \(sample)
                  \(program) send \(name) \(sample) --secret file:\(folder.secretPath(name))\(path ?? "") --to \(base)

                """
        }
        return text + "Its configuration is \(folder.configurationPath), its log \(folder.logPath).\n"
    }
}
