// SPDX-License-Identifier: Apache-2.0

import TributaryMapping
import TributaryModel
import TributaryTesting

extension Subcommand {
    /// `tributary double`.
    static let double = Subcommand(
        name: "double",
        summary: "run a local stand-in of an affiliate platform, with faults on demand",
        operands: PlatformDoubles.names.joined(separator: "|"),
        operandsMax: 1,
        options: [
            Option(name: "listen", value: "PORT", summary: "port on 127.0.0.1; chosen by the system unless stated"),
            Option(
                name: "fault",
                value: "FAULT",
                summary: "what goes wrong: \(FaultPlan.names.joined(separator: ", "))"
            ),
            Option(name: "strict", value: nil, summary: "know only the seeded clicks, not every click id"),
        ],
        examples: [
            ("tributary double affonso --listen 9001", "then \"url\": \"http://127.0.0.1:9001/v1\" in the sink"),
            ("tributary double affitor --fault 500-after-commit:3", "every third call fails after it was stored"),
            ("curl -s http://127.0.0.1:9001/_double", "what the double holds, as JSON; / is a page for people"),
        ],
        run: { arguments in
            let names = PlatformDoubles.names.joined(separator: ", ")
            guard let name = arguments.operands.first else { throw UsageError("which platform? There are: \(names)") }
            guard let double = PlatformDoubles.named(name) else {
                let question = Spelling.question(name, in: PlatformDoubles.names).map { "; \($0)" } ?? ""
                throw UsageError("there is no double of \"\(name)\"\(question); there are: \(names)")
            }
            guard let port = UInt16(arguments["listen"] ?? "0") else {
                throw UsageError("--listen wants a port number, 0 to 65535")
            }
            let faults: FaultPlan
            do throws(FaultPlan.ReadingError) {
                faults = try FaultPlan(text: arguments.all("fault").joined(separator: ","))
            } catch {
                throw UsageError("\(error)")
            }
            var seed = DoubleSeed.sample
            seed.takesAnyClick = !arguments.has("strict")
            let server = try DoubleServer(DoubleFront(double, seed: seed, faults: faults, now: { .now }), port: port)
            let url = try server.start()
            Terminal.write("\(name) stands in at \(url); it knows \(seed.knowledge)\n")
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await server.run() }
                group.addTask {
                    _ = await Signals.stop()
                    await server.stop()
                }
            }
            return .fine
        }
    )
}

extension DoubleSeed {
    /// Whom and what the double knows, in words, for whoever writes to it by hand.
    fileprivate var knowledge: String {
        let known = clicks.keys.sorted().joined(separator: ", ")
        let facts = [
            "the partner \(partners.joined(separator: ", "))",
            takesAnyClick ? "any click id" : "the click \(known)",
            "the coupon \(coupons.keys.sorted().joined(separator: ", "))",
        ]
        return facts.joined(separator: ", ")
    }
}
