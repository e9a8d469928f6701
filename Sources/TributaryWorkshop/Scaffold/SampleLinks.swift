// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// The ids of what each sample is about, by which others name it: the refund's `charge` is the charge of another sample.
struct SampleLinks: Sendable {
    /// What an id belongs to.
    struct Owner: Sendable {
        var role: String
        /// The type of the reference under which the owner's own rule counts it.
        var type: String
        var sample: String
    }

    private var owners: [String: Owner] = [:]

    /// Shorter ids are numbers that occur by chance.
    private static let lengthMin = 4

    init(_ bodies: [SampleBody], envelope: EnvelopeGuess) {
        for body in bodies {
            let name = envelope.type(of: body.value)
            let type = name == EnvelopeGuess.untyped ? [] : Words.of(name)
            let inventory = Inventory([body.value])
            let at = ObjectGuess.place(in: inventory, type: type).place
            let own = ReferenceGuess(inventory, at: at, type: type, taken: envelope.places)
            guard let role = own.ownRole, let ownType = own.ownType, let id = own.id?.texts.first,
                id.utf8.count >= Self.lengthMin, owners[id] == nil
            else { continue }
            owners[id] = Owner(role: role, type: ownType, sample: body.name)
        }
    }

    /// Whom a member names, where each of its values is the id of what some sample is about.
    func owner(of field: Field) -> Owner? {
        let found = field.texts.map { owners[$0] }
        guard let first = found.first, let owner = first else { return nil }
        return found.allSatisfy { $0?.type == owner.type } ? owner : nil
    }
}
