// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TributaryDelivery
import TributaryModel

@Suite(.timeLimit(.minutes(1))) struct HTTPClientQueueTests {
    private let patient = ClientLimits(wait: .seconds(9), total: .seconds(9))

    @Test func `cancelling the task ends a running call at once`() async throws {
        let server = try LoopbackServer { _ in [.pause(milliseconds: 3000)] }
        defer { server.stop() }
        let client = try HTTPClient()
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: TransportFailure.self) { group in
            group.addTask { try await failure(of: client, loopback(.post, server.url, body: "{}")) }
            while server.served == 0 { try await Task.sleep(for: .milliseconds(5)) }
            group.cancelAll()
            let ended = try await group.next()
            #expect(ended?.code == .canceled)
            #expect(ended?.mayHaveArrived == true)
        }
        #expect(ContinuousClock.now - start < .seconds(2))
    }

    @Test func `cancelling a waiting call, or one before it begins, sends nothing`() async throws {
        let server = try LoopbackServer { _ in [.pause(milliseconds: 400), .send(LoopbackServer.answer(200, "{}"))] }
        defer { server.stop() }
        let client = try HTTPClient(ClientSettings(callsMax: 1))
        try await withThrowingTaskGroup(of: TransportFailure?.self) { group in
            group.addTask {
                _ = try await client.send(loopback(.post, server.url))
                return nil
            }
            while server.served == 0 { try await Task.sleep(for: .milliseconds(5)) }
            let waiting = Task { try await failure(of: client, loopback(.post, server.url + "/waiting")) }
            try await Task.sleep(for: .milliseconds(50))
            waiting.cancel()
            let early = Task {
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                return try await failure(of: client, loopback(.post, server.url + "/early"))
            }
            for failure in [try await waiting.value, try await early.value] {
                #expect(failure.code == .canceled)
                #expect(!failure.mayHaveArrived)
            }
            try await group.waitForAll()
        }
        #expect(server.requests.map(\.target) == ["/"])
    }

    @Test func `a call that finds no place in time is told that the client is busy`() async throws {
        let server = try LoopbackServer { _ in [.pause(milliseconds: 600), .send(LoopbackServer.answer(200, "{}"))] }
        defer { server.stop() }
        let client = try HTTPClient(ClientSettings(callsMax: 1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await client.send(loopback(.post, server.url)) }
            while server.served == 0 { try await Task.sleep(for: .milliseconds(5)) }
            let start = ContinuousClock.now
            let hasty = ClientLimits(wait: .milliseconds(100), total: .seconds(9))
            let failure = try await failure(of: client, loopback(.post, server.url, limits: hasty))
            #expect(failure.code == .busy)
            #expect(!failure.mayHaveArrived)
            #expect(ContinuousClock.now - start < .milliseconds(500))
            try await group.waitForAll()
        }
        #expect(server.served == 1)
    }

    @Test(arguments: [ClientSettings(callsMax: 1, waitingMax: 2), ClientSettings(callsMax: 1, waitingPerOriginMax: 2)])
    func `a full queue refuses at once`(settings: ClientSettings) async throws {
        let server = try LoopbackServer { _ in [.pause(milliseconds: 300), .send(LoopbackServer.answer(200, "{}"))] }
        defer { server.stop() }
        let client = try HTTPClient(settings)
        let codes = await withTaskGroup(of: TransportFailure.Code?.self) { group in
            for _ in 0..<8 {
                group.addTask { [patient] in
                    do throws(TransportFailure) {
                        _ = try await client.send(loopback(.post, server.url, limits: patient))
                        return nil
                    } catch {
                        return error.code
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count { $0 == nil } == server.served)
        #expect(codes.count { $0 == .busy } == 8 - server.served)
        // One may run and two wait; if the first had begun before the last came, no more than that found a place.
        #expect((2...3).contains(server.served))
    }

    @Test func `a slow origin does not hold up another`() async throws {
        let slow = try LoopbackServer { _ in [.pause(milliseconds: 800), .send(LoopbackServer.answer(200, "{}"))] }
        let fast = try LoopbackServer()
        defer {
            slow.stop()
            fast.stop()
        }
        let client = try HTTPClient(ClientSettings(callsMax: 8, callsPerOriginMax: 4))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { [patient] in _ = try await client.send(loopback(.post, slow.url, limits: patient)) }
            }
            while slow.served < 4 { try await Task.sleep(for: .milliseconds(5)) }
            let start = ContinuousClock.now
            for _ in 0..<20 { _ = try await client.send(loopback(.post, fast.url, limits: patient)) }
            #expect(ContinuousClock.now - start < .milliseconds(700))
            #expect(slow.served == 4)
            try await group.waitForAll()
        }
        #expect(slow.served == 8)
    }

    @Test func `closing ends running and waiting calls and refuses later ones`() async throws {
        let server = try LoopbackServer { _ in [.pause(milliseconds: 3000)] }
        defer { server.stop() }
        let client = try HTTPClient(ClientSettings(callsMax: 1))
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: TransportFailure.self) { group in
            for _ in 0..<3 { group.addTask { try await failure(of: client, loopback(.post, server.url)) } }
            while server.served == 0 { try await Task.sleep(for: .milliseconds(5)) }
            await client.close()
            var arrived: [Bool] = []
            for try await failure in group {
                #expect(failure.code == .canceled)
                arrived.append(failure.mayHaveArrived)
            }
            #expect(arrived.count { $0 } == 1)
        }
        #expect(try await failure(of: client, loopback(.get, server.url)).code == .canceled)
        await client.close()
        #expect(ContinuousClock.now - start < .seconds(2))
    }

    @Test func `a client that nobody holds closes its connections`() async throws {
        let server = try LoopbackServer()
        defer { server.stop() }
        do {
            let client = try HTTPClient()
            _ = try await client.send(loopback(.get, server.url))
            #expect(server.openNow == 1)
        }
        let deadline = ContinuousClock.now + .seconds(5)
        while server.openNow > 0, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(10)) }
        #expect(server.openNow == 0)
    }

    @Test func `the rate of small calls with 64 in flight is measured`() async throws {
        let server = try LoopbackServer(keepsRequests: false)
        defer { server.stop() }
        let client = try HTTPClient()
        let body = #"{"event":"payment.succeeded","total":1250,"currency":"EUR","customer":"cus_1"}"#
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    for _ in 0..<100 {
                        let answer = try await client.send(loopback(.post, server.url, body: body))
                        #expect(answer.status == 200)
                    }
                }
            }
            try await group.waitForAll()
        }
        let seconds = Double((ContinuousClock.now - start) / .milliseconds(1)) / 1000
        print("HTTPClient: \(Int(6400 / seconds)) calls/s over \(server.connections) connections")
        #expect(server.served == 6400)
        #expect(server.openMax <= 64)
        #expect(server.connections <= 128)
    }
}
