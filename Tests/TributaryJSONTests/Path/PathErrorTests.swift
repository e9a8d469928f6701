// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON

@Suite struct PathErrorTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let text: String
        let code: JSONPathError.Code
        let offset: Int
        let hint: String?
        var testDescription: String { text }

        init(_ text: String, _ code: JSONPathError.Code, _ offset: Int, _ hint: String? = nil) {
            self.text = text
            self.code = code
            self.offset = offset
            self.hint = hint
        }
    }

    @Test(arguments: [
        Row("", .unexpectedEnd, 0, "$"),
        Row(" $", .surroundingSpace, 0),
        Row("$ ", .surroundingSpace, 1),
        Row("$.a\n", .surroundingSpace, 3),
        Row("a.b", .unexpectedCharacter, 0, "$.a"),
        Row("@.a", .unexpectedCharacter, 0, "begin with $"),
        Row("/data/0/a b", .unexpectedCharacter, 0, "$['data'][0]['a b']"),
        Row(".a", .unexpectedCharacter, 0, "$.a"),
        Row("$.", .unexpectedEnd, 2, ".*"),
        Row("$..", .unexpectedEnd, 3, "$..*"),
        Row("$...a", .foreignSyntax, 3, "$..name"),
        Row("$.['a']", .foreignSyntax, 2, "no dot"),
        Row("$.'a'", .foreignSyntax, 2, "['name']"),
        Row("$.0", .foreignSyntax, 2, "[0]"),
        Row("$. a", .foreignSyntax, 2, "no white space"),
        Row("$.a-b.c", .foreignSyntax, 3, "['a-b']"),
        Row("$.a b", .foreignSyntax, 4, "['a b']"),
        Row("$.a == 1", .foreignSyntax, 4, "in a filter"),
        Row("$.a^", .foreignSyntax, 3, "no parent"),
        Row("$.a~", .foreignSyntax, 3, "member names"),
        Row("$.a]", .foreignSyntax, 3, "no '['"),
        Row("$.a.length()", .foreignSyntax, 4, "length(@"),
        Row("$[foo]", .foreignSyntax, 2, "['foo']"),
        Row("$[]", .unexpectedCharacter, 2, "[*]"),
        Row("$[", .unexpectedEnd, 2, "]"),
        Row("$[0", .unexpectedEnd, 3, "]"),
        Row("$[0 1]", .unexpectedCharacter, 4, "','"),
        Row("$[1.5]", .unexpectedCharacter, 3, "integer"),
        Row("$[01]", .badNumber, 2),
        Row("$[-0]", .badNumber, 2, "write 0"),
        Row("$[+1]", .badNumber, 2),
        Row("$[-]", .badNumber, 3),
        Row("$[9007199254740992]", .integerOutOfRange, 2),
        Row("$[1:-9007199254740992]", .integerOutOfRange, 4),
        Row("$[99999999999999999999999]", .integerOutOfRange, 2),
        Row("$..[(@.length-1)]", .foreignSyntax, 4, "[-1]"),
        Row("$[@.a]", .foreignSyntax, 2, "[?"),
        Row("$['a]", .unexpectedEnd, 2),
        // The hint writes four hexadecimal digits as RFC 8259 does.
        Row("$['\\x']", .badString, 3, "\\uXXXX"),
        Row("$['\\\"']", .badString, 3),
        Row("$['\\ud800']", .badString, 3),
        Row("$['\\udc00\\ud800']", .badString, 3),
        Row("$['\\ud800\\u0041']", .badString, 3),
        Row("$['\\u12g4']", .badString, 3),
        Row("$['a\tb']", .badString, 4, "\\n"),
        Row("$['ä'][x]", .foreignSyntax, 8),
    ])
    func `a path that is none says where and what to write`(_ row: Row) throws {
        let error = try #require(throws: JSONPathError.self) { try JSONPath(row.text) }
        check(error, row)
    }

    @Test(arguments: [
        Row("", .unexpectedEnd, 0),
        Row("@.a =~ /x/", .foreignSyntax, 4, "match(@.name, 'pattern')"),
        Row("@.a = 1", .foreignSyntax, 4, "=="),
        Row("@.a === 1", .foreignSyntax, 4, "=="),
        Row("@.a !== 1", .foreignSyntax, 4, "!="),
        Row("@.a <> 1", .foreignSyntax, 4, "!="),
        Row("@.a == foo", .foreignSyntax, 7, "'foo'"),
        Row("@.a == True", .foreignSyntax, 7, "write true"),
        Row("@.a != None", .foreignSyntax, 7, "write null"),
        Row("@.a == /x/", .foreignSyntax, 7, "match"),
        Row("@.a == ['x']", .foreignSyntax, 7, "||"),
        Row("@.a == ", .unexpectedEnd, 7),
        Row("@.a == (1)", .unexpectedCharacter, 7),
        Row("@.a == \u{201C}x\u{201D}", .foreignSyntax, 7, "'text'"),
        Row("@.length() > 1", .foreignSyntax, 2, "length(@.items)"),
        Row("@.a in ['x']", .foreignSyntax, 4, "||"),
        Row("@.a nin ['x']", .foreignSyntax, 4, "||"),
        Row("@.a contains 'x'", .foreignSyntax, 4, "search"),
        Row("@.a and @.b", .foreignSyntax, 4, "&&"),
        Row("@.a == 1 AND @.b", .foreignSyntax, 9, "&&"),
        Row("@.a or @.b", .foreignSyntax, 4, "||"),
        Row("not @.a", .foreignSyntax, 0, "!"),
        Row("@.a & @.b", .foreignSyntax, 4, "&&"),
        Row("@.a | @.b", .foreignSyntax, 4, "||"),
        Row("@.a + 1 == 2", .foreignSyntax, 4, "arithmetic"),
        Row("@.a-b == 2", .foreignSyntax, 3, "['a-b']"),
        Row("a == 1", .foreignSyntax, 0, "@.a"),
        Row(".a == 1", .foreignSyntax, 0, "@.name"),
        Row("!@.a == 1", .wrongType, 0, "!(@.a == 1)"),
        Row("!!@.a", .unexpectedCharacter, 1),
        Row("(@.a == 1) == true", .wrongType, 11, "&&"),
        Row("1 < @.a < 3", .unexpectedCharacter, 8, "&&"),
        Row("'a'", .wrongType, 0, "compare"),
        Row("@.a && true", .wrongType, 7, "compare"),
        Row("length(@.a)", .wrongType, 0, "> 0"),
        Row("@.* == 1", .notSingular, 0, "value("),
        Row("length(@..a) > 1", .notSingular, 7),
        Row("match(@.a, 'x') == true", .wrongType, 0, "&&"),
        Row("count(1) > 1", .wrongType, 6, "count(@"),
        Row("value('a') == 1", .wrongType, 6, "value(@"),
        Row("length(@.a, @.b) > 1", .wrongArgumentCount, 0),
        Row("match(@.a)", .wrongArgumentCount, 0),
        Row("count() > 1", .wrongArgumentCount, 0),
        Row("length(@.a == 1) > 1", .wrongType, 11, "not a condition"),
        Row("size(@.a) > 1", .unknownFunction, 0, "length"),
        Row("regex(@.a, 'x')", .unknownFunction, 0, "match"),
        Row("(@.a", .unexpectedEnd, 0, "add )"),
        Row("@.a)", .unexpectedCharacter, 3, "no '('"),
        Row("@.a &&", .unexpectedEnd, 6),
        Row("@.a == 01", .badNumber, 7),
        Row("@.a == 1.", .badNumber, 9),
        Row("@.a == 1e", .badNumber, 9),
        Row("@.a == +1", .badNumber, 7),
        Row("== 1", .unexpectedCharacter, 0),
    ])
    func `a condition that is none says where and what to write`(_ row: Row) throws {
        let error = try #require(throws: JSONPathError.self) { try JSONPredicate(row.text) }
        check(error, row)
    }

    private func check(_ error: JSONPathError, _ row: Row) {
        #expect(error.code == row.code, "\(error)")
        #expect(error.offset == row.offset, "\(error)")
        if let hint = row.hint { #expect(error.hint?.contains(hint) == true, "\(error)") }
        #expect(!error.message.isEmpty)
    }

    @Test(arguments: [
        ("@.items.length > 2", 0, "length(@.items)"), ("3 == @.size", 5, "length(@.items)"),
        ("match(@.a, '\\\\d+')", 11, "[0-9]"), ("match(@.a, 'a+?')", 11, "lazy"), ("search(@.a, 1)", 12, nil),
    ])
    func `what is valid and hardly meant is warned of`(text: String, offset: Int, hint: String?) throws {
        let predicate = try JSONPredicate(text)
        #expect(predicate.warnings.map(\.offset) == [offset])
        if let hint { #expect(predicate.warnings.first?.hint?.contains(hint) == true) }
    }

    @Test func `ordinary expressions are not warned of`() throws {
        #expect(try JSONPredicate("@.length == 'long' && match(@.a, '[0-9]+')").warnings.isEmpty)
        #expect(try JSONPath("$.items[?length(@.name) > 3].length").warnings.isEmpty)
    }

    @Test func `an expression that is too long, too deep or too wide is refused`() throws {
        let long = "$" + String(repeating: ".a", count: 8192)
        let deep = "$" + String(repeating: "[?@", count: 500) + String(repeating: "]", count: 500)
        let parentheses = "$[?" + String(repeating: "(", count: 5000) + "@" + String(repeating: ")", count: 5000) + "]"
        let calls = "$[?" + String(repeating: "length(", count: 500) + "@" + String(repeating: ")", count: 500) + ">1]"
        let wide = "$" + String(repeating: "..*", count: 65)
        for text in [long, deep, parentheses, calls, wide] {
            let error = #expect(throws: JSONPathError.self) { try JSONPath(text) }
            #expect(error?.code == .tooComplex)
        }
        // Singular segments cost no stack, so there may be many.
        #expect(try JSONPath("$" + String(repeating: ".a", count: 4000)).isSingular)
    }

    @Test func `an error reads as one line`() throws {
        let error = try #require(throws: JSONPathError.self) { try JSONPath("$[foo]") }
        #expect(
            error.description
                == "byte 2: a name in brackets must be quoted (write ['foo'], or .foo without brackets)"
        )
    }
}
