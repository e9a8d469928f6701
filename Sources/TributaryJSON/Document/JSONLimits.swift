// SPDX-License-Identifier: Apache-2.0

/// How much a JSON text may ask of us before it is refused.
public struct JSONLimits: Sendable, Hashable {
    /// Longest text, in bytes; values above 2,147,483,647 count as that.
    public var bytesMax: Int

    /// Deepest nesting of arrays and objects, `[]` having depth 1; values above 1,024 count as that.
    ///
    /// Whoever walks a document may thus recurse without fear for the stack.
    public var depthMax: Int

    /// Most values in the text: scalars, arrays and objects, each counted once.
    public var nodesMax: Int

    /// Sets each limit.
    public init(bytesMax: Int, depthMax: Int, nodesMax: Int) {
        self.bytesMax = bytesMax
        self.depthMax = depthMax
        self.nodesMax = nodesMax
    }

    /// For what strangers send: 1 MiB, depth 64, 200,000 values.
    public static let webhook = JSONLimits(bytesMax: 1 << 20, depthMax: 64, nodesMax: 200_000)

    /// For files that an operator wrote, and answers of a platform: 16 MiB, depth 256, 1,000,000 values.
    public static let file = JSONLimits(bytesMax: 16 << 20, depthMax: 256, nodesMax: 1_000_000)

    // What the flat layout and recursive readers can hold, whatever the caller asks for.
    var effectiveBytes: Int { min(max(bytesMax, 0), Int(Int32.max)) }
    var effectiveDepth: UInt32 { UInt32(min(max(depthMax, 0), 1024)) }
    var effectiveNodes: UInt32 { UInt32(min(max(nodesMax, 0), Int(Int32.max))) }
}
