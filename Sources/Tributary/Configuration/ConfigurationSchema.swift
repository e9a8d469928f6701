// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

extension Configuration {
    /// The JSON Schema (2020-12) of configuration files: closed, every key described, with its default.
    ///
    /// Made of the same table by which ``Configuration`` reads, and of what the plugins ask for.
    ///
    /// - Parameters:
    ///   - sinks: The sinks that are compiled in.
    ///   - verifiers: The verifiers that are compiled in.
    /// - Returns: The schema.
    public static func schema(sinks: [any SinkPlugin.Type], verifiers: [any VerifierPlugin.Type] = []) -> JSONValue {
        var root = JSONValue.objectSchema(Setting<Configuration>.all).members ?? []
        root.append(
            .init(
                "$defs",
                .object(
                    [
                        .init("secret", secretSchema), .init("duration", durationSchema),
                        .init("exchange", .exchangeSchema),
                        .init("provider", providerSchema(verifiers)), .init("sink", sinkSchema(sinks)),
                    ] + sinks.map { .init("sink-" + $0.name, ownSchema($0)) }
                )
            )
        )
        return .object(
            [
                .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
                .init("title", "Tributary configuration"),
                .init("description", "Where payments come in, and which affiliate platforms they are told."),
            ] + root
        )
    }

    private static let secretSchema: JSONValue = [
        "description": "Where a secret is found: in an environment variable, or in a file. Never the secret itself.",
        "type": "string", "pattern": "^(env|file):.+$",
        "examples": ["env:STRIPE_WEBHOOK_SECRET", "file:/run/secrets/stripe"],
    ]

    private static let durationSchema: JSONValue = [
        "description": "A whole number of seconds, minutes, hours or days.", "type": "string",
        "pattern": "^[0-9]{1,7}[smhd]$", "examples": ["30s", "15m", "12h", "90d"],
    ]

    /// A provider instance: what every one has, and what the verifiers have.
    ///
    /// Which verifier is used stands in the mapping, which a schema cannot look into; `tributary check` can.
    private static func providerSchema(_ verifiers: [any VerifierPlugin.Type]) -> JSONValue {
        var properties = Setting<ProviderInstance>.all.map { JSONValue.Member($0.name, $0.schema) }
        for member in verifiers.flatMap({ PluginSettingsRecorder.settings(of: $0).settings }) {
            guard let index = properties.firstIndex(where: { $0.name == member.name }) else {
                properties.append(member)
                continue
            }
            if properties[index].value != member.value {
                properties[index].value = ["anyOf": [properties[index].value, member.value]]
            }
        }
        return ["type": "object", "additionalProperties": false, "properties": .object(properties)]
    }

    /// A sink: what every sink has, and what its plugin has.
    private static func sinkSchema(_ sinks: [any SinkPlugin.Type]) -> JSONValue {
        var settings = Setting<SinkInstance>.all.map { JSONValue.Member($0.name, $0.schema) }
        let names = JSONValue.array(sinks.map { .string($0.name) })
        for index in settings.indices where settings[index].name == "use" {
            let members = settings[index].value.members ?? []
            settings[index].value = .object(members.filter { $0.name == "description" } + [.init("enum", names)])
        }
        return [
            "type": "object", "required": ["use"], "properties": .object(settings), "unevaluatedProperties": false,
            "allOf": .array(
                sinks.map { sink in
                    [
                        "if": ["properties": ["use": ["const": .string(sink.name)]], "required": ["use"]],
                        "then": .reference("sink-" + sink.name),
                    ]
                }
            ),
        ]
    }

    private static func ownSchema(_ sink: any SinkPlugin.Type) -> JSONValue {
        let (settings, required) = PluginSettingsRecorder.settings(of: sink)
        var members: [JSONValue.Member] = [.init("description", .string(sink.summary))]
        if !required.isEmpty { members.append(.init("required", .array(required))) }
        members.append(.init("properties", .object(settings)))
        return .object(members)
    }
}
