// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON
import TributaryModel
import TributaryServer
import TributaryTesting

/// One row of a rule table: a request, and what has to stand in the answer.
struct DoubleRow: Sendable, CustomTestStringConvertible {
    var line: String
    var body: JSONValue?
    var status: Int
    var text: String

    init(_ line: String, _ body: JSONValue? = nil, _ status: Int, _ text: String = "") {
        (self.line, self.body, self.status, self.text) = (line, body, status, text)
    }

    var testDescription: String { line }
}

extension PlatformDouble {
    /// Makes a request from `METHOD /path?query`; two slashes begin a path that does not stand behind the base path.
    func ask(_ line: String, _ body: JSONValue? = nil, headers: HeaderFields) throws -> ServerResponse {
        let parts = line.split(separator: " ")
        let isWhole = parts[1].hasPrefix("//")
        let target = try #require(RequestTarget(isWhole ? String(parts[1].dropFirst()) : basePath + parts[1]))
        return answer(
            to: ServerRequest(
                method: String(parts[0]),
                path: target.path,
                query: target.query,
                headers: headers,
                body: body?.encoded() ?? []
            )
        )
    }

    /// Walks down a table, in order, and compares status and text of each answer.
    func walk(_ rows: [DoubleRow], headers: HeaderFields) throws {
        for row in rows {
            let response = try ask(row.line, row.body, headers: headers)
            let text = String(decoding: response.body, as: UTF8.self)
            #expect(response.status == row.status, "\(row.line) \(row.body?.text ?? "") answered \(text)")
            #expect(row.text.isEmpty || text.contains(row.text), "\(row.line) answered \(text)")
        }
    }
}

/// A clock that stands still.
let noon = Timestamp(unixSeconds: 1_784_462_400)
