// SPDX-License-Identifier: Apache-2.0

/// A place in one document; meaningless without it.
///
/// Nodes are numbered in document order, a container before its content.
public struct JSONNode: Sendable, Hashable {
    /// Number of the node in its document, counted from 0, the root.
    public let index: UInt32

    /// Names a value by its place.
    @inlinable package init(index: UInt32) { self.index = index }
}
