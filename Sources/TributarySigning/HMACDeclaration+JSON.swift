// SPDX-License-Identifier: Apache-2.0

import TributaryModel

extension HMACDeclaration {
    /// The keys of an `hmac` scheme beside `scheme` itself.
    static let keys = [
        "algorithm", "header", "signature", "message", "encoding", "key", "timestamp", "id", "tolerance",
    ]

    /// Reads the parts; what stands in `preset` is taken from there where the object is silent.
    static func read(_ reader: inout DeclarationReader, over preset: HMACDeclaration?) -> HMACDeclaration? {
        let header = preset != nil && reader.member("header") == nil ? preset?.header : reader.text("header")
        let key = preset != nil && reader.member("key") == nil ? preset?.key : reader.word("key", KeyForm.self)
        let algorithm = preset?.algorithm ?? reader.word("algorithm", HashAlgorithm.self)
        let encoding = preset?.encoding ?? reader.word("encoding", Encoding.self)
        let signature = preset?.signature ?? readGrammar(&reader)
        let message = preset?.message ?? readMessage(&reader)
        let timestamp = reader.member("timestamp") == nil ? preset?.timestamp : readTime(&reader)
        let idHeader = reader.member("id") == nil ? preset?.idHeader : readID(&reader)
        let tolerance = readTolerance(&reader)
        if tolerance != nil, preset?.timestamp == nil, reader.member("timestamp") == nil {
            reader.refuse(.contradiction, reader.place("tolerance"), "a tolerance needs a \"timestamp\" that is signed")
        }
        guard reader.problems.isEmpty, let header, let key, let algorithm, let encoding, let signature, let message
        else { return nil }
        let declaration = HMACDeclaration(
            unchecked: algorithm,
            header: header,
            signature: signature,
            message: message,
            encoding: encoding,
            key: key,
            timestamp: timestamp,
            idHeader: idHeader,
            tolerance: tolerance ?? toleranceUsual
        )
        let pointer = reader.pointer
        reader.refuse(
            declaration.problems.map {
                .init($0.code, at: pointer + $0.pointer, $0.message, suggestion: $0.suggestion)
            }
        )
        return reader.problems.isEmpty ? declaration : nil
    }

    private static func readGrammar(_ reader: inout DeclarationReader) -> Grammar? {
        guard let value = reader.member("signature") else { return .plain }
        if let word = value.string {
            if word == "plain" { return .plain }
            reader.refuse(.unknownValue, reader.place("signature"), "\"plain\" or an object was expected")
            return nil
        }
        return inner(&reader, "signature") { inner in
            if inner.member("prefix") != nil {
                inner.close(["prefix"])
                return inner.text("prefix").map(Grammar.prefix)
            }
            inner.close(["pairs", "by", "is"])
            let (key, by, equals) = (inner.text("pairs"), inner.optionalText("by"), inner.optionalText("is"))
            return key.map { .pairs(key: $0, by: by ?? ",", is: equals ?? "=") }
        }
    }

    private static func readMessage(_ reader: inout DeclarationReader) -> [Part]? {
        guard let value = reader.member("message") else {
            reader.refuse(.missingKey, reader.pointer, "\"message\" is missing; mostly it is [\"body\"]")
            return nil
        }
        guard let elements = value.elements else {
            reader.refuse(.wrongType, reader.place("message"), "an array was expected")
            return nil
        }
        var parts: [Part] = []
        for (index, element) in elements.enumerated() {
            let place = reader.place("message") + "/\(index)"
            switch element {
            case "t": parts.append(.timestamp)
            case "id": parts.append(.id)
            case "body": parts.append(.body)
            case .string:
                let remedy = "\"t\", \"id\", \"body\", {\"header\": …} or {\"const\": …} was expected"
                reader.refuse(.unknownValue, place, remedy)
            case .null, .bool, .number, .array, .object:
                if let part = readPart(element, at: place, &reader) { parts.append(part) }
            }
        }
        return parts
    }

    private static func readPart(_ value: JSONValue, at place: String, _ reader: inout DeclarationReader) -> Part? {
        var problems: [VerifyDeclarationError.Problem] = []
        var part: Part?
        if var inner = DeclarationReader(value, at: place, collecting: &problems) {
            if inner.member("header") != nil {
                inner.close(["header"])
                part = inner.text("header").map(Part.header)
            } else {
                inner.close(["const", "header"])
                part = inner.text("const").map(Part.text)
            }
            problems = inner.problems
        }
        reader.refuse(problems)
        return part
    }

    private static func readTime(_ reader: inout DeclarationReader) -> Time? {
        inner(&reader, "timestamp") { inner in
            let unit = inner.member("unit") == nil ? .seconds : inner.word("unit", Time.Unit.self)
            if inner.member("pair") != nil {
                inner.close(["pair", "unit"])
                guard let key = inner.text("pair"), let unit else { return nil }
                return Time(place: .pair(key), unit: unit)
            }
            inner.close(["header", "pair", "unit"])
            guard let name = inner.text("header"), let unit else { return nil }
            return Time(place: .header(name), unit: unit)
        }
    }

    private static func readID(_ reader: inout DeclarationReader) -> String? {
        inner(&reader, "id") { inner in
            inner.close(["header"])
            return inner.text("header")
        }
    }

    private static func readTolerance(_ reader: inout DeclarationReader) -> Duration? {
        guard let value = reader.member("tolerance") else { return nil }
        guard let seconds = value.int64 else {
            reader.refuse(.wrongType, reader.place("tolerance"), "a whole number of seconds was expected")
            return nil
        }
        return .seconds(seconds)
    }

    /// Reads the object under `name` with its own reader and keeps the problems of both.
    private static func inner<Result>(
        _ reader: inout DeclarationReader,
        _ name: String,
        _ read: (inout DeclarationReader) -> Result?
    ) -> Result? {
        var problems: [VerifyDeclarationError.Problem] = []
        var result: Result?
        if let value = reader.member(name),
            var inner = DeclarationReader(value, at: reader.place(name), collecting: &problems)
        {
            result = read(&inner)
            problems = inner.problems
        }
        reader.refuse(problems)
        return result
    }
}

extension HMACDeclaration {
    /// The `verify` object with every part written out.
    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("scheme", "hmac"), .init("algorithm", .string(algorithm.rawValue)), .init("header", .string(header)),
        ]
        switch signature {
        case .plain: break
        case .prefix(let text): members.append(.init("signature", ["prefix": .string(text)]))
        case .pairs(let key, let by, let equals):
            members.append(.init("signature", ["pairs": .string(key), "by": .string(by), "is": .string(equals)]))
        }
        members.append(.init("message", .array(message.map(\.json))))
        members.append(.init("encoding", .string(encoding.rawValue)))
        members.append(.init("key", .string(key.rawValue)))
        if let timestamp {
            var time: [JSONValue.Member] = []
            switch timestamp.place {
            case .header(let name): time.append(.init("header", .string(name)))
            case .pair(let key): time.append(.init("pair", .string(key)))
            }
            if timestamp.unit != .seconds { time.append(.init("unit", .string(timestamp.unit.rawValue))) }
            members.append(.init("timestamp", .object(time)))
        }
        if let idHeader { members.append(.init("id", ["header": .string(idHeader)])) }
        if timestamp != nil, tolerance != Self.toleranceUsual {
            members.append(.init("tolerance", .integer(tolerance.components.seconds)))
        }
        return .object(members)
    }
}

extension HMACDeclaration.Part {
    fileprivate var json: JSONValue {
        switch self {
        case .timestamp: "t"
        case .id: "id"
        case .body: "body"
        case .header(let name): ["header": .string(name)]
        case .text(let text): ["const": .string(text)]
        }
    }
}
