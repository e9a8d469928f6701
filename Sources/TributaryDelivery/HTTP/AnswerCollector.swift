// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Gathers one answer from lines of its head and pieces of its body, and stops at the limits.
package struct AnswerCollector: Sendable {
    /// Most fields in one head; beyond that a head is an attack.
    package static let fieldsMax = 256

    /// The limit that was exceeded, if one was.
    package private(set) var excess: TransportFailure.Code?

    /// Whether the head of the final answer, not an interim one, is whole.
    package private(set) var isHeadWhole = false

    private let headerBytesMax: Int
    private let bodyBytesMax: Int
    private var headerBytes = 0
    private var status = 0
    private var headers = HeaderFields()
    private var body: [UInt8] = []

    /// Creates an empty answer.
    package init(limits: ClientLimits) {
        headerBytesMax = limits.headerBytesMax
        bodyBytesMax = limits.bodyBytesMax
    }

    /// Takes one line of a head or trailer.
    ///
    /// - Returns: Whether the transfer may go on.
    package mutating func take(line: UnsafeBufferPointer<UInt8>) -> Bool {
        headerBytes += line.count
        guard headerBytes <= headerBytesMax, headers.fields.count < Self.fieldsMax else {
            excess = .headersTooLarge
            return false
        }
        // Trailers count towards the limit and are otherwise of no interest.
        guard !isHeadWhole else { return true }
        let text = unsafe String(decoding: line, as: UTF8.self)
        let content = text.prefix { !$0.isNewline }
        if content.isEmpty {
            isHeadWhole = status >= 200
        } else if content.hasPrefix("HTTP/") {
            status = content.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            headers = HeaderFields()
        } else if content.first == " " || content.first == "\t" {
            unfold(content)
        } else if let colon = content.firstIndex(of: ":") {
            headers.append(String(content[..<colon]), Self.trimmed(content[content.index(after: colon)...]))
        }
        return true
    }

    /// Takes one piece of the body; what exceeds the limit is left out.
    ///
    /// - Returns: Whether the transfer may go on.
    package mutating func take(piece: UnsafeBufferPointer<UInt8>) -> Bool {
        let room = bodyBytesMax - body.count
        guard piece.count > room else {
            unsafe body.append(contentsOf: piece)
            return true
        }
        unsafe body.append(contentsOf: piece.prefix(max(0, room)))
        excess = .answerTooLarge
        return false
    }

    /// The answer so far, or `nil` while its head is not whole.
    package func answer(isTruncated: Bool, duration: Duration) -> ClientAnswer? {
        guard isHeadWhole else { return nil }
        return ClientAnswer(status: status, headers: headers, body: body, isTruncated: isTruncated, duration: duration)
    }

    /// Appends an obsolete continuation line to the last field (RFC 9112 section 5.2).
    private mutating func unfold(_ content: Substring) {
        guard var fields = Optional(headers.fields), let last = fields.popLast() else { return }
        headers = HeaderFields(fields)
        headers.append(last.name, last.value + " " + Self.trimmed(content))
    }

    private static func trimmed(_ text: Substring) -> String {
        let rest = text.drop { $0 == " " || $0 == "\t" }
        guard let last = rest.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return String(rest[...last])
    }
}
