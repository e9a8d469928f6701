// SPDX-License-Identifier: Apache-2.0

import Tributary

/// A program that uses the engine alone; LinkageTests looks at what it links.
@main
enum EngineOnly {
    static func main() throws {
        var configuration = Configuration()
        configuration.providers = [ProviderInstance(name: "stripe", secrets: [])]
        do {
            try Engine.validate(configuration, plugins: Plugins())
        } catch {
            // A provider without a secret is refused: the engine is really there.
            guard error.problems.first?.place == "/providers/stripe/secrets" else { throw error }
        }
    }
}
