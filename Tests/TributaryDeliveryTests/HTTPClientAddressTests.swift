// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TributaryDelivery
import TributaryModel

@Suite(.timeLimit(.minutes(1))) struct HTTPClientAddressTests {
    @Test(arguments: ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
    func `loopback in every spelling is refused to a call that may only leave`(host: String) async throws {
        let server = try LoopbackServer()
        defer { server.stop() }
        let request = loopback(.post, "http://\(host):\(server.port)", body: "{}", addresses: .publicOnly)
        let failure = try await failure(of: HTTPClient(), request)
        #expect(failure.code == .addressRefused)
        #expect(!failure.mayHaveArrived)
        #expect(server.connections == 0)
    }

    @Test(arguments: ["169.254.169.254", "10.255.255.1", "192.168.255.1", "[fe80::1]", "[fd00:ec2::254]", "0.0.0.0"])
    func `private and metadata addresses are refused before a packet leaves`(host: String) async throws {
        let start = ContinuousClock.now
        let request = loopback(.get, "https://\(host)/latest/meta-data")
        let failure = try await failure(of: HTTPClient(), request)
        #expect(failure.code == .addressRefused)
        #expect(!failure.mayHaveArrived)
        #expect(ContinuousClock.now - start < .seconds(2))
    }

    @Test func `a name that stands for loopback is permitted where loopback is`() async throws {
        let server = try LoopbackServer()
        defer { server.stop() }
        let answer = try await HTTPClient().send(loopback(.get, "http://localhost:\(server.port)/"))
        #expect(answer.status == 200)
    }

    @Test func `a connection kept from a call with a wider policy is refused too`() async throws {
        let server = try LoopbackServer()
        defer { server.stop() }
        let client = try HTTPClient()
        _ = try await client.send(loopback(.get, server.url))
        let failure = try await failure(of: client, loopback(.post, server.url, addresses: .publicOnly))
        #expect(failure.code == .addressRefused)
        #expect(!failure.mayHaveArrived)
        #expect(server.served == 1)
    }

    @Test func `plain HTTP to another machine needs permission`() async throws {
        var request = loopback(.post, "http://192.0.2.1:9/", addresses: .any)
        request.limits.connect = .milliseconds(200)
        let client = try HTTPClient()
        #expect(try await failure(of: client, request).code == .addressRefused)
        // With permission the call gets as far as the network, where nobody answers at this address (RFC 5737).
        request.allowsPlaintext = true
        #expect([.timeoutConnect, .connect].contains(try await failure(of: client, request).code))
    }

    @Test func `a certificate that nobody vouches for is refused, certainly unsent`() async throws {
        let server = try TLSServer()
        defer { server.stop() }
        let failure = try await failure(of: HTTPClient(), loopback(.post, server.url, body: "{}"))
        #expect(failure.code == .tls)
        #expect(!failure.mayHaveArrived)
        // The same server with its certificate trusted: it was the trust that was missing and nothing else.
        let trusting = try HTTPClient(ClientSettings(authoritiesPath: server.certificatePath))
        #expect(try await trusting.send(loopback(.get, server.url)).status == 200)
    }

    @Test func `a trusted certificate for another host is refused`() async throws {
        let server = try TLSServer(name: "DNS:other.test")
        defer { server.stop() }
        let client = try HTTPClient(ClientSettings(authoritiesPath: server.certificatePath))
        let failure = try await failure(of: client, loopback(.post, server.url, body: "{}"))
        #expect(failure.code == .tls)
        #expect(!failure.mayHaveArrived)
    }

    @Test(arguments: [("-tls1_1", false), ("-tls1_2", true)])
    func `TLS below 1.2 is refused`(version: String, isPermitted: Bool) async throws {
        let server = try TLSServer(arguments: [version, "-cipher", "ALL:@SECLEVEL=0"])
        defer { server.stop() }
        let client = try HTTPClient(ClientSettings(authoritiesPath: server.certificatePath))
        if isPermitted {
            #expect(try await client.send(loopback(.get, server.url)).status == 200)
        } else {
            #expect(try await failure(of: client, loopback(.get, server.url)).code == .tls)
        }
    }

    @Test func `a handshake that hangs ends at the connect limit, certainly unsent`() async throws {
        let server = try LoopbackServer(accepts: false)
        defer { server.stop() }
        let limits = ClientLimits(connect: .milliseconds(300), total: .seconds(9))
        let request = loopback(.post, "https://127.0.0.1:\(server.port)", body: "{}", limits: limits)
        let failure = try await failure(of: HTTPClient(), request)
        #expect(failure.code == .timeoutConnect)
        #expect(!failure.mayHaveArrived)
    }

    @Test func `a server that does not speak TLS is refused, certainly unsent`() async throws {
        let server = try LoopbackServer { _ in [.send(LoopbackServer.answer(200, "{}"))] }
        defer { server.stop() }
        let limits = ClientLimits(connect: .milliseconds(500), total: .seconds(9))
        let request = loopback(.post, "https://127.0.0.1:\(server.port)", body: "{}", limits: limits)
        let failure = try await failure(of: HTTPClient(), request)
        #expect([.tls, .timeoutConnect].contains(failure.code))
        #expect(!failure.mayHaveArrived)
        #expect(server.served == 0)
    }

    @Test func `the environment decides nothing about proxies`() async {
        // In a process of its own, because the environment belongs to all tests of this one.
        await #expect(processExitsWith: .success) {
            let server = try LoopbackServer()
            let proxy = try LoopbackServer { _ in [.send(LoopbackServer.answer(299, ""))] }
            for name in ["http_proxy", "HTTPS_PROXY", "ALL_PROXY"] { unsafe setenv(name, proxy.url, 1) }
            let direct = try await HTTPClient().send(loopback(.get, server.url))
            precondition(direct.status == 200 && proxy.served == 0)
            unsafe setenv("no_proxy", "*", 1)
            var request = loopback(.get, server.url)
            request.allowsPlaintext = true
            let proxied = try await HTTPClient(ClientSettings(proxy: proxy.url)).send(request)
            precondition(proxied.status == 299 && server.served == 1)
        }
    }

    @Test func `a configured proxy is used, and nothing readable sent through it without permission`() async throws {
        let proxy = try LoopbackServer { _ in [.send(LoopbackServer.answer(299, ""))] }
        defer { proxy.stop() }
        let client = try HTTPClient(ClientSettings(proxy: proxy.url))
        var request = loopback(.get, "http://example.invalid/x")
        #expect(try await failure(of: client, request).code == .addressRefused)
        request.allowsPlaintext = true
        #expect(try await client.send(request).status == 299)
        #expect(proxy.requests.map(\.target) == ["http://example.invalid/x"])
    }
}
