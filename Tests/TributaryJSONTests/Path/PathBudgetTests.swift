// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON

@Suite struct PathBudgetTests {
    private func document(_ text: String) throws -> JSONDocument {
        try JSONDocument(parsing: Array(text.utf8), limits: .file)
    }

    private func cost(_ text: String, in document: JSONDocument) throws -> Int {
        var budget = 1_000_000
        _ = try JSONPath(text).nodes(in: document, at: document.root, budget: &budget)
        return 1_000_000 - budget
    }

    @Test func `an evaluation that goes on and on ends with a named error`() throws {
        let deep = String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
        let document = try document(deep)
        let path = try JSONPath("$..*..*..*..*..*..*..*..*")
        var budget = 100_000
        let error = #expect(throws: JSONPathError.self) {
            try path.nodes(in: document, at: document.root, budget: &budget)
        }
        #expect(error?.code == .budgetExceeded)
        #expect(budget == 0)
    }

    @Test func `a budget that suffices is reduced by what was done`() throws {
        let document = try document("[1, 2, 3]")
        #expect(try cost("$[*]", in: document) == 3)
        #expect(try cost("$[?@ > 1]", in: document) == 3)
        #expect(try cost("$[?@ > $[0]]", in: document) == 6)
        var budget = 2
        #expect(throws: JSONPathError.self) {
            try JSONPath("$[*]").nodes(in: document, at: document.root, budget: &budget)
        }
    }

    @Test func `looking into large values costs by their size`() throws {
        let text = String(repeating: "a", count: 64_000)
        let strings = try document("[\"\(text)\", \"\(text)\"]")
        #expect(try cost("$[?@ == $[0]]", in: strings) > 1000)
        #expect(try cost("$[?@ <= $[0]]", in: strings) > 1000)
        #expect(try cost("$[?length(@) > 1]", in: strings) > 1000)
        #expect(try cost("$[?match('x', @)]", in: strings) > 1000)
        let numbers = try document("[1\(String(repeating: "0", count: 64_000))]")
        #expect(try cost("$[?@ > 1.5]", in: numbers) > 1000)
        #expect(try cost("$[?match(@, '(a*)*b')]", in: strings) > 4000)
        let members = (0..<6400).map { "\"m\($0)\": 0" }.joined(separator: ",")
        let objects = try document("[{\(members)}]")
        #expect(try cost("$[0].m6399", in: objects) > 100)
    }

    @Test func `a match is ended by the budget`() throws {
        let document = try document("\"" + String(repeating: "a", count: 100_000) + "\"")
        var budget = 1000
        let error = #expect(throws: JSONPathError.self) {
            try JSONPredicate("match(@, '(a*)*b')").holds(in: document, at: document.root, budget: &budget)
        }
        #expect(error?.code == .budgetExceeded)
        #expect(budget == 0)
    }

    @Test func `patterns from the document are limited like others`() throws {
        let document = try document(#"{"p": "(a{1000}){1000}", "q": "a{3}", "t": ["aaa", "b", "aaa", "aa"]}"#)
        var budget = 100_000
        let huge = try JSONPath("$.t[?match(@, $.p)]").nodes(in: document, at: document.root, budget: &budget)
        #expect(huge.isEmpty)
        let fine = try JSONPath("$.t[?match(@, $.q)]").nodes(in: document, at: document.root, budget: &budget)
        #expect(fine.count == 2)
        #expect(budget > 90_000)
    }

    @Test func `an existence test ends at the first node`() throws {
        let document = try document("[" + (0..<1000).map(String.init).joined(separator: ",") + "]")
        for text in ["@[*]", "@[0:]", "@[1::3]", "@..*", "@[?@ == 1]", "@[*, 0]"] {
            var budget = 6
            #expect(try JSONPredicate(text).holds(in: document, at: document.root, budget: &budget), "\(text)")
        }
    }
}
