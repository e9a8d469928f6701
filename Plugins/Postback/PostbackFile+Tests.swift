// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryJSON
public import TributaryMapping
import TributaryModel

extension PostbackFile {
    /// Runs the file's own tests.
    ///
    /// - Returns: One report for each test, in the order of the file.
    public func runTests() -> [TestReport] { tests.map(run) }

    /// What a test may expect.
    static let expectationKeys = ["look_up", "request", "end", "reason", "receipt"]

    private func run(_ test: PostbackTest) -> TestReport {
        switch outcome(of: test) {
        case .failure(let problem): return TestReport(name: test.name, failure: problem.text)
        case .success(let found):
            let differences = Self.differences(test.expected, found)
            return TestReport(name: test.name, failure: differences.isEmpty ? nil : differences.joined(separator: "\n"))
        }
    }

    /// Why a test cannot run.
    struct TestProblem: Error {
        let text: String
    }

    /// What comes out of a test, as tests state it.
    func outcome(of test: PostbackTest) -> Result<JSONValue, TestProblem> {
        var values = SettingValues()
        var problems: [String] = []
        for (name, text) in test.settings.sorted(by: { $0.key < $1.key }) {
            guard let setting = settings.first(where: { $0.name == name }) else {
                problems.append("the file has no setting \"\(name)\"")
                continue
            }
            if setting.kind == .secret {
                values.secrets[name] = Secret(text)
            } else {
                values.texts[name] = text
                if let problem = setting.problem(with: text) { problems.append("the setting \"\(name)\": \(problem)") }
            }
        }
        for setting in settings where values.texts[setting.name] == nil && values.secrets[setting.name] == nil {
            if let fallback = setting.fallback {
                values.texts[setting.name] = fallback
            } else if setting.isRequired {
                problems.append("the test gives no \"\(setting.name)\"; the file's \"sample\" can, for all tests")
            }
        }
        guard problems.isEmpty, let address = address.text(values) else {
            return .failure(TestProblem(text: problems.joined(separator: "\n")))
        }
        return .success(Self.outcome(of: test, PostbackSink(file: self, address: address, settings: values)))
    }

    /// The request and the end, as a test states them.
    private static func outcome(of test: PostbackTest, _ sink: PostbackSink) -> JSONValue {
        var members: [JSONValue.Member] = []
        var exchanges: [Exchange] = []
        var step = sink.step(for: test.delivery, after: [])
        while case .call(let call) = step {
            // Only a look-up changes nothing.
            members.append(.init(call.isChange ? "request" : "look_up", json(of: call)))
            guard let answer = call.isChange ? test.answer : test.lookUp else { return .object(members) }
            exchanges.append(Exchange(call, answer))
            step = sink.step(for: test.delivery, after: exchanges)
        }
        switch step {
        case .call: break
        case .end(let end):
            members.append(.init("end", .string(end.end.rawValue)))
            members.append(.init("reason", .string(end.reason)))
            members.append(.init("receipt", .object(end.receipt.ids.map { .init($0.name, .string($0.value)) })))
        case .retry(let retry):
            members.append(.init("end", retry.scope == .credentials ? "keyRefused" : "retryable"))
            members.append(.init("reason", .string(retry.reason)))
        }
        return .object(members)
    }

    private static func json(of call: Call) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("method", .string(call.method)), .init("url", .string(call.revealedURL)),
        ]
        var headers = call.headers.fields.filter { !HeaderFields.same($0.name, "Content-Type") }
            .map { JSONValue.Member($0.name, .string($0.value)) }
        headers += call.secretHeaders.map { .init($0.name, .string($0.prefix + $0.secret.revealedText)) }
        if !headers.isEmpty { members.append(.init("headers", .object(headers))) }
        // Such a signature is another in each attempt.
        if let signing = call.signing { members.append(.init("signed", .string(signing.form.rawValue))) }
        if let body = call.body {
            if call.headers["Content-Type"] == "application/json", let json = try? JSONValue(parsing: body) {
                members.append(.init("json", json))
            } else {
                members.append(.init("form", .string(String(decoding: body, as: UTF8.self))))
            }
        }
        return .object(members)
    }

    /// What differs, member by member; a reason and a receipt need not be stated, everything else must.
    private static func differences(_ expected: JSONValue, _ found: JSONValue) -> [String] {
        expectationKeys.flatMap { name -> [String] in
            let wanted = expected[name]
            let isOptional = ["look_up", "reason", "receipt"].contains(name)
            if wanted == nil, isOptional || name == "request" && expected["end"] != nil { return [] }
            if ["look_up", "request"].contains(name), let wanted = wanted?.members, let found = found[name]?.members {
                return pairs(wanted, found, under: name + ".")
            }
            return pairs(
                wanted.map { [.init(name, $0)] } ?? [],
                found[name].map { [.init(name, $0)] } ?? [],
                under: ""
            )
        }
    }

    private static func pairs(_ wanted: [JSONValue.Member], _ found: [JSONValue.Member], under place: String)
        -> [String]
    {
        var names = wanted.map(\.name)
        names += found.map(\.name).filter { !names.contains($0) }
        return names.flatMap { name -> [String] in
            let one = wanted.first { $0.name == name }?.value
            let other = found.first { $0.name == name }?.value
            guard one?.sorted != other?.sorted else { return [] }
            return [
                "\(place)\(name)", "  - \(one?.text ?? "nothing")", "  + \(other?.text ?? "nothing")",
            ]
        }
    }
}

extension JSONValue {
    /// The same value with the members of all objects in the order of their names.
    fileprivate var sorted: JSONValue {
        if let members { return .object(members.map { .init($0.name, $0.value.sorted) }.sorted { $0.name < $1.name }) }
        if let elements { return .array(elements.map(\.sorted)) }
        return self
    }
}
