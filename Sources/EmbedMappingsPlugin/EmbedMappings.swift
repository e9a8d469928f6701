// SPDX-License-Identifier: Apache-2.0

import Foundation
import PackagePlugin

/// Compiles everything in the folder of the target that uses this plugin into that target.
///
/// The folder is listed here and not in Package.swift, because SwiftPM keeps what a manifest computed but runs plugins
/// again when files of the target's folder come or go: a new provider is a new folder, and the next build has it.
@main
struct EmbedMappings: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let root = target.directoryURL
        let found = try relativePaths(below: root)
        let files = found.filter { !$0.hasSuffix(".md") }
        let output = context.pluginWorkDirectoryURL.appending(path: "MappingFiles+Generated.swift")
        return [
            .buildCommand(
                displayName: "Embedding the mappings",
                executable: try context.tool(named: "EmbeddingTool").url,
                // The paths are arguments too, so that a removed file changes the command and makes it run again.
                arguments: ["mappings", root.path(percentEncoded: false), output.path(percentEncoded: false)] + files,
                // The notes are inputs only so that SwiftPM does not warn about files that nobody handles.
                inputFiles: found.map { root.appending(path: $0) },
                outputFiles: [output]
            )
        ]
    }

    /// The schema and the files of each provider's folder, sorted, without hidden files, editors' backups and sources.
    private func relativePaths(below root: URL) throws -> [String] {
        guard FileManager.default.fileExists(atPath: root.path(percentEncoded: false)) else { return [] }
        return try FileManager.default.subpathsOfDirectory(atPath: root.path(percentEncoded: false)).filter { path in
            let parts = path.split(separator: "/")
            guard !parts.contains(where: { $0.hasPrefix(".") || $0.hasSuffix("~") }), !path.hasSuffix(".swift") else {
                return false
            }
            var isDirectory: ObjCBool = false
            let file = root.appending(path: path).path(percentEncoded: false)
            return FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory) && !isDirectory.boolValue
        }.sorted()
    }
}
