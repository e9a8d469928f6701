// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryMapping
import TributaryModel
import TributaryTesting

@testable import Postback

/// What another implementation of HMAC says: Python's.
private func hmac(_ message: String, key: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = [
        "-c",
        "import hmac,sys;print(hmac.new(sys.argv[1].encode(),sys.argv[2].encode(),'sha256').hexdigest(),end='')", key,
        message,
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
}

private func signed(_ sign: String, _ rest: String = "", required: Bool = true) throws -> PostbackSink {
    let query = #""query": { "z": "$.ids.click", "b": "$.amount.major", "token": { "setting": "token" } }"#
    let request = #"{ "id": "s", "on": ["payment.succeeded"], "path": "/s", \#(query)\#(rest), "sign": \#(sign) }"#
    let settings =
        #"{ "key": { "type": "secret", "required": \#(required) }, "token": { "type": "secret" }, "plain": {} }"#
    let secrets = ["token": Secret("t k"), "key": Secret("s1gn")]
    return try sink(description(request, settings: settings), secrets: required ? secrets : ["token": Secret("t k")])
}

@Suite(.timeLimit(.minutes(1))) struct PostbackSigningTests {
    @Test(
        arguments: [
            ("query", "z=a%20b&b=95.20&token=t%20k"), ("sorted_query", "b=95.20&token=t%20k&z=a%20b"),
        ]
    )
    func `the query is signed as it is sent, or in the order of its names`(of: String, message: String) throws {
        let tag = try hmac(message, key: "s1gn")
        #expect(tag.count == 64)
        let made = try signed(#"{ "of": "\#(of)", "secret": "key", "parameter": "sig" }"#)
        let call = try #require(SinkTranscript(try sale(click: "a b"), to: made).calls.first)
        #expect(call.revealedURL == "https://track.acme.example/s?z=a%20b&b=95.20&token=t%20k&sig=\(tag)")
        // Whoever reads a log could send the request once more.
        #expect(!String(describing: call).contains(tag))
    }

    @Test func `the body is signed into a header, with a prefix`() throws {
        let made = try signed(
            #"{ "of": "body", "secret": "key", "header": "X-Signature", "prefix": "sha256=" }"#,
            #", "json": { "click": "$.ids.click" }"#
        )
        let call = try #require(SinkTranscript(try sale(click: "ä"), to: made).calls.first)
        let tag = try hmac(#"{"click":"ä"}"#, key: "s1gn")
        #expect(
            call.secretHeaders.map { "\($0.name): \($0.prefix)\($0.secret.revealedText)" }
                == ["X-Signature: sha256=\(tag)"]
        )
    }

    @Test func `a signature over the time is another in each attempt`() throws {
        let made = try signed(
            #"{ "of": "timestamp.body", "secret": "key", "header": "X-Signature", "timestamp_header": "X-Time" }"#,
            #", "json": { "click": "$.ids.click" }"#
        )
        let call = try #require(SinkTranscript(try sale(click: "c"), to: made).calls.first)
        #expect(call.signing?.form == .timestampBody && call.signing?.timestampHeader == "X-Time")
        #expect(call.signing?.signatureHeader == "X-Signature" && call.secretHeaders.isEmpty)
    }

    @Test func `a key that is not required and not given signs nothing`() throws {
        let made = try signed(#"{ "of": "query", "secret": "key", "parameter": "sig" }"#, required: false)
        let call = try #require(SinkTranscript(try sale(click: "c"), to: made).calls.first)
        #expect(!call.revealedURL.contains("sig="))
    }

    @Test(
        arguments: [
            (#"{ "of": "query", "secret": "key" }"#, "a signature has a \"header\" or a \"parameter\", one of both"),
            (
                #"{ "of": "query", "secret": "key", "header": "X", "parameter": "y" }"#,
                "a signature has a \"header\" or a \"parameter\", one of both"
            ),
            (#"{ "of": "body", "secret": "key", "header": "X" }"#, "the call has no body to sign"),
            (#"{ "of": "path", "secret": "key", "header": "X" }"#, "\"path\" is no thing to sign"),
            (#"{ "of": "query", "secret": "plain", "header": "X" }"#, "\"plain\" is no secret, and signs"),
            (#"{ "of": "query", "secret": "kex", "header": "X" }"#, "\"kex\" is no setting of this file"),
            (#"{ "of": "query", "secret": "key", "header": "Host" }"#, "the header Host is the client's own business"),
            (
                #"{ "of": "timestamp.body", "secret": "key", "parameter": "x" }"#,
                "a signature over the time stands in a header field beside another with the time"
            ),
            (
                #"{ "of": "query", "secret": "key", "header": "X", "timestamp_header": "Y" }"#, "the time is not signed"
            ),
        ]
    )
    func `a signature that cannot be made is told with its remedy`(sign: String, message: String) {
        do {
            _ = try signed(sign)
            Issue.record("nothing was found")
        } catch let error as MappingDiagnostics {
            #expect(error.items.count == 1)
            #expect(error.items.first?.message == message)
        } catch {
            Issue.record("\(error)")
        }
    }
}
