// SPDX-License-Identifier: Apache-2.0

/// Decides which mappings of a watched folder are to be read, from what each look at it shows.
///
/// A value without disk or clock. A change is acted upon only when two looks in a row show the same, so that a file is not
/// read while an editor still writes it, or in the instant between its removal and its return.
public struct MappingWatch: Sendable {
    /// What a look shows of one mapping.
    public enum Sight: Sendable, Hashable {
        /// The folder is there, and has no such mapping.
        case absent
        /// These files belong to it.
        case present([FileMark])
        /// It cannot be told, for example because the folder itself is gone.
        case unreadable(String)
    }

    /// What tells one state of a file from another.
    public struct FileMark: Sendable, Hashable {
        /// The path within the mapping's folder.
        public var path: String
        /// Bytes.
        public var size: Int64
        /// Nanoseconds since 1970.
        public var modified: Int64
        /// The file's number in its file system; another one after an atomic replacement.
        public var inode: UInt64

        /// Creates a mark.
        public init(path: String, size: Int64, modified: Int64, inode: UInt64) {
            self.path = path
            self.size = size
            self.modified = modified
            self.inode = inode
        }
    }

    private struct Course {
        /// What was acted upon last.
        var settled: Sight
        /// What the look before showed, where that is something else.
        var pending: Sight?
    }

    private var courses: [String: Course]

    /// Begins with what there is.
    ///
    /// - Parameter sights: The mappings to be watched, by name; others are never reported.
    public init(_ sights: [String: Sight]) { courses = sights.mapValues { Course(settled: $0) } }

    /// Looks.
    ///
    /// - Parameters:
    ///   - sights: What each mapping looks like now.
    ///   - isForced: Whether somebody asked: then everything is due, changed or not, and without waiting.
    /// - Returns: names of the mappings that are due, in alphabetical order. Each is due again until ``settle(_:as:)``.
    public mutating func look(_ sights: [String: Sight], isForced: Bool = false) -> [String] {
        var due: [String] = []
        for (name, sight) in sights {
            guard var course = courses[name] else { continue }
            if isForced || (sight != course.settled && sight == course.pending) { due.append(name) }
            course.pending = sight == course.settled ? nil : sight
            courses[name] = course
        }
        return due.sorted()
    }

    /// Says that a mapping was acted upon as it looked before and after it was read.
    ///
    /// One that looked different afterwards is not settled: it was read while it changed, and what was read is worth nothing.
    public mutating func settle(_ name: String, as sight: Sight) {
        guard courses[name] != nil else { return }
        courses[name] = Course(settled: sight)
    }
}
