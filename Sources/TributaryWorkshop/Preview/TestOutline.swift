// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

/// The tests of a mapping file as far as they can be read, also where the file has errors.
struct TestOutline {
    /// One for each entry of `tests`, in order.
    let tests: [PreviewResult.Test]

    init(_ document: JSONDocument, _ places: TextPlaces) {
        tests = document.elements(of: document.member(document.root, "tests")).map { node in
            func text(_ name: JSONKey) -> String? { document.member(node, name).flatMap(document.string) }
            return PreviewResult.Test(
                name: text("name") ?? "(without a name)",
                path: text("event"),
                profile: text("profile"),
                place: places.place(document.byteRange(node))
            )
        }
    }
}
