// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryTesting

@Suite struct StoreConformanceTests {
    @Test(.timeLimit(.minutes(1)), arguments: StoreConformance.checks)
    func `the reference in memory keeps a store's promises`(_ check: StoreConformance.Check) async throws {
        try await check.run { MemoryStore() }
    }

    @Test(.timeLimit(.minutes(1))) func `a life of a shop played twice is the same`() async throws {
        var comparison = StoreComparison(MemoryStore(), seed: 1)
        try await comparison.play(steps: 300)
    }
}
