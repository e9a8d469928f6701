// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryServer
import TributaryTesting

@Suite struct FaultPlanTests {
    private func hits(_ plan: FaultPlan, calls: Int, path: String = "/sale") -> [Int] {
        var plan = plan
        return (1...calls).filter { _ in plan.next(ServerRequest(method: "POST", path: path)) != nil }
    }

    @Test(
        arguments: [
            ("500-after-commit:3", [3, 6, 9]), ("html:2-4", [2, 3, 4]), ("429=30:1-1", [1]),
            ("slow:100%", Array(1...9)),
            ("reset-after-commit@/sale:4", [4, 8]), ("reset-before-commit@/lead:1", []), ("slow:0%", []), ("", []),
            ("429:2,500-before-commit=503:3", [2, 3, 4, 6, 8, 9]),
        ] as [(String, [Int])]
    )
    func `a text says which calls go wrong`(text: String, expected: [Int]) throws {
        #expect(hits(try FaultPlan(text: text), calls: 9) == expected)
    }

    @Test func `a share is the same in every run, and another with another seed`() throws {
        let first = hits(try FaultPlan(text: "html:20%", seed: 7), calls: 1000)
        #expect(first == hits(try FaultPlan(text: "html:20%", seed: 7), calls: 1000))
        #expect(first != hits(try FaultPlan(text: "html:20%", seed: 8), calls: 1000))
        #expect((150...250).contains(first.count))
    }

    @Test(arguments: [
        "500:3", "429", "429:0", "429=x:1", "slow:4-2", "html=3:1", "html:101%", "html:", ":3", "429=1=2:1",
    ])
    func `what is no fault is refused by its own words`(text: String) throws {
        let error = try #require(throws: FaultPlan.ReadingError.self) { try FaultPlan(text: text) }
        #expect(error.part == text)
    }

    @Test func `the numbers are status, seconds and milliseconds`() throws {
        let plan = try FaultPlan(text: "500-after-commit=503:1,429=30:1,slow=250:1")
        #expect(plan.rules.map(\.fault) == [.errorAfter(status: 503), .limited(seconds: 30), .slow(milliseconds: 250)])
    }
}
