// SPDX-License-Identifier: Apache-2.0

/// The files of this folder, compiled in by the plugin `EmbedMappings`; `ShippedMappings` of TributaryMapping hands them out.
///
/// This source stands here, and not in Sources/, because SwiftPM notices new and removed files only below the folder of a
/// target that has a source: with it a new provider is a new folder here, and the next build ships it.
package enum MappingFiles: Sendable {
    /// One file of a provider's folder.
    package struct File: Sendable {
        /// The provider, which is the name of the folder.
        package let provider: String

        /// The path within the folder.
        package let path: String

        /// The content.
        package let text: String
    }
}
