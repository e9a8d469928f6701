// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON

@Suite struct PathSurveyTests {
    @Test(arguments: [
        ("@.a != 1", 1), ("@.a && @.a != 1", 0), ("@.a != 1 && @.a", 0), ("@.a.b && @.a != 1", 0),
        ("@.a && @.a.b != 1", 1), ("@.b && @.a != 1", 1), ("@.a || @.a != 1", 1), ("@.a && (@.b || @.a != 1)", 0),
        ("@.a > 0 && @.a != 1", 0), ("@.a == $.x && @.a != 1", 1), ("@.a == 'x' && @.a != 'y'", 0),
        ("match(@.a, 'x.*') && @.a != 'xy'", 0), ("count(@.a[*]) != 1", 0), ("length(@.a) != 1", 1),
        ("@.a != @.b && @.a", 1), ("@.a != @.b && @.a && @.b", 0), ("!(@.a) && @.a != 1", 1), ("1 != 2", 0),
        ("@[?@.a != 1]", 1), ("@.a != 1 && @.a != 2", 2), ("@.a >= null && @.a != 1", 0), ("@.a != 1 && $.a", 1),
    ])
    func `an inequality that also holds for what is missing is found`(text: String, count: Int) throws {
        let survey = PathSurvey(try JSONPredicate(text))
        #expect(survey.unguardedInequalities.count == count)
    }

    @Test func `tests of existence, names and descendants are listed`() throws {
        let survey = PathSurvey(
            try JSONPredicate("@.live && !$.data['test'] && count(@.a[?@.b.live]) > 1 && search(@.c, $.d[0].e)")
        )
        #expect(survey.existenceTests.count == 3)
        #expect(survey.memberNames == ["live", "data", "test", "a", "b", "c", "d", "e"])
        #expect(!survey.usesDescendants)
        #expect(PathSurvey(try JSONPath("$.a[?@..b]")).usesDescendants)
        #expect(PathSurvey(try JSONPath("$..a")).memberNames == ["a"])
    }
}
