// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

/// A sample as it is shown and as it was mapped, with the place of every value.
struct SampleReading {
    /// What was mapped.
    let document: JSONDocument
    /// The JSON that the page shows beside the sample, where the sample itself is not JSON.
    let shownText: String?

    private let shown: JSONDocument
    private let places: TextPlaces

    /// Pairs a document with the text that people see.
    ///
    /// - Parameters:
    ///   - document: What was mapped.
    ///   - sample: The sample's bytes.
    /// - Throws: `JSONError` where the document in its readable form is larger than JSON may be here.
    init(_ document: JSONDocument, sample: [UInt8]) throws(JSONError) {
        self.document = document
        if document.bytes == sample {
            shown = document
            shownText = nil
        } else {
            let text = document.value(document.root).indentedText
            shown = try JSONDocument(parsing: Array(text.utf8), limits: .file)
            shownText = text
        }
        places = TextPlaces(shown.bytes)
    }

    /// Where a value stands; `nil` where there is none at the normalized path.
    func place(_ path: String) -> PreviewPlace? {
        // Only normalized paths come here, and what they name is found by one walk.
        guard let node = (try? JSONPath(path))?.node(in: shown, at: shown.root) else { return nil }
        return places.place(shown.byteRange(node))
    }
}
