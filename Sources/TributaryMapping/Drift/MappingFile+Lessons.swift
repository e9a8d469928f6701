// SPDX-License-Identifier: Apache-2.0

public import TributaryJSON
public import TributaryModel

extension MappingFile {
    /// The bodies of the file's tests, read; those that cannot be read are left out.
    ///
    /// - Parameters:
    ///   - plan: One of the file's plans.
    ///   - fixtures: Gives the bytes of a fixture by its path in the file.
    /// - Returns: The bodies with the header fields of their tests.
    public func lessons(
        _ plan: MappingPlan,
        fixtures: (String) -> [UInt8]?
    ) -> [(document: JSONDocument, headers: HeaderFields)] {
        tests.compactMap { test in
            // A test may be about a body that cannot be read; nothing is to be learned from it.
            let document: JSONDocument? =
                switch test.body {
                case .inline(let value): try? JSONDocument(parsing: value.encoded())
                case .fixture(let path): fixtures(path).flatMap { try? plan.document(from: $0, headers: test.headers) }
                }
            return document.map { ($0, test.headers) }
        }
    }

    /// Paths of the fixtures that the file's tests name.
    public var fixturePaths: Set<String> {
        Set(tests.compactMap { if case .fixture(let path) = $0.body { path } else { nil } })
    }
}
