// SPDX-License-Identifier: Apache-2.0

import Foundation
import Seeds
import Testing

@testable import TributaryJSON

@Suite struct IRegexpTests {
    private func matches(_ pattern: String, _ text: String, isWhole: Bool = true) throws -> Bool? {
        var steps = 100_000_000
        let bytes = Array(text.utf8)
        return try IRegexp(pattern).matches(bytes.span, isWhole: isWhole, steps: &steps)
    }

    @Test(arguments: [
        ("", "", true), ("", "a", false), ("a", "a", true), ("a", "b", false), ("ab|cd", "cd", true),
        ("a|", "", true), ("|a", "a", true), ("(a|b)*c", "abbac", true), ("a?b", "b", true), ("a+", "", false),
        ("a{3}", "aaa", true), ("a{3}", "aa", false), ("a{2,}", "aaaa", true), ("a{2,}", "a", false),
        ("a{0,2}", "aaa", false), ("a{0}", "", true), ("a{0}", "a", false), ("(ab){1,2}", "abab", true),
        (".", "\n", false), (".", "\r", false), (".", "\u{2028}", true), (".", "😀", true), ("..", "😀", false),
        ("[a-c]", "b", true), ("[^a-c]", "b", false), ("[^a-c]", "ä", true), ("[-a]", "-", true), ("[a-]", "-", true),
        ("[^-a]", "-", false), ("[\\]\\[\\\\]", "[", true), ("[.*+?(){}|$]", "|", true), ("[\\n\\t]", "\t", true),
        ("[à-ý]", "é", true), ("[😀-😂]", "😁", true), ("[\\-a]", "-", true), ("[a^]", "^", true),
        ("\\p{Lu}", "Ä", true), ("\\p{Lu}", "ä", false), ("\\P{Lu}", "ä", true), ("\\p{L}+", "aÄßж漢", true),
        ("\\p{Nd}", "٣", true), ("\\p{Sc}", "€", true), ("\\p{Z}", " ", true), ("\\p{Co}", "\u{E000}", true),
        ("\\p{Cn}", "\u{378}", true), ("[\\p{Lu}0-9]+", "A1Ž9", true), ("[^\\p{Lu}\\p{Ll}]", "a", false),
        ("[\\P{L}]", "1", true), ("\\p{M}", "\u{301}", true), ("\\p{P}", "!", true), ("\\p{C}", "\u{0}", true),
        ("\\.\\*\\(\\)\\[\\]\\{\\}\\|\\?\\+\\-\\^\\\\", ".*()[]{}|?+-^\\", true), ("^a$", "a", true),
        ("a^b", "ab", false),
        ("\\r\\n\\t", "\r\n\t", true), ("e\u{301}", "é", false), ("a,b-c/d<e>", "a,b-c/d<e>", true),
        ("(((a)))", "a", true), ("(a*)*", "aaa", true), ("(a*)+b", "aab", true), ("(|a){3}", "aa", true),
        ("(^a|b$)+", "ab", true), ("é+", "éé", true),
    ])
    func `a pattern takes in whole texts`(pattern: String, text: String, expected: Bool) throws {
        #expect(try matches(pattern, text) == expected)
    }

    @Test(arguments: [
        ("b", "abc", true), ("^b", "abc", false), ("^a", "abc", true), ("c$", "abc", true), ("b$", "abc", false),
        ("", "", true), ("", "abc", true), ("x|c", "abc", true), ("b{2}", "abba", true), ("d", "abc", false),
        ("^$", "", true), ("^$", "a", false), ("ж", "ажа", true), ("a.c", "xxabcxx", true), ("a.c", "a\nc", false),
    ])
    func `a pattern is found within texts`(pattern: String, text: String, expected: Bool) throws {
        #expect(try matches(pattern, text, isWhole: false) == expected)
    }

    @Test(arguments: [
        "(", ")", "a)", "(a", "[", "[a", "[]", "[^]", "]", "}", "{", "a{", "a{}", "a{,2}", "a{2,1}", "a{1", "a{x}", "*",
        "+a", "?", "a**", "a+?", "a*+", "a{2}{3}", "|*", "(*)", "(?:a)", "\\", "\\d", "\\w", "\\s", "\\b", "\\1", "\\$",
        "\\/", "\\a", "\\u0041", "\\x41", "\\p", "\\p{}", "\\p{X}", "\\p{Lx}", "\\p{Lu", "\\p{Cs}", "\\pL",
        "\\p{Latin}",
        "[z-a]", "[a-\\p{L}]", "[\\p{L}-z]", "[a-b-c]", "[--a]", "[[a]", "[a-[b]]", "[\\d]",
    ])
    func `what is no I-Regexp is refused`(pattern: String) {
        #expect(throws: IRegexpError.self) { try IRegexp(pattern) }
    }

    @Test(arguments: [
        "a{100000}", "(a{1000}){1000}", "((a{99}){99}){99}", "(a|b|c){5000}", "a{4096}",
        String(repeating: "(", count: 500) + String(repeating: ")", count: 500), String(repeating: "a", count: 5000),
    ])
    func `a pattern whose program would be large is refused at once`(pattern: String) {
        let clock = ContinuousClock()
        let time = clock.measure { _ = #expect(throws: IRegexpError.self) { try IRegexp(pattern) } }
        #expect(time < .seconds(1))
    }

    @Test func `repeating the empty text costs nothing`() throws {
        #expect(try matches("((){999999}){999999}", "") == true)
        #expect(try matches("(((){9999}){9999}a?){3}", "aaa") == true)
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: ["(a*)*b", "(a+)+b", "(a|a)*b", "(a|aa)+b", "(.*)*x", "(a*a*)*b", "([a-z]+)*1"]
    )
    func `no pattern is slow on a long text`(pattern: String) throws {
        let text = String(repeating: "a", count: 100_000)
        let start = ContinuousClock.now
        #expect(try matches(pattern, text) == false)
        #expect(try matches(pattern, text, isWhole: false) == false)
        let time = ContinuousClock.now - start
        #expect(time < .seconds(10))
    }

    @Test func `the steps are proportional to the text`() throws {
        func steps(_ length: Int) throws -> Int {
            var left = 1_000_000_000
            let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: length)
            _ = try IRegexp("(a|aa)*(a*)*b").matches(bytes.span, isWhole: true, steps: &left)
            return 1_000_000_000 - left
        }
        let one = try steps(1000)
        #expect(try (one * 9...one * 11).contains(steps(10_000)))
    }

    @Test func `the steps end a match that takes too long`() throws {
        var steps = 1000
        let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 10_000)
        #expect(try IRegexp("(a*)*b").matches(bytes.span, isWhole: true, steps: &steps) == nil)
    }

    @Test func `random patterns match like those of another engine`() throws {
        var random = SeededGenerator(seed: 9485)
        var compared = 0
        for _ in 0..<1500 {
            let pattern = Self.pattern(depth: 3, &random)
            let other = try NSRegularExpression(pattern: "\\A(?:\(pattern))\\z")
            let search = try NSRegularExpression(pattern: pattern)
            for _ in 0..<4 {
                let text = String(
                    (0..<Int.random(in: 0...6, using: &random)).map { _ in "abcé".randomElement(using: &random) ?? "a" }
                )
                let range = NSRange(text.startIndex..., in: text)
                let whole = other.firstMatch(in: text, range: range) != nil
                let part = search.firstMatch(in: text, range: range) != nil
                #expect(try matches(pattern, text) == whole, "\(pattern) on \(text)")
                #expect(try matches(pattern, text, isWhole: false) == part, "\(pattern) in \(text)")
                compared += 1
            }
        }
        #expect(compared == 6000)
    }

    private static func pattern(depth: Int, _ random: inout SeededGenerator) -> String {
        let leaves = ["a", "b", "c", "é", ".", "[ab]", "[^a]", "\\p{Ll}", "[b-é]", "^", "$"]
        guard depth > 0 else { return leaves.randomElement(using: &random) ?? "a" }
        func part() -> String { pattern(depth: depth - 1, &random) }
        switch Int.random(in: 0..<7, using: &random) {
        case 0: return part() + part()
        case 1: return "(\(part())|\(part()))"
        case 2: return "(\(part()))*"
        case 3: return "(\(part()))?"
        case 4: return "(\(part())){1,2}"
        case 5: return "(\(part()))+" + part()
        default: return part()
        }
    }

    @Test(arguments: 0..<4)
    func `random text as a pattern never crashes`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let alphabet = Array("ab(|)[]{}*+?.^$\\-,12pPLu{é😀")
        for _ in 0..<3000 {
            let pattern = String(
                (0..<Int.random(in: 0...14, using: &random)).compactMap { _ in alphabet.randomElement(using: &random) }
            )
            // Most are refused; what counts is that each gets an answer.
            _ = try? matches(pattern, "aab1é", isWhole: false)
        }
    }
}
