// SPDX-License-Identifier: Apache-2.0

/// What became of a value that a table does not list: the sample of an ``Observation`` of such a value.
public enum ValueFate: Sendable {
    /// The table's `else` stands for it.
    public static let fellToElse = "is what \"else\" says"

    /// Nothing stands for it.
    public static let cameToNothing = "came to nothing"
}
