// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel

@testable import TributaryServer

@Suite struct RequestHeadTests {
    /// Puts NUL where the library puts it: `|` stands for the blanks, colons and line ends of the head.
    private static func head(_ text: String, target: Int, fields: Int) -> Result<RequestHead, Refusal> {
        let bytes = text.utf8.map { $0 == UInt8(ascii: "|") ? 0 : $0 }
        do throws(Refusal) {
            return .success(
                try RequestHead(bytes.span, targetCount: target, fieldCount: fields, bytesMax: 1000, fieldsMax: 5)
            )
        } catch {
            return .failure(error)
        }
    }

    @Test func `a head is taken apart`() throws {
        let text = "POST|/a?b|HTTP/1.1||Host| h||content-length|7||X-A|\ta b \t||Empty|||||"
        let head = try Self.head(text, target: 4, fields: 4).get()
        #expect(head.method == "POST")
        #expect(head.length == .declared(7))
        #expect(head.headers == ["Host": "h", "content-length": "7", "X-A": "a b", "Empty": ""])
        #expect(!head.expectsContinue)
    }

    @Test(arguments: [
        ("GET|/|HTTP/1.1||Host|h||||", 1, 2, Refusal.malformedHead),
        ("GET|/|HTTP/1.1||Host|h||A|b||||", 1, 1, .malformedHead),
        ("GET|/|HTTP/1.1||Host|h||||", 2, 1, .malformedHead),
        ("GET|/|HTTP/1.1|Host|h||||", 1, 1, .malformedHead), ("GET|/|HTTP/1.1||Host|h|||", 1, 1, .malformedHead),
        ("GET|/|HTTP/1.1||Host|h|||||", 1, 1, .malformedHead), ("GET|/|HTTP/1.1||", 1, 0, .malformedHead),
        ("", 0, 0, .malformedHead), ("|", 0, 0, .malformedHead), ("GET|", 5, 0, .malformedHead),
        ("GET|/|HTTP/1.1||||", 1, 0, .hostMissing), ("GET|/|HTTP/1.3||Host|h||||", 1, 1, .unsupportedVersion),
        ("GET|/|HTTP/1.1||Host|h||A|1||A|1||A|1||A|1||A|1||||", 1, 6, .headTooLarge),
    ])
    func `anything else is refused`(text: String, target: Int, fields: Int, refusal: Refusal) {
        #expect(Self.head(text, target: target, fields: fields) == .failure(refusal))
    }

    @Test func `no bytes lead outside of the head`() {
        // A small linear congruential generator, so that a failure can be repeated.
        var state: UInt64 = 42
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let alphabet: [UInt8] = Array("GET /:HTTP/1.1 Host\r\n\t".utf8) + [0, 0, 0, 0, 0x7F, 0xFF]
        var accepted = 0
        for _ in 0..<50_000 {
            let bytes = (0..<random(60)).map { _ in alphabet[random(alphabet.count)] }
            let read = try? RequestHead(  // any refusal will do
                bytes.span,
                targetCount: random(12),
                fieldCount: random(4),
                bytesMax: 1000,
                fieldsMax: 100
            )
            if read != nil { accepted += 1 }
        }
        #expect(accepted == 0)
    }

    @Test(arguments: [
        ("/", "/"), ("/a/b", "/a/b"), ("/a%20b", "/a b"), ("/%C3%A4", "/ä"), ("//", "//"), ("/a..b/.c", "/a..b/.c"),
        ("/%25", "/%"), ("/a?b/../c", "/a"),
    ])
    func `a path is decoded once`(text: String, path: String) {
        #expect(RequestTarget(text)?.path == path)
    }

    @Test(arguments: [
        "", "a", "*", "http://h/", "/a b", "/a#b", "/a\\b", "/%", "/%4", "/%zz", "/%2f", "/%5C", "/%00", "/%0a", "/%7f",
        "/%ff", "/..", "/../a", "/a/./b", "/a/%2e%2e", "/.", "/ä", "/?a=%", "/?%00", "/?a=%FF", "/\u{7F}", "/?a#b",
    ])
    func `a path with two readings is refused`(text: String) {
        #expect(RequestTarget(text) == nil)
    }
}
