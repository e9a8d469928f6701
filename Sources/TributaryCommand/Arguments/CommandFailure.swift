// SPDX-License-Identifier: Apache-2.0

/// The reason why a command that was rightly called could not do its work, and what to do about it.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
