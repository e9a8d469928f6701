// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryDelivery
import TributaryJSON
import TributaryModel
import TributaryTesting

@testable import Lines

private func makeSink(_ path: String) throws -> any Sink {
    try LinesPlugin.makeSink(PluginSettings(name: "l", members: [.init("path", .string(path))], secrets: [:]))
}

private func delivery(_ invoice: String) throws -> Delivery {
    let money = Money(minor: 9520, try #require(Currency("EUR")))
    return SampleBuyer(Customer(user: "user_7"), Attribution(click: "c")).payment(invoice, money)
}

/// A folder that is gone when the test is over.
private func inFolder(_ work: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "lines-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }  // what is left is the system's to clear
    try await work(folder.path(percentEncoded: false))
}

private func run(_ delivery: Delivery, _ sink: any Sink) async throws -> Attempt.Outcome {
    let client = try HTTPClient()
    let transport = PlatformTransport(client: client) { .now }
    let outcome = await Attempt.run(delivery, to: sink) { await transport.perform($0) }
    await client.close()
    return outcome
}

@Suite(.timeLimit(.minutes(1))) struct LinesSinkTests {
    @Test func `each delivery is one line with its key and the whole event`() async throws {
        try await inFolder { folder in
            let path = folder + "/events.jsonl"
            let sink = try makeSink(path)
            for invoice in ["in_1", "in_2"] {
                let outcome = try await run(try delivery(invoice), sink)
                #expect(outcome.step == .end(.init(.delivered, reason: "on the disk")))
            }
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(
                separator: "\n",
                omittingEmptySubsequences: false
            )
            #expect(lines.count == 3 && lines[2].isEmpty)
            let first = try JSONValue(parsing: Array(lines[0].utf8))
            #expect(first["key"] == "stripe:invoice:in_1")
            let event = try Event(cloudEvent: try #require(first["event"]))
            #expect(event == (try delivery("in_1").event))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test func `a file that was moved away is made anew`() async throws {
        try await inFolder { folder in
            let path = folder + "/events.jsonl"
            let sink = try makeSink(path)
            _ = try await run(try delivery("in_1"), sink)
            try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
            _ = try await run(try delivery("in_2"), sink)
            #expect(try String(contentsOfFile: path, encoding: .utf8).contains("in_2"))
            #expect(try !String(contentsOfFile: path + ".1", encoding: .utf8).contains("in_2"))
        }
    }

    @Test func `a line torn by a killed process spoils no other`() async throws {
        try await inFolder { folder in
            let path = folder + "/events.jsonl"
            try #"{"key":"half"#.write(toFile: path, atomically: true, encoding: .utf8)
            _ = try await run(try delivery("in_1"), try makeSink(path))
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 2)
            #expect(try JSONValue(parsing: Array(lines[1].utf8))["key"] == "stripe:invoice:in_1")
        }
    }

    @Test(arguments: [("/dev/full", "noRegularFile"), ("/proc/nowhere/x", "noSuchFolder"), ("/tmp", "isFolder")])
    func `what cannot be written is tried again and says why`(path: String, code: String) async throws {
        let outcome = try await run(try delivery("in_1"), try makeSink(path))
        #expect(outcome.step == .retry(.init(reason: "the file takes no line: \(code)")))
        #expect(!outcome.mayHaveArrived)
    }

    @Test func `lines of many deliveries at once stay whole`() async throws {
        try await inFolder { folder in
            let path = folder + "/events.jsonl"
            let sink = try makeSink(path)
            let client = try HTTPClient()
            let transport = PlatformTransport(client: client) { .now }
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        guard let delivery = try? delivery("in_\(number)") else { return }  // the count below tells
                        _ = await Attempt.run(delivery, to: sink) { await transport.perform($0) }
                    }
                }
            }
            await client.close()
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            let keys = try lines.map { try JSONValue(parsing: Array($0.utf8))["key"]?.string }
            #expect(Set(keys).count == 50)
        }
    }

    @Test func `standard output is a place like any other, and the sink needs one`() throws {
        let step = try makeSink("-").step(for: try delivery("in_1"), after: [])
        guard case .call(let call) = step else {
            Issue.record("no call")
            return
        }
        #expect(call.method == "APPEND" && call.url == "stdout:" && call.headers["Sync"] == nil)
        #expect(throws: ConfigurationProblems.self) {
            try LinesPlugin.makeSink(PluginSettings(name: "l", members: [], secrets: [:]))
        }
    }
}
