// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryMapping
import TributaryModel

/// A body as a provider sent it, to learn from.
public struct ScaffoldSample: Sendable {
    /// The file that it comes from.
    public var name: String

    /// Its bytes: one JSON object, an array or lines of such, or a form.
    public var bytes: [UInt8]

    /// Creates a sample.
    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// One body out of the samples.
struct SampleBody: Sendable {
    /// The name of its fixture, without an ending.
    var name: String

    /// The content; for a form, what the form says.
    var value: JSONValue

    var isForm: Bool

    /// The list of the body in which it was one of several; `nil` where it is the whole body.
    var list: String?
}

/// Takes samples apart.
enum SampleReader {
    static let samplesMax = 200
    static let bytesMax = 8 << 20

    static func bodies(_ samples: [ScaffoldSample]) throws(ScaffoldError) -> [SampleBody] {
        guard !samples.isEmpty else {
            throw ScaffoldError(.noSamples, "no sample was given; name one with --from FILE")
        }
        var total = 0
        var bodies: [SampleBody] = []
        var names: Set<String> = []
        for sample in samples {
            total += sample.bytes.count
            guard total <= bytesMax else {
                throw ScaffoldError(
                    .tooMuch,
                    "the samples are larger than \(bytesMax >> 20) MB; give fewer",
                    sample: sample.name
                )
            }
            let found = try read(sample)
            // A list with events in it: each is a body of its own, and the mapping is told of the list.
            let batches = found.values.map { BatchGuess.entries(of: $0) }
            let list = batches.first.flatMap { $0?.list }
            let isBatch = list != nil && !found.isForm && batches.allSatisfy { $0?.list == list }
            let values = isBatch ? batches.flatMap { $0?.entries ?? [] } : found.values
            for (index, body) in values.enumerated() {
                guard body.members != nil else {
                    throw ScaffoldError(.notAnObject, "the body is not a JSON object", sample: sample.name)
                }
                var name = fixtureName(sample.name) + (values.count > 1 ? "-\(index + 1)" : "")
                var number = 2
                while !names.insert(name).inserted {
                    name = fixtureName(sample.name) + "-\(number)"
                    number += 1
                }
                bodies.append(SampleBody(name: name, value: body, isForm: found.isForm, list: isBatch ? list : nil))
                guard bodies.count <= samplesMax else {
                    throw ScaffoldError(.tooMuch, "more than \(samplesMax) bodies; give fewer", sample: sample.name)
                }
            }
        }
        if let form = bodies.first(where: \.isForm), let other = bodies.first(where: { !$0.isForm }) {
            let message =
                "\(form.name) is a form and \(other.name) is JSON; a mapping reads one of them, so give them apart"
            throw ScaffoldError(.notReadable, message)
        }
        if let one = bodies.first(where: { $0.list != bodies[0].list }) {
            let message =
                "\(one.name) and \(bodies[0].name) are not in the same list; a mapping reads one, so give them apart"
            throw ScaffoldError(.notReadable, message)
        }
        return bodies
    }

    private static func read(_ sample: ScaffoldSample) throws(ScaffoldError) -> (values: [JSONValue], isForm: Bool) {
        let bytes = sample.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(sample.bytes.dropFirst(3)) : sample.bytes
        guard let first = bytes.first(where: { !isBlank($0) }) else {
            throw ScaffoldError(.notReadable, "the sample is empty", sample: sample.name)
        }
        if first != UInt8(ascii: "{"), first != UInt8(ascii: "["), bytes.contains(UInt8(ascii: "=")) {
            return ([try form(bytes, sample.name)], true)
        }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes, limits: .webhook)
        } catch {
            if let lines = lines(bytes) { return (lines, false) }
            throw ScaffoldError(.notReadable, "not JSON: \(error)", sample: sample.name)
        }
        guard let elements = value.elements else { return ([value], false) }
        guard !elements.isEmpty else { throw ScaffoldError(.noSamples, "the array is empty", sample: sample.name) }
        return (elements, false)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

    /// JSON lines: every line a body of its own; `nil` where a line is not.
    private static func lines(_ bytes: [UInt8]) -> [JSONValue]? {
        let lines = bytes.split { $0 == 0x0A }.filter { !$0.allSatisfy(isBlank) }
        guard lines.count > 1, lines.count <= samplesMax else { return nil }
        var values: [JSONValue] = []
        for line in lines {
            // The whole was no JSON either, and that error says more.
            guard let value = try? JSONValue(parsing: Array(line), limits: .webhook) else { return nil }
            values.append(value)
        }
        return values
    }

    /// Reads a form as a mapping with `"body": "form"` does.
    private static func form(_ bytes: [UInt8], _ name: String) throws(ScaffoldError) -> JSONValue {
        let mapping = """
            {"mapping": 1, "provider": "form", "version": "1", "verify": {"scheme": "none"}, "body": "form",
             "event": {"type": "$.type"}, "rules": []}
            """
        var text = bytes
        while let last = text.last, isBlank(last) { text.removeLast() }
        do {
            let document = try Mapping(parsing: Array(mapping.utf8), file: "form").plan.document(from: text)
            return document.value(document.root)
        } catch {
            throw ScaffoldError(.notReadable, "neither JSON nor a form: \(error)", sample: name)
        }
    }

    /// The file's name without folder and ending, in letters that every file system takes.
    private static func fixtureName(_ path: String) -> String {
        var name = path.split(separator: "/").last.map(String.init) ?? "sample"
        if let dot = name.lastIndex(of: "."), dot > name.startIndex { name = String(name[..<dot]) }
        let bytes = name.utf8.map { byte -> UInt8 in
            let isWord =
                (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x5F || byte == 0x2E
            return isWord ? byte : UInt8(ascii: "-")
        }
        let text = String(decoding: bytes.prefix(60), as: UTF8.self)
        return text.first == "." || text.isEmpty ? "sample" : text
    }
}

extension JSONValue {
    /// A form body that reads back as this value; all values are texts.
    var formText: String {
        var pairs: [String] = []
        appendPairs("", to: &pairs)
        return pairs.joined(separator: "&")
    }

    private func appendPairs(_ name: String, to pairs: inout [String]) {
        switch self {
        case .object(let members):
            for member in members {
                let part = URLText.encoded(member.name)
                member.value.appendPairs(name.isEmpty ? part : name + "[\(part)]", to: &pairs)
            }
        case .array(let elements): for element in elements { element.appendPairs(name + "[]", to: &pairs) }
        case .string(let text): pairs.append(name + "=" + URLText.encoded(text))
        case .number(let text): pairs.append(name + "=" + text)
        case .bool(let value): pairs.append(name + "=\(value)")
        case .null: pairs.append(name + "=")
        }
    }
}
