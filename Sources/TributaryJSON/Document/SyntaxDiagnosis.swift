// SPDX-License-Identifier: Apache-2.0

/// Finds the first fault of a text that the fast parser refused.
///
/// The SIMD pass says that something is wrong but not where. This reads the text again, one byte after the other and
/// with bounds checked, only to name the fault; it costs time in proportion to the text, once.
struct SyntaxDiagnosis {
    typealias Code = JSONError.Code

    /// A fault and where it stands.
    struct Fault: Error {
        let code: Code
        let offset: Int
    }

    private let bytes: [UInt8]
    private let depthMax: Int
    private var at = 0
    /// The open containers, outermost first.
    private var isObject: [Bool] = []
    /// Whether the innermost container has no content yet.
    private var justOpened = false

    /// Reads a text to its first fault.
    ///
    /// - Returns: `nil` when the text is JSON, apart from repeated names and a limit on its number of values.
    static func firstFault(in bytes: [UInt8], depthMax: Int) -> Fault? {
        var diagnosis = SyntaxDiagnosis(bytes: bytes, depthMax: depthMax)
        do {
            try diagnosis.text()
            return nil
        } catch {
            return error
        }
    }

    private init(bytes: [UInt8], depthMax: Int) {
        self.bytes = bytes
        self.depthMax = depthMax
    }

    private var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

    private func fault(_ code: Code, at offset: Int) -> Fault { Fault(code: code, offset: offset) }

    private mutating func text() throws(Fault) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw fault(.byteOrderMark, at: 0) }
        skipBlanks()
        if byte == nil { throw fault(.empty, at: at) }
        try value()
        while let inObject = isObject.last {
            try next(inObject: inObject)
        }
        skipBlanks()
        guard byte == nil else { throw unexpected(.trailingContent) }
    }

    private mutating func skipBlanks() {
        while let byte, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { at += 1 }
    }

    /// What follows inside of the innermost container, whose bracket or last value has just been read.
    private mutating func next(inObject: Bool) throws(Fault) {
        let isFirst = justOpened
        justOpened = false
        let closing = inObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        skipBlanks()
        if byte == closing { return close() }
        if !isFirst {
            guard byte == UInt8(ascii: ",") else { throw unexpected(.unexpectedCharacter) }
            let comma = at
            at += 1
            skipBlanks()
            if byte == closing { throw fault(.trailingComma, at: comma) }
        }
        if inObject {
            guard byte == UInt8(ascii: "\"") else { throw unexpected(.unexpectedCharacter) }
            try string()
            skipBlanks()
            guard byte == UInt8(ascii: ":") else { throw unexpected(.unexpectedCharacter) }
            at += 1
            skipBlanks()
        }
        try value()
    }

    private mutating func close() {
        at += 1
        isObject.removeLast()
    }

    private mutating func value() throws(Fault) {
        guard let byte else { throw fault(.unexpectedEnd, at: at) }
        switch byte {
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard isObject.count < depthMax else { throw fault(.tooDeep, at: at) }
            isObject.append(byte == UInt8(ascii: "{"))
            justOpened = true
            at += 1
        case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "0")...UInt8(ascii: "9"):
            try number()
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): try word()
        default: throw unexpected(.unexpectedCharacter)
        }
    }

    /// The fault of a byte that fits nowhere: named after the byte where that says more.
    private func unexpected(_ code: Code) -> Fault {
        guard let byte else { return fault(.unexpectedEnd, at: at) }
        if byte == 0 { return fault(.nulByte, at: at) }
        if byte >= 0x80, sequenceLength() == nil { return fault(.notUTF8, at: at) }
        return fault(code, at: at)
    }

    private mutating func word() throws(Fault) {
        let start = at
        while let byte, isWordByte(byte) { at += 1 }
        guard ["true", "false", "null"].contains(where: { $0.utf8.elementsEqual(bytes[start..<at]) }) else {
            let isCut = byte == nil && ["true", "false", "null"].contains { $0.utf8.starts(with: bytes[start..<at]) }
            throw isCut ? fault(.unexpectedEnd, at: at) : fault(.badLiteral, at: start)
        }
        try endScalar()
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// What follows a number or a word must end it; a string that follows at once lacks a comma.
    private func endScalar() throws(Fault) {
        switch byte {
        case nil, 0x20, 0x09, 0x0A, 0x0D: return
        case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
            UInt8(ascii: "}"):
            return
        default: throw unexpected(.unexpectedCharacter)
        }
    }

    private mutating func number() throws(Fault) {
        let start = at
        if byte == UInt8(ascii: "-") { at += 1 }
        if byte == UInt8(ascii: "0") {
            at += 1
        } else {
            try digits(from: start)
        }
        if byte == UInt8(ascii: ".") {
            at += 1
            try digits(from: start)
        }
        if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            at += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { at += 1 }
            try digits(from: start)
        }
        if let byte, isWordByte(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "+") {
            throw fault(.badNumber, at: start)
        }
        try endScalar()
    }

    private mutating func digits(from start: Int) throws(Fault) {
        let first = at
        while let byte, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { at += 1 }
        guard at == first else { return }
        throw byte == nil ? fault(.unexpectedEnd, at: at) : fault(.badNumber, at: start)
    }

    private mutating func string() throws(Fault) {
        at += 1
        while true {
            guard let byte else { throw fault(.unexpectedEnd, at: at) }
            switch byte {
            case 0: throw fault(.nulByte, at: at)
            case 1..<0x20: throw fault(.controlCharacter, at: at)
            case UInt8(ascii: "\""):
                at += 1
                return
            case UInt8(ascii: "\\"): try escape()
            case 0x80...0xFF:
                guard let length = sequenceLength() else { throw fault(.notUTF8, at: at) }
                at += length
            default: at += 1
            }
        }
    }

    private mutating func escape() throws(Fault) {
        let start = at
        at += 1
        switch byte {
        case nil: throw fault(.unexpectedEnd, at: at)
        case UInt8(ascii: "u"): break
        case let letter? where "\"\\/bfnrt".utf8.contains(letter):
            at += 1
            return
        default: throw fault(.badEscape, at: start)
        }
        at += 1
        let unit = try unit(of: start)
        if (0xDC00...0xDFFF).contains(unit) { throw fault(.loneSurrogate, at: start) }
        guard (0xD800...0xDBFF).contains(unit) else { return }
        if byte == nil || (byte == UInt8(ascii: "\\") && at + 1 == bytes.count) {
            throw fault(.unexpectedEnd, at: bytes.count)
        }
        guard byte == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else {
            throw fault(.loneSurrogate, at: start)
        }
        let second = at
        at += 2
        guard (0xDC00...0xDFFF).contains(try self.unit(of: second)) else { throw fault(.loneSurrogate, at: start) }
    }

    /// The four hexadecimal digits of the escape that began at `start`.
    private mutating func unit(of start: Int) throws(Fault) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte else { throw fault(.unexpectedEnd, at: at) }
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
                throw fault(.badEscape, at: start)
            }
            unit = unit << 4 | UInt32(digit)
            at += 1
        }
        return unit
    }

    /// Length of the UTF-8 sequence that begins here; `nil` where it is malformed (RFC 3629 section 4).
    private func sequenceLength() -> Int? {
        let rest = bytes[at..<min(at + 4, bytes.count)]
        var decoder = UTF8()
        var iterator = rest.makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
        return UTF8.width(scalar)
    }
}
