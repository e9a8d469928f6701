// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

extension Configuration {
    /// Reads a configuration.
    ///
    /// - Parameters:
    ///   - json: The file's content.
    ///   - secrets: Finds what `env:NAME` and `file:PATH` stand for.
    /// - Throws: ``ConfigurationProblems`` with everything that is wrong, in the order of the file.
    public init(_ json: JSONValue, secrets: SecretResolver) throws(ConfigurationProblems) {
        let (configuration, problems) = Self.read(json, secrets: secrets)
        guard problems.isEmpty else { throw ConfigurationProblems(problems) }
        self = configuration
    }

    /// Reads what can be read, and says what cannot.
    static func read(
        _ json: JSONValue,
        secrets: SecretResolver
    ) -> (configuration: Configuration, problems: [ConfigurationProblems.Problem]) {
        var configuration = Configuration()
        guard json.members != nil else {
            return (configuration, [.init("", "expected an object: { \"providers\": { … }, \"sinks\": { … } }")])
        }
        var reader = ConfigurationReader(resolver: secrets)
        reader.object(json, at: "", Setting<Configuration>.all, into: &configuration)
        return (configuration, reader.problems)
    }
}
