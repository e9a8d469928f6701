// SPDX-License-Identifier: Apache-2.0

/// The release.
enum Version {
    /// As in CHANGELOG.md.
    static let text = "0.1.0"
}
