// SPDX-License-Identifier: Apache-2.0

import Foundation
import TributaryModel
import TributaryTesting

extension DemoFolder {
    /// Settings that let an instance of PayPal believe the demonstration, whose certificates are made up on the spot.
    ///
    /// The key that signs is kept where other providers' secrets are, and is named in no configuration: PayPal alone has
    /// the real one.
    func payPalMembers(of name: String) throws -> [JSONValue.Member] {
        let (root, leaf) = ("\(path)/\(name).root.pem", "\(path)/\(name).pem")
        let files = [root, leaf, secretPath(name)]
        if !files.allSatisfy({ FileManager.default.fileExists(atPath: $0) }) {
            let (start, end) = (
                Timestamp.now.advanced(by: .seconds(-86_400)), Timestamp.now.advanced(by: .seconds(3650 * 86_400))
            )
            let authority = try CertificateAuthority("Tributary demonstration", from: start, to: end)
            let made = try authority.issue(
                "Tributary demonstration",
                hosts: ["messageverificationcerts.paypal.com"],
                from: start,
                to: end
            )
            // The three belong together: leftovers of another demonstration do not fit.
            for file in files { try? FileManager.default.removeItem(atPath: file) }
            try Data(authority.certificate.utf8).write(to: URL(filePath: root))
            try Data(made.certificate.utf8).write(to: URL(filePath: leaf))
            _ = try secret(name, made.key.revealedText)
        }
        return [
            .init("webhook_ids", ["8PT597110X687430L"]), .init("trust", .string(root)),
            .init("certificates", [.string(leaf)]),
        ]
    }
}
