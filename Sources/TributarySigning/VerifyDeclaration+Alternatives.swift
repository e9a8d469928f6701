// SPDX-License-Identifier: Apache-2.0

import TributaryModel

extension VerifyDeclaration {
    /// Most alternatives of one declaration.
    static let alternativesMax = 8

    /// Reads the list behind `any`; `nil` and problems where a request could not be judged by it without doubt.
    static func alternatives(_ value: JSONValue, _ reader: inout DeclarationReader) -> VerifyDeclaration? {
        let place = reader.place("any")
        guard let elements = value.elements else {
            reader.refuse(.wrongType, place, "a list of alternatives was expected")
            return nil
        }
        guard (2...alternativesMax).contains(elements.count) else {
            reader.refuse(.badValue, place, "two to \(alternativesMax) alternatives were expected")
            return nil
        }
        var alternatives: [VerifyDeclaration] = []
        var isSound = true
        for (index, element) in elements.enumerated() {
            let pointer = "\(place)/\(index)"
            do throws(VerifyDeclarationError) {
                let alternative = try VerifyDeclaration(json: element, at: pointer)
                guard let reason = alternative.reason(against: alternatives) else {
                    alternatives.append(alternative)
                    continue
                }
                reader.refuse(.contradiction, pointer, reason)
                isSound = false
            } catch {
                reader.refuse(error.problems)
                isSound = false
            }
        }
        return isSound ? .any(alternatives) : nil
    }

    /// What keeps this from being an alternative after others.
    private func reason(against earlier: [VerifyDeclaration]) -> String? {
        guard let header else {
            switch self {
            case .any: return "alternatives have no alternatives; write them into one list"
            case .plugin: return "a plugin judges alone; a request has no header that chooses it"
            case .path: return "the path is no alternative: \"path\" in the configuration demands it beside any scheme"
            case .unauthenticated: return "\"none\" beside another scheme would let everyone in"
            case .hmac, .token, .basic: return nil
            }
        }
        if earlier.contains(where: { $0.header.map { HeaderFields.same($0, header) } ?? false }) {
            return "an earlier alternative has the header \(header) too, so this one never judges"
        }
        if bindsBody, earlier.contains(where: { !$0.bindsBody }) {
            return "put what binds the body first: a forged weak header must not win over a strong one"
        }
        return nil
    }
}

extension DeclarationReader {
    /// The name of a plugin.
    mutating func name(_ member: String) -> String? {
        guard let name = text(member) else { return nil }
        let isName = name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
        }
        guard isName, !name.isEmpty, name.utf8.count <= 64 else {
            refuse(.badValue, place(member), "a plugin's name was expected: letters a-z, digits and '-'")
            return nil
        }
        return name
    }
}
