// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

/// Many singular paths from one node, found together in one walk.
///
/// Each object on the way is walked once, however many paths lead through it, and a member that no path names costs one
/// look into a small table. Nothing is allocated and no reference is counted while walking.
@safe package final class JSONPathSet: Sendable {
    /// Stands for a node that there is not: the largest number.
    package static var nothing: UInt32 { .max }

    /// How many paths there are.
    package let count: Int

    /// Where the starting node itself is stored, when a path stays there.
    private let ownSlot: Int?

    // Proof of safety: the blocks are filled in `init`, only read afterwards, and freed in `deinit`.
    nonisolated(unsafe) private let branches: UnsafeMutableBufferPointer<csimdjson_branch>
    nonisolated(unsafe) private let levels: UnsafeMutableBufferPointer<csimdjson_level>
    nonisolated(unsafe) private let names: UnsafeMutableBufferPointer<UInt8>

    /// Prepares paths.
    ///
    /// - Parameter queries: Different singular queries, numbered by their order; all start at the node that is walked,
    ///   whether they say `$` or `@`.
    package init(_ queries: [PathQuery]) {
        let tree = Tree()
        for (slot, query) in queries.enumerated() {
            assert(query.isSingular, "a set finds one node for each path")
            let end = (query.steps ?? []).reduce(tree) { $0.child($1) }
            assert(end.slot == nil, "the same path twice")
            end.slot = slot
        }
        var layout = Layout()
        _ = layout.add(tree)
        count = queries.count
        ownSlot = tree.slot
        unsafe branches = .allocate(capacity: layout.branches.count)
        _ = unsafe branches.initialize(from: layout.branches)
        unsafe levels = .allocate(capacity: layout.levels.count)
        _ = unsafe levels.initialize(from: layout.levels)
        unsafe names = .allocate(capacity: layout.names.count)
        _ = unsafe names.initialize(from: layout.names)
    }

    deinit {
        unsafe branches.deallocate()
        unsafe levels.deallocate()
        unsafe names.deallocate()
    }

    /// Finds the nodes of all paths.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - node: Where the paths start.
    ///   - found: Receives the indices of the nodes, or ``nothing``.
    ///   - start: The place of the first path's node; ``count`` places are needed from there on.
    package func find(
        in document: JSONDocument,
        from node: JSONNode,
        _ found: inout MutableSpan<UInt32>,
        at start: Int
    ) {
        precondition(start >= 0 && start + count <= found.count, "there is a place for every path")
        for slot in start..<start + count { found[slot] = Self.nothing }
        if let ownSlot { found[start + ownSlot] = node.index }
        var paths = unsafe csimdjson_paths(
            branches: branches.baseAddress,
            levels: levels.baseAddress,
            level_count: UInt32(levels.count),
            names: names.baseAddress
        )
        unsafe found.withUnsafeMutableBufferPointer { found in
            guard let all = found.baseAddress else { return }
            unsafe document.find(&paths, from: node, all + start)
        }
    }
}

extension JSONPathSet {
    /// The paths as a tree, while a set is prepared.
    private final class Tree {
        var slot: Int?
        private(set) var children: [(step: PathStep, tree: Tree)] = []

        func child(_ step: PathStep) -> Tree {
            if let known = children.first(where: { $0.step == step }) { return known.tree }
            let tree = Tree()
            children.append((step, tree))
            return tree
        }
    }

    /// The tree as plain numbers.
    private struct Layout {
        var branches: [csimdjson_branch] = []
        var levels: [csimdjson_level] = []
        var names: [UInt8] = []

        mutating func add(_ tree: Tree) -> Int32 {
            guard !tree.children.isEmpty else { return -1 }
            let number = levels.count
            levels.append(csimdjson_level())
            var named: [csimdjson_branch] = []
            var positioned: [csimdjson_branch] = []
            for (step, child) in tree.children {
                var branch = csimdjson_branch()
                branch.is_used = 1
                branch.slot = child.slot.map { Int32($0) } ?? -1
                branch.level = add(child)
                switch step {
                case .name(let key):
                    branch.name_hash = key.nameHash
                    branch.name_start = UInt32(names.count)
                    branch.name_length = UInt32(key.bytes.count)
                    names += key.bytes
                    named.append(branch)
                case .index(let position):
                    // No array that fits into memory has an element beyond these bounds.
                    branch.position = Int32(clamping: position)
                    positioned.append(branch)
                }
            }
            var size = 2
            while size < named.count * 2 { size *= 2 }
            var level = csimdjson_level()
            level.start = UInt32(branches.count)
            level.mask = UInt32(size - 1)
            level.names = UInt32(named.count)
            branches += [csimdjson_branch](repeating: csimdjson_branch(), count: size)
            for branch in named {
                var place = branch.name_hash & level.mask
                while branches[Int(level.start + place)].is_used != 0 { place = (place + 1) & level.mask }
                branches[Int(level.start + place)] = branch
            }
            level.positions_start = UInt32(branches.count)
            branches += positioned
            level.positions_end = UInt32(branches.count)
            levels[number] = level
            return Int32(number)
        }
    }
}
