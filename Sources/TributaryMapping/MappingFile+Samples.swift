// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// A webhook that shows a mapping at work, with what must come of it.
///
/// Samples are the tests whose event stands in `samples/`; `tributary demo` sends them in the order of their names.
public struct MappingSample: Sendable {
    /// What must come of a sample.
    public enum Expected: Sendable, Hashable {
        /// These events, whole, as CloudEvents.
        case events([JSONValue])
        /// None; the word is the outcome's name, for example `ignored`.
        case nothing(outcome: String)
    }

    /// The file's path within the provider's folder.
    public let path: String

    /// The test's name: what the sample shows.
    public let name: String

    /// The raw body.
    public let body: [UInt8]

    /// Header fields of the request, without those that prove it.
    public let headers: HeaderFields

    /// What must come of it.
    public let expected: Expected
}

extension MappingFile {
    /// The samples for the default profile, in the order of their paths.
    ///
    /// - Parameter fixtures: Gives the bytes of a file by its path; a sample without file is left out.
    /// - Returns: The samples.
    public func samples(fixtures: (String) -> [UInt8]?) -> [MappingSample] {
        let samples: [MappingSample] = tests.compactMap { test in
            guard case .fixture(let path) = test.body, path.hasPrefix("samples/"),
                test.profile == nil || test.profile == profiles.first, let expectation = test.expectation,
                let body = fixtures(path)
            else { return nil }
            return MappingSample(
                path: path,
                name: test.name,
                body: body,
                headers: test.headers,
                expected: MappingSample.Expected(expectation)
            )
        }
        return samples.sorted { $0.path < $1.path }
    }
}

extension MappingSample.Expected {
    fileprivate init(_ expectation: MappingTest.Expectation) {
        self =
            switch expectation {
            case .events(let events): .events(events)
            case .filtered: .nothing(outcome: "filtered")
            case .ignored: .nothing(outcome: "ignored")
            case .unmapped: .nothing(outcome: "unmapped")
            case .incomplete: .nothing(outcome: "incomplete")
            case .invalid: .nothing(outcome: "invalid")
            }
    }
}
