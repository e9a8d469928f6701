// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

extension Subcommand {
    /// `tributary workshop`.
    static let workshop = Subcommand(
        name: "workshop",
        summary: "write a mapping in the browser, with its events and the reasons beside it",
        operands: "[FILE|PROVIDER]",
        operandsMax: 1,
        options: [
            Option(
                name: "listen",
                value: "127.0.0.1:PORT",
                summary: "where, on this machine only; the port is chosen by the system unless stated"
            ),
            Option(name: "open", value: nil, summary: "open the page in the browser"),
        ],
        examples: [
            ("tributary workshop mappings/acme/acme.json", "edit this file; Ctrl-S in the page writes it"),
            ("tributary workshop stripe --open", "look around in a mapping that ships; nothing is written"),
            ("tributary workshop --listen 127.0.0.1:9000", "start from a blank mapping, on a port of your choice"),
        ],
        run: { arguments in
            let address = try SocketAddress(loopback: arguments["listen"] ?? "127.0.0.1:0")
            let desk = try WorkshopDesk(arguments.operands.first)
            let server = WorkshopServer(desk, address: address, token: Self.token())
            let url = try server.start()
            let what = desk.file == nil ? "\(desk.label), of which nothing is written," : desk.label
            Terminal.write("\(what) is open at\n  \(url)\nWhoever has this address can use it; Ctrl-C ends it.\n")
            var opened: OpenedAddress?
            if arguments.has("open") {
                do throws(CommandFailure) {
                    opened = try OpenedAddress(url)
                    try opened?.open()
                } catch {
                    Terminal.complain("\(error)")
                }
            }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await server.run() }
                group.addTask {
                    _ = await Signals.stop()
                    await server.stop()
                }
            }
            withExtendedLifetime(opened) {}
            return .fine
        }
    )

    /// 192 random bits, as letters, digits, `-` and `_`.
    private static func token() -> Secret {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        return Secret((0..<32).map { _ in alphabet[Int(generator.next(upperBound: UInt64(alphabet.count)))] })
    }
}
