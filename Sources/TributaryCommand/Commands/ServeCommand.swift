// SPDX-License-Identifier: Apache-2.0

import TributaryModel

extension Subcommand {
    /// `tributary serve`.
    static let serve = Subcommand(
        name: "serve",
        summary: "run the daemon",
        operands: "",
        operandsMax: 0,
        options: [
            Option(name: "config", value: "FILE", summary: "the configuration, tributary.json unless stated"),
            Option(name: "log", value: "LEVEL", summary: "debug, info (unless stated), notice, warning or error"),
        ],
        examples: [
            ("tributary check && tributary serve", "with ./tributary.json"),
            (
                "kill -HUP \"$(pidof tributary)\"",
                "look at the folder of mappings now, instead of within a second or two"
            ),
            ("tributary serve --config /etc/tributary.json --log warning 2>>tributary.log", "the log is JSON lines"),
        ],
        run: { arguments in
            // First of all: from the moment that we listen, a signal is a graceful stop.
            let signals = await Signals.caught()
            let hangups = await Signals.hangups()
            let level = try Log.Level(argument: arguments["log"])
            let log = Log.jsonLines(level: level, clock: { .now })
            let service: Service
            do {
                let configuration = try ConfigurationFile.read(arguments["config"] ?? "tributary.json") { warning in
                    log(.warning, "Configuration looks wrong", ["reason": "\(warning)"])
                }
                service = try Service(configuration, log: log)
            } catch {
                log(.error, "Not started", ["reason": "\(error)"])
                throw error
            }
            try await service.run(
                until: { for await _ in signals { break } },
                hangups: hangups,
                ready: { _ in }
            )
            return .fine
        }
    )
}

extension Log.Level {
    /// Reads the value of `--log`.
    init(argument: String?) throws(UsageError) {
        guard let argument else {
            self = .info
            return
        }
        guard let level = Log.Level(name: argument) else {
            throw UsageError("--log wants debug, info, notice, warning or error")
        }
        self = level
    }
}
