// SPDX-License-Identifier: Apache-2.0

/// A file of the workshop's page; the files stand beside this one and are compiled in by the plugin `EmbedPage`.
public struct PageFile: Sendable {
    /// Its name, for example `workshop.css`.
    public let name: String

    /// Its content.
    public let text: String

    /// The media type, by the name's ending.
    public var mediaType: String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        default: "application/octet-stream"
        }
    }
}
