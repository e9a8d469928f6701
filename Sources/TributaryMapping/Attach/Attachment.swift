// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What goes into one call by which a merchant creates a checkout, so that the webhooks tell who brought the buyer.
public struct Attachment: Sendable, Hashable {
    /// The provider's call, for example `POST /v1/checkout/sessions`.
    public var call: String

    /// The places that are filled, for example `metadata` and `subscription_data.metadata`.
    public var places: [AttachDeclaration]

    /// The part of the request, to be merged with what the merchant sends anyway; where the place is a query, its text.
    public var content: JSONValue
}

/// What a merchant wants to attach.
public struct AttachRequest: Sendable, Hashable {
    /// The identifiers, under the names that the platforms use.
    public var params: [Attribution.Parameter]

    /// The merchant's own id of the user, for places that take one id alone; those are left out without it.
    public var user: String?

    /// The sort of checkout; `nil` shows the places of any.
    public var purpose: AttachDeclaration.Purpose?

    /// Part of the call's name; `nil` for all calls.
    public var call: String?

    /// Creates a request.
    public init(
        params: [Attribution.Parameter],
        user: String? = nil,
        purpose: AttachDeclaration.Purpose? = nil,
        call: String? = nil
    ) {
        self.params = params
        self.user = user
        self.purpose = purpose
        self.call = call
    }
}

extension Mapping {
    /// The objects to put into a checkout, one for each call of the provider that takes them.
    ///
    /// Places of one call are one object. Without a purpose it also has places that only one sort of checkout takes, so
    /// say which sort it is before sending it.
    ///
    /// - Parameter request: The identifiers, and which places are wanted.
    /// - Returns: at least one attachment, in the order of the mapping.
    /// - Throws: ``AttachProblem`` where identifiers do not fit into the provider's limits.
    public func attachments(for request: AttachRequest) throws(AttachProblem) -> [Attachment] {
        let params = request.params.filter { !$0.name.isEmpty && !$0.value.isEmpty }
        guard !params.isEmpty || request.user?.isEmpty == false else { throw .nothing }
        var attachments: [Attachment] = []
        for place in attach {
            if let call = request.call, !place.call.contains(call) { continue }
            if let purpose = request.purpose, let only = place.purpose, purpose != only { continue }
            guard let value = try place.value(of: params, user: request.user) else { continue }
            let content = place.form == .query ? value : place.path.object(holding: value)
            let same = attachments.firstIndex { $0.call == place.call && place.form != .query }
            if let same {
                attachments[same].places.append(place)
                attachments[same].content = attachments[same].content.merged(with: content)
            } else {
                attachments.append(Attachment(call: place.call, places: [place], content: content))
            }
        }
        guard !attachments.isEmpty else { throw .noPlace(provider: file.provider) }
        return attachments
    }
}

extension AttachDeclaration {
    /// What stands at the place; `nil` where it takes one id and there is none.
    fileprivate func value(of params: [Attribution.Parameter], user: String?) throws(AttachProblem) -> JSONValue? {
        switch form {
        case .bag:
            guard !params.isEmpty else { return nil }
            try check(params)
            return .object(params.map { .init($0.name, .string($0.value)) })
        case .pairs:
            guard !params.isEmpty else { return nil }
            return .string(try text(of: params))
        case .query:
            guard !params.isEmpty else { return nil }
            try check(params)
            return .string(query(of: params))
        case .id:
            guard let user, !user.isEmpty else { return nil }
            if let limit = limits.valueLength, user.count > limit {
                throw .valueTooLong(place: to, key: "the user's id", found: user.count, limit: limit)
            }
            return .string(user)
        }
    }

    private func check(_ params: [Attribution.Parameter]) throws(AttachProblem) {
        if let limit = limits.keys, params.count > limit {
            throw .tooManyKeys(place: to, found: params.count, limit: limit)
        }
        for param in params {
            if let limit = limits.keyLength, param.name.count > limit {
                throw .keyTooLong(place: to, key: param.name, limit: limit)
            }
            if let limit = limits.valueLength, param.value.count > limit {
                throw .valueTooLong(place: to, key: param.name, found: param.value.count, limit: limit)
            }
        }
    }

    /// Pairs as mappings read them back; JSON where a value has one of the signs that part them.
    private func text(of params: [Attribution.Parameter]) throws(AttachProblem) -> String {
        let signs: Set<Character> = [";", "&", "=", "%", "{"]
        let isPlain = params.allSatisfy { param in
            !(param.name + param.value).contains { signs.contains($0) || $0.isWhitespace || !$0.isASCII }
        }
        let text =
            isPlain
            ? params.map { "\($0.name)=\($0.value)" }.joined(separator: ";")
            : JSONValue.object(params.map { .init($0.name, .string($0.value)) }).text
        if let limit = limits.valueLength, text.count > limit {
            throw .textTooLong(place: to, found: text.count, limit: limit)
        }
        return text
    }

    /// `name=value&…`, or `checkout[custom][name]=value&…` where the place is such a prefix.
    private func query(of params: [Attribution.Parameter]) -> String {
        let prefix = to.hasSuffix("]") ? to : nil
        return params.map { param in
            let name = prefix.map { "\($0)[\(param.name)]" } ?? param.name
            return URLText.encoded(name) + "=" + URLText.encoded(param.value)
        }.joined(separator: "&")
    }

    fileprivate var path: PlacePath { PlacePath(to) }
}

/// A place such as `purchase_units[].custom_id` or `subscription[cf_affiliate_id]`, as steps from the outside to the inside.
private struct PlacePath {
    private enum Step {
        case member(String)
        case onlyElement
    }

    private let steps: [Step]

    init(_ text: String) {
        var steps: [Step] = []
        for part in text.split(separator: ".") {
            for (index, piece) in part.split(separator: "[", omittingEmptySubsequences: false).enumerated() {
                let name = piece.hasSuffix("]") ? piece.dropLast() : piece
                steps.append(index > 0 && name.isEmpty ? .onlyElement : .member(String(name)))
            }
        }
        self.steps = steps
    }

    func object(holding value: JSONValue) -> JSONValue {
        steps.reversed().reduce(value) { inner, step in
            switch step {
            case .member(let name): .object([.init(name, inner)])
            case .onlyElement: .array([inner])
            }
        }
    }
}

extension JSONValue {
    /// Both objects in one; where both have a member, the members' own.
    fileprivate func merged(with other: JSONValue) -> JSONValue {
        guard var members, let others = other.members else { return other }
        for member in others {
            if let index = members.firstIndex(where: { $0.name == member.name }) {
                members[index].value = members[index].value.merged(with: member.value)
            } else {
                members.append(member)
            }
        }
        return .object(members)
    }
}
