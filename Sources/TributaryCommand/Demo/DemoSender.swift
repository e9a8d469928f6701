// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryMapping
import TributaryModel
import TributarySigning

/// Makes samples genuine webhooks of one provider instance, whatever its provider signs with.
struct DemoSender {
    /// Where they are posted, behind the daemon's address.
    let path: String

    private let declaration: VerifyDeclaration
    private let verifier: (any Verifier)?
    private let secret: Secret

    /// Prepares signing.
    ///
    /// - Parameters:
    ///   - instance: As it is configured.
    ///   - mapping: The instance's mapping.
    ///   - secret: What the provider signs with.
    /// - Throws: where the verifier cannot be made.
    init(_ instance: ProviderInstance, _ mapping: Mapping, secret: Secret) throws {
        path = "/webhooks/\(instance.name)" + (instance.path.map { "/" + $0.revealedText } ?? "")
        declaration = mapping.verify
        verifier = try Signing.verifier(of: mapping.verify, settings: instance.settings)
        self.secret = secret
    }

    /// The header fields of a sample's request, with those that prove it.
    ///
    /// - Parameters:
    ///   - sample: The sample.
    ///   - id: The webhook's id, for schemes that sign one.
    /// - Returns: The header fields.
    /// - Throws: where it cannot be signed.
    func headers(for sample: MappingSample, id: String) throws -> HeaderFields {
        var headers = sample.headers
        let proof = try Signing.proof(
            of: sample.body,
            by: declaration,
            verifier,
            secret: secret,
            id: id,
            headers: headers
        )
        for field in proof.fields { headers.set(field.name, field.value) }
        return headers
    }
}
