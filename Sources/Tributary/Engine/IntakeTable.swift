// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The intakes of an engine, which can be exchanged while webhooks come in.
///
/// All of them are exchanged in one step. The lock is held for taking or putting one reference: a webhook is mapped with
/// the intake that was there when it came, however long that takes.
final class IntakeTable: Sendable {
    private final class Content: Sendable {
        let intakes: [String: ProviderIntake]

        init(_ intakes: [String: ProviderIntake]) { self.intakes = intakes }
    }

    private let content: Mutex<Content>

    init(_ intakes: [String: ProviderIntake]) { content = Mutex(Content(intakes)) }

    /// All intakes as they are now.
    var intakes: [String: ProviderIntake] { content.withLock { $0 }.intakes }

    subscript(name: String) -> ProviderIntake? { intakes[name] }

    /// Puts intakes in the places of those of the same names.
    func exchange(_ replacements: [String: ProviderIntake]) {
        content.withLock { content in
            content = Content(content.intakes.merging(replacements) { $1 })
        }
    }
}
