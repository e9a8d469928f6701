// SPDX-License-Identifier: Apache-2.0

extension JSONDocument {
    /// The child to which a step leads; `nil` where there is none.
    func child(of node: JSONNode, _ step: PathStep) -> JSONNode? {
        switch step {
        case .name(let key): member(node, key)
        case .index(let position): element(node, at: position)
        }
    }
}
