// SPDX-License-Identifier: Apache-2.0

/// Why files cannot be compiled in: names the file and what to do.
struct EmbeddingProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
