// SPDX-License-Identifier: Apache-2.0

extension HMACDeclaration {
    /// Every contradiction between the parts; pointers are those of the `verify` object.
    var problems: [VerifyDeclarationError.Problem] {
        var found: [VerifyDeclarationError.Problem] = []
        func refuse(_ code: VerifyDeclarationError.Code, _ pointer: String, _ message: String) {
            found.append(.init(code, at: pointer, message))
        }
        func checkHeader(_ name: String, _ pointer: String) {
            if !VerifyDeclaration.isHeaderName(name) { refuse(.badHeaderName, pointer, "a header name was expected") }
        }
        checkHeader(header, "/header")
        if let idHeader { checkHeader(idHeader, "/id/header") }
        if case .header(let name) = timestamp?.place { checkHeader(name, "/timestamp/header") }
        for (index, part) in message.enumerated() {
            if case .header(let name) = part { checkHeader(name, "/message/\(index)/header") }
        }
        if message.filter({ $0 == .body }).count != 1 {
            refuse(.contradiction, "/message", "the message must contain \"body\" once; only signed bytes are proven")
        }
        if message.count > Self.partsMax { refuse(.badValue, "/message", "at most \(Self.partsMax) parts are allowed") }
        if message.contains(.timestamp) != (timestamp != nil) {
            let remedy =
                timestamp == nil
                ? "the message contains \"t\"; say in \"timestamp\" where it stands"
                : "the timestamp is not part of the message, so it proves nothing; add \"t\" or leave it out"
            refuse(.contradiction, timestamp == nil ? "/message" : "/timestamp", remedy)
        }
        if message.contains(.id) != (idHeader != nil) {
            let remedy =
                idHeader == nil
                ? "the message contains \"id\"; say in \"id\" which header carries it"
                : "the id is not part of the message; add \"id\" to it or leave this out"
            refuse(.contradiction, idHeader == nil ? "/message" : "/id", remedy)
        }
        found += problemsOfGrammar
        let seconds = tolerance.components.seconds
        if tolerance.components.attoseconds != 0 || !(1...Self.toleranceSecondsMax).contains(seconds) {
            refuse(.badValue, "/tolerance", "whole seconds from 1 to \(Self.toleranceSecondsMax) are allowed")
        }
        return found
    }

    private var problemsOfGrammar: [VerifyDeclarationError.Problem] {
        var found: [VerifyDeclarationError.Problem] = []
        switch signature {
        case .plain: break
        case .prefix(let text):
            if text.isEmpty { found.append(.init(.badValue, at: "/signature/prefix", "the prefix is empty")) }
        case .pairs(let key, let by, let equals):
            if key.isEmpty { found.append(.init(.badValue, at: "/signature/pairs", "the key is empty")) }
            let oneByte = by.utf8.count == 1 && equals.utf8.count == 1 && by != equals
            if !oneByte || by == "\0" || equals == "\0" || key.contains(by) || key.contains(equals) {
                let remedy = "\"by\" and \"is\" are one ASCII character each, differ, and are not part of a key"
                found.append(.init(.badValue, at: "/signature", remedy))
            }
        }
        guard case .pair(let key) = timestamp?.place else { return found }
        guard case .pairs(let signatureKey, let by, let equals) = signature else {
            let remedy = "the timestamp can only be a pair where the signature is one of \"pairs\""
            return found + [.init(.contradiction, at: "/timestamp/pair", remedy)]
        }
        if key.isEmpty || key == signatureKey || key.contains(by) || key.contains(equals) {
            found.append(.init(.badValue, at: "/timestamp/pair", "the key is empty or not a key of its own"))
        }
        return found
    }
}

extension VerifyDeclaration {
    /// Whether HTTP allows the text as a field name: RFC 9110 section 5.6.2, `token`.
    static func isHeaderName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
