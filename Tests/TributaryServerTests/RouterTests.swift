// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel

@testable import TributaryServer

@Suite struct RouterTests {
    private static let router: Router = {
        var router = Router()
        router.on("GET", "/healthz") { _, _ in .text("well") }
        router.on("POST", "/webhooks/{name}") { _, name in .text("webhook \(name)") }
        router.on("GET", "/webhooks/list") { _, _ in .text("list") }
        router.on("GET", "/sinks/{name}/state") { _, name in .text("state \(name)") }
        router.on("POST", "/open/{address...}") { _, address in .text("open \(address)") }
        router.on("DELETE", "/sinks/{name}/state") { _, name in .text("gone \(name)") }
        return router
    }()

    private static func answer(_ method: String, _ path: String) async -> ServerResponse {
        await router.respond(to: ServerRequest(method: method, path: path))
    }

    @Test(arguments: [
        ("GET", "/healthz", "well"), ("POST", "/webhooks/stripe", "webhook stripe"),
        ("POST", "/webhooks/shop eu", "webhook shop eu"), ("GET", "/webhooks/list", "list"),
        ("GET", "/sinks/dub/state", "state dub"), ("DELETE", "/sinks/dub/state", "gone dub"),
        ("HEAD", "/healthz", "well"), ("POST", "/open/a", "open a"), ("POST", "/open/a/b//c/", "open a/b//c/"),
    ])
    func `a path finds its handler`(method: String, path: String, text: String) async {
        let answer = await Self.answer(method, path)
        #expect(answer.status == 200)
        #expect(answer.body == Array(text.utf8))
    }

    @Test(arguments: [
        "/", "/healthz/", "/webhooks", "/webhooks/", "/webhooks/a/b", "/sinks//state", "/sinks/a/b/state", "/open",
        "/open/",
    ])
    func `an unknown path is a problem`(path: String) async {
        let answer = await Self.answer("GET", path)
        #expect(answer.status == 404)
        #expect(answer.headers["Content-Type"] == "application/problem+json")
    }

    @Test(arguments: [
        ("PATCH", "/sinks/dub/state", "DELETE, GET, HEAD"), ("get", "/healthz", "GET, HEAD"),
        ("GET", "/webhooks/stripe", "POST"), ("POST", "/webhooks/list", "GET, HEAD"),
    ])
    func `another method is told what is allowed`(method: String, path: String, allowed: String) async {
        let answer = await Self.answer(method, path)
        #expect(answer.status == 405)
        #expect(answer.headers["Allow"] == allowed)
    }

    @Test func `a problem has its members once and in order`() {
        let response = ServerResponse.problem(
            status: 422,
            title: "Invalid event",
            detail: "No key.",
            type: "https://example.com/problems/event",
            instance: "/events/1",
            members: [.init("pointer", "/key"), .init("status", 1)]
        )
        let expected =
            #"{"type":"https://example.com/problems/event","title":"Invalid event","status":422,"#
            + #""detail":"No key.","instance":"/events/1","pointer":"/key"}"#
        #expect(String(decoding: response.body, as: UTF8.self) == expected)
    }
}
