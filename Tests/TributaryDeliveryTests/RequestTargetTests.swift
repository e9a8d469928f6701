// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryDelivery
import TributaryModel

@Suite struct RequestTargetTests {
    @Test(arguments: [
        ("https://api.example.com", "https://api.example.com:443"),
        ("HTTPS://API.example.com/x?y", "https://api.example.com:443"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"), ("https://[2606:4700::1]/", "https://[2606:4700::1]:443"),
        ("https://[2606:4700::1]:8443/", "https://[2606:4700::1]:8443"), ("https://a.b?q=1:2", "https://a.b:443"),
        ("https://a.b/x@y", "https://a.b:443"),
    ])
    func `the origin is scheme, host and port`(url: String, origin: String) throws {
        #expect(try RequestTarget(ClientRequest(.get, url)).origin == origin)
    }

    @Test(arguments: [
        "", "api.example.com", "ftp://a.b/", "file:///etc/passwd", "https:/a.b", "https://", "https:///x",
        "https://a.b:0/",
        "https://a.b:99999/", "https://a.b:8x/", "https://a.b:+80/", "https://a.b:/", "https://user@a.b/",
        "https://u:p@a.b/",
        "https://a.b/x y", "https://a.b/x\r\nHost: c", "https://a.b/ä", "https://ä.b/", "https://a.b/#f",
        "https://a.b\\@c.d/",
        "https://[::1/", "https://[x]/", "https://a%2eb/", "https://a,b/", "javascript:alert(1)",
        "https://a.b/" + String(repeating: "x", count: 8192),
    ])
    func `an address that may not be called is refused`(url: String) throws {
        let failure = #expect(throws: TransportFailure.self) { try RequestTarget(ClientRequest(.get, url)) }
        #expect(failure?.code == .badRequest)
        #expect(failure?.mayHaveArrived == false)
    }

    @Test(arguments: [
        ("X-A", "a\r\nX-B: b"), ("X-A", "a\nb"), ("X-A", "a\u{0}b"), ("X-A", "\u{7f}"), ("X A", "b"), ("X-A:", "b"),
        ("", "b"),
        ("X-Ä", "b"), ("Content-Length", "3"), ("transfer-encoding", "chunked"), ("Host", "c"), ("Connection", "close"),
        ("Expect", "100-continue"),
    ])
    func `a field that would change the message's frame is refused`(name: String, value: String) throws {
        let request = ClientRequest(.post, "https://a.b/", headers: HeaderFields([.init(name: name, value: value)]))
        let failure = #expect(throws: TransportFailure.self) { try RequestTarget(request) }
        #expect(failure?.code == .badRequest)
        #expect(failure?.origin == "https://a.b:443")
        #expect(!"\(String(describing: failure))".contains("X-B"))
    }

    @Test func `a GET with a body is refused`() {
        #expect(throws: TransportFailure.self) { try RequestTarget(ClientRequest(.get, "https://a.b/", body: [1])) }
    }

    @Test func `a request and an answer print neither address nor fields nor body`() {
        let request = ClientRequest(
            .post,
            "https://a.b/secret",
            headers: ["Authorization": "secret"],
            body: Array("secret".utf8)
        )
        let answer = ClientAnswer(status: 200, headers: ["X-A": "secret"], body: Array("secret".utf8))
        var text = "\(request)\(answer)\(String(reflecting: request))\(String(reflecting: answer))"
        dump(request, to: &text)
        dump(answer, to: &text)
        #expect(!text.contains("secret"))
    }
}
