// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryMapping
import TributaryModel

extension Subcommand {
    /// `tributary map`.
    static let map = Subcommand(
        name: "map",
        summary: "show what one webhook means, without storing or sending anything",
        operands: "PROVIDER < body",
        operandsMax: 1,
        options: [
            Option(name: "header", value: "'Name: value'", summary: "a header of the request; may be repeated"),
            Option(name: "profile", value: "NAME", summary: "one of the mapping's profiles"),
            Option(name: "explain", value: nil, summary: "say why: rules tried, false clauses, where values came from"),
            Option(
                name: "json",
                value: nil,
                summary: "print {outcome, rule, why, events}; with --explain, the reasons"
            ),
        ],
        examples: [
            (
                "tributary map stripe < event.json",
                "the events as a JSON array; [] for noise, with the reason beside it"
            ),
            ("tributary map stripe --explain < event.json", "every field with the path that it came from"),
            ("tributary map acme/acme.json < event.json", "with a mapping of your own"),
        ],
        run: { arguments in
            guard let name = arguments.operands.first else {
                throw UsageError("which provider? There are: " + ShippedMappings.names.joined(separator: ", "))
            }
            let mapping = try MappingSource(name).mapping(profile: arguments["profile"])
            let headers = try arguments.headers()
            let body = try Input.standardInput()
            if arguments.has("explain") {
                guard
                    let explanation = try reading(body, { try mapping.explain(body, headers: headers, received: .now) })
                else {
                    return .wrong
                }
                Terminal.write(arguments.has("json") ? explanation.json.indentedText + "\n" : explanation.text)
                return explanation.entries.contains { $0.result.outcome.isFailure } ? .wrong : .fine
            }
            guard let results = try reading(body, { try mapping.results(from: body, headers: headers, received: .now) })
            else {
                return .wrong
            }
            let isWrong = results.contains { $0.outcome.isFailure }
            guard !arguments.has("json") else {
                let objects = results.map(\.json)
                let value = objects.count == 1 ? objects[0] : JSONValue.array(objects)
                Terminal.write(value.indentedText + "\n")
                return isWrong ? .wrong : .fine
            }
            for result in results where result.outcome.events.isEmpty { Terminal.complain("\(result.outcome)") }
            let events = results.flatMap(\.outcome.events).map(\.cloudEvent)
            Terminal.write(JSONValue.array(events).indentedText + "\n")
            return isWrong ? .wrong : .fine
        }
    )

    /// Does something with a body; one that cannot be read is told with its place.
    private static func reading<Result>(_ body: [UInt8], _ work: () throws -> Result) throws -> Result? {
        do {
            return try work()
        } catch let error as BodyError {
            do throws(JSONError) {
                _ = try JSONDocument(parsing: body, limits: .webhook)
                Terminal.complain("standard input: \(error.message)")
            } catch {
                Terminal.complain(error.excerpt(in: body, file: "standard input"))
            }
            return nil
        }
    }
}

extension Arguments {
    /// The values of `--header`, as header fields.
    func headers() throws(UsageError) -> HeaderFields {
        var headers = HeaderFields()
        for text in all("header") {
            guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else {
                throw UsageError("--header wants 'Name: value', not '\(text)'")
            }
            let value = text[text.index(after: colon)...].drop { $0 == " " }
            headers.append(String(text[..<colon]), String(value))
        }
        return headers
    }
}

extension MappingResult {
    /// The outcome for machines.
    fileprivate var json: JSONValue {
        let why: String? =
            switch outcome {
            case .emitted: nil
            case .ignored(let why): why
            case .filtered(_, let clause): clause
            case .unmapped(let type): type
            case .incomplete(let field): field
            case .invalid, .budgetExceeded: "\(outcome)"
            }
        return [
            "outcome": .string(outcome.name),
            "rule": rule.map(JSONValue.string) ?? .null,
            "why": why.map(JSONValue.string) ?? .null,
            "events": .array(outcome.events.map(\.cloudEvent)),
        ]
    }
}
