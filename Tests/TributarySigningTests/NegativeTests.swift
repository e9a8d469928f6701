// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel
import TributarySigning

/// What every provider with a signature refuses, as rows; the turned bits are in ``TamperTests``.
///
/// Source: `reference/providers-2.md` section 13.
@Suite struct NegativeTests {
    /// A change of a genuine webhook, and what it is refused for.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let refusals: Set<Refusal>
        let change: @Sendable (inout HeaderFields, inout [UInt8], _ header: String) -> Void

        var testDescription: String { name }

        init(
            _ name: String,
            _ refusals: Set<Refusal>,
            _ change: @escaping @Sendable (inout HeaderFields, inout [UInt8], _ header: String) -> Void
        ) {
            self.name = name
            self.refusals = refusals
            self.change = change
        }
    }

    private static func without(_ header: String, _ headers: HeaderFields) -> HeaderFields {
        HeaderFields(headers.fields.filter { !HeaderFields.same($0.name, header) })
    }

    private static let shapes: Set<Refusal> = [
        .malformedHeader, .signatureMismatch, .noSupportedSignature, .missingTimestamp, .malformedTimestamp,
    ]

    static let rows: [Row] = [
        Row("one body byte changed", [.signatureMismatch]) { _, body, _ in body[9] ^= 0x20 },
        Row("a newline behind the body", [.signatureMismatch]) { _, body, _ in body.append(0x0A) },
        Row("a byte order mark before the body", [.signatureMismatch]) { _, body, _ in
            body.insert(contentsOf: [0xEF, 0xBB, 0xBF], at: 0)
        },
        Row("no body", [.signatureMismatch]) { _, body, _ in body = [] },
        Row("a body that is not UTF-8", [.signatureMismatch]) { _, body, _ in body[9] = 0xFF },
        Row("no header", [.missingHeader]) { headers, _, header in headers = without(header, headers) },
        Row("an empty header", shapes) { headers, _, header in headers.set(header, "") },
        Row("one character too few", shapes) { headers, _, header in
            headers.set(header, String((headers[header] ?? "").dropLast()))
        },
        Row("one character too many", shapes) { headers, _, header in
            headers.set(header, (headers[header] ?? "") + "0")
        },
        Row("the header twice", [.repeatedHeader]) { headers, _, header in
            headers.append(header.uppercased(), headers[header] ?? "")
        },
        Row("the header twice, one forged", [.repeatedHeader]) { headers, _, header in headers.append(header, "forged")
        },
        Row("the header under another name", [.missingHeader]) { headers, _, header in
            let value = headers[header] ?? ""
            headers = without(header, headers)
            headers.append("X-" + header, value)
        },
    ]

    @Test(arguments: Provider.bound, rows)
    func `no provider takes it`(provider: Provider, row: Row) throws {
        var headers = try provider.webhook()
        var body = Array(Provider.body.utf8)
        row.change(&headers, &body, try #require(provider.declaration().header))
        guard case .refused(let refusal) = try provider.verdict(headers, body) else {
            Issue.record("was taken")
            return
        }
        #expect(row.refusals.contains(refusal), "\(refusal)")
    }

    @Test(arguments: Provider.bound.filter { $0.json["encoding"] == "hex-any-case" })
    func `upper-case hexadecimal is taken`(provider: Provider) throws {
        var headers = try provider.webhook()
        let header = try #require(provider.declaration().header)
        let value = try #require(headers[header])
        headers.set(header, value.prefix(value.count - 40) + value.suffix(40).uppercased())
        #expect(headers[header] != value)
        #expect(try provider.verdict(headers).isGenuine)
    }

    @Test(arguments: [
        Provider.flutterwave4, Provider.flutterwaveEither, Provider.standardWebhooks, Provider.polar, Provider.dodo,
    ])
    func `a signature in Base64 without padding is not the signature`(provider: Provider) throws {
        var headers = try provider.webhook()
        let header = provider.name.hasPrefix("flutter") ? "flutterwave-signature" : "webhook-signature"
        let value = try #require(headers[header])
        #expect(value.hasSuffix("="))
        headers.set(header, String(value.dropLast()))
        #expect(!(try provider.verdict(headers).isGenuine))
    }

    @Test(arguments: Provider.bound)
    func `a body that is not UTF-8 is signed as it is`(provider: Provider) throws {
        let body: [UInt8] = [0x7B, 0xFF, 0x00, 0xC3, 0x7D]
        let declaration = try provider.declaration()
        let extra: HeaderFields = ["X-Topic": "sales"]
        var headers = try WebhookSigner(declaration).sign(
            body: body,
            secret: Secret(provider.secret),
            id: "msg.1",
            now: Provider.now,
            headers: extra
        )
        headers.append("X-Topic", "sales")
        #expect(try provider.verdict(headers, body).isGenuine)
        #expect(declaration.problem(with: Secret("")) == .empty)
    }
}
