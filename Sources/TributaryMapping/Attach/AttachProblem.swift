// SPDX-License-Identifier: Apache-2.0

/// The reason why identifiers do not fit into a place of a provider's checkout, and the way out.
///
/// Names places, names of identifiers and limits; no value.
public enum AttachProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nothing was given to attach.
    case nothing
    /// The mapping names no place, or none of that call and purpose.
    case noPlace(provider: String)
    /// The provider takes fewer entries.
    case tooManyKeys(place: String, found: Int, limit: Int)
    /// The provider takes shorter names.
    case keyTooLong(place: String, key: String, limit: Int)
    /// The provider takes shorter values.
    case valueTooLong(place: String, key: String, found: Int, limit: Int)
    /// Everything has to stand in one text, and that is too long.
    case textTooLong(place: String, found: Int, limit: Int)

    /// What is wrong.
    public var description: String {
        switch self {
        case .nothing: "there is nothing to attach"
        case .noPlace(let provider): "the mapping of \(provider) names no such place"
        case .tooManyKeys(let place, let found, let limit):
            "\(place) takes at most \(limit) entries, and these are \(found)"
        case .keyTooLong(let place, let key, let limit):
            "\(place) takes names of at most \(limit) characters, and \"\(key)\" has \(key.count)"
        case .valueTooLong(let place, let key, let found, let limit):
            "\(place) takes values of at most \(limit) characters, and \(key) has \(found)"
        case .textTooLong(let place, let found, let limit):
            "\(place) takes one text of at most \(limit) characters, and all pairs together have \(found)"
        }
    }

    /// What to do about it.
    public var remedy: String {
        switch self {
        case .nothing: "give the identifiers of the click and of the user"
        case .noPlace: "look at all places without a choice of call and purpose"
        case .tooManyKeys: "attach only the identifiers of the platforms that you deliver to; the rest stays with you"
        case .keyTooLong: "use a shorter name and list it under \"attribution\" in the configuration"
        case .valueTooLong:
            "attach an id of your own instead, and tell Tributary with POST /v1/leads which click belongs to it"
        case .textTooLong:
            "attach only the user's id, and tell Tributary with POST /v1/leads which click belongs to it"
        }
    }
}
