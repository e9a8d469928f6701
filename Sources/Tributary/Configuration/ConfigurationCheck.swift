// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

/// A configuration file read whole: what it says, and everything that is wrong with it.
public struct ConfigurationCheck: Sendable {
    /// What could be read; to be used as a whole only where ``diagnostics`` has no errors.
    public let configuration: Configuration

    /// What is wrong, and what looks wrong.
    public let diagnostics: ConfigurationDiagnostics

    /// Reads a file, and composes what it says.
    ///
    /// - Parameters:
    ///   - bytes: The content.
    ///   - file: What to call the file in diagnostics.
    ///   - secrets: Finds what `env:NAME` and `file:PATH` stand for.
    ///   - plugins: What is compiled in.
    public init(_ bytes: [UInt8], file: String, secrets: SecretResolver, plugins: (Configuration) -> Plugins) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: bytes, limits: .file)
        } catch {
            configuration = Configuration()
            diagnostics = ConfigurationDiagnostics(error, in: bytes, file: file)
            return
        }
        let json = document.value(document.root)
        let (configuration, found) = Configuration.read(json, secrets: secrets)
        let composition = Composition(configuration, plugins(configuration))
        // Where a value could not be read, what was composed without it is no second problem.
        let further = composition.problems.filter { later in
            !found.contains { earlier in
                earlier.place == later.place || earlier.place.hasPrefix(later.place + "/")
                    || (earlier.code == .missingSetting && later.code == .unknownSink
                        && later.place == earlier.place + "/use")
            }
        }
        var problems = found + further + configuration.warningsOfSinks
        // What is missing may be what could not be read.
        if problems.allSatisfy(\.code.isWarning) { problems += configuration.warningsOfWhatIsMissing }
        self.configuration = configuration
        diagnostics = ConfigurationDiagnostics(problems, in: document, file: file)
    }

    /// The configuration, where nothing keeps it from being used.
    ///
    /// - Throws: ``ConfigurationDiagnostics``.
    public func get() throws(ConfigurationDiagnostics) -> Configuration {
        guard !diagnostics.hasErrors else { throw diagnostics }
        return configuration
    }
}
