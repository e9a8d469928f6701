// SPDX-License-Identifier: Apache-2.0

import Foundation
import PackagePlugin

/// Compiles the files of the folder `Page/` of the target that uses this plugin into that target.
///
/// They stay what they are in the source tree, so that they can be read and linted, and the program needs no file beside it.
@main
struct EmbedPage: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let root = target.directoryURL.appending(path: "Page", directoryHint: .isDirectory)
        let files = try FileManager.default.contentsOfDirectory(atPath: root.path(percentEncoded: false))
            .filter { !$0.hasPrefix(".") && !$0.hasSuffix("~") && !$0.hasSuffix(".swift") }.sorted()
        let output = context.pluginWorkDirectoryURL.appending(path: "PageFile+Generated.swift")
        return [
            .buildCommand(
                displayName: "Embedding the page",
                executable: try context.tool(named: "EmbeddingTool").url,
                // The paths are arguments too, so that a removed file changes the command and makes it run again.
                arguments: ["page", root.path(percentEncoded: false), output.path(percentEncoded: false)] + files,
                inputFiles: files.map { root.appending(path: $0) },
                outputFiles: [output]
            )
        ]
    }
}
