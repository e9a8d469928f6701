// SPDX-License-Identifier: Apache-2.0

extension ForeignSyntax {
    /// No selector begins here, inside of brackets.
    static func selectorExpected(_ cursor: PathCursor) -> JSONPathError {
        let place = cursor.position
        guard let next = cursor.ahead else {
            return JSONPathError(.unexpectedEnd, at: place, "the bracket is not closed", hint: "add ]")
        }
        var rest = cursor
        switch next {
        case "]":
            return JSONPathError(
                .unexpectedCharacter,
                at: place,
                "a selector is missing before ']'",
                hint: "every child is [*]"
            )
        case ",": return JSONPathError(.unexpectedCharacter, at: place, "a selector is missing before ','")
        case "(":
            return JSONPathError(
                .foreignSyntax,
                at: place,
                "RFC 9535 has no script expressions",
                hint: "the last element is [-1], a condition is [?…]"
            )
        case "@", "$":
            return JSONPathError(
                .foreignSyntax,
                at: place,
                "a query cannot be a selector",
                hint: "a condition is [?…], such as [?@.id == $.wanted]"
            )
        case "+":
            return JSONPathError(.badNumber, at: place, "an index has no plus sign")
        case _ where PathCursor.beginsName(next):
            let name = rest.takeName()
            return JSONPathError(
                .foreignSyntax,
                at: place,
                "a name in brackets must be quoted",
                hint: "write ['\(name)']"
                    + (cursor.bytes.first == UInt8(ascii: "$") ? ", or .\(name) without brackets" : "")
            )
        default:
            return JSONPathError(.unexpectedCharacter, at: place, "no selector begins with \(cursor.nextDescription)")
        }
    }

    /// Neither `,` nor `]` stands behind a selector.
    static func afterSelector(_ cursor: PathCursor, last: PathSelector?) -> JSONPathError {
        if case .filter? = last { return afterClause(cursor, closing: nil) }
        guard !cursor.isAtEnd else {
            return JSONPathError(.unexpectedEnd, at: cursor.position, "the bracket is not closed", hint: "add ]")
        }
        let hint: String? =
            switch (last, cursor.ahead) {
            case (.index?, "."): "an index is an integer"
            case (.index?, _) where cursor.ahead.map(PathCursor.isDigit) == true: "separate selectors with ','"
            case (.name?, "'"), (.name?, "\""): "separate names with ',', or escape the quote"
            default: nil
            }
        return JSONPathError(
            .unexpectedCharacter,
            at: cursor.position,
            "expected ',' or ']', found \(cursor.nextDescription)",
            hint: hint
        )
    }
}
