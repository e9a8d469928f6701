// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributarySigning

extension Event {
    /// The business key that stays when the person is erased: the id of a person becomes its digest.
    func keyAfterErasure(in scope: Scope) -> Reference {
        guard kind.isKeyedByPerson else { return key }
        guard !key.id.hasPrefix(Self.erasedMark) else { return key }
        let text = "\(scope.source)\u{0}\(scope.isLive)\u{0}\(key)"
        return Reference(key.type, Self.erasedMark + HashAlgorithm.sha256.digest(of: Array(text.utf8)).hexText)
    }

    private static let erasedMark = "erased-"
}
