// SPDX-License-Identifier: Apache-2.0

import TributaryLedger
import TributaryModel

extension Setting where Owner == SinkInstance {
    /// The settings that every sink has; the others are its plugin's.
    static var all: [Setting] {
        let kinds: JSONValue = [
            "type": "array", "uniqueItems": true, "items": .choiceSchema(EventKind.self),
        ]
        return [
            .text("use", "The sink's plugin; `tributary plugins` lists them.", into: \.use),
            Setting("send", "The kinds of events that are sent; the plugin's choice unless stated.", schema: kinds) {
                value,
                place,
                owner,
                reader in owner.send = reader.kinds(value, at: place)
            },
            .choice("accept", "Which money is sent: real, test, or both.", into: \.mode, default: .live),
            .bool("organic", "Whether sales that no partner brought are sent too.", into: \.sendsOrganic),
        ] + money
    }
}

extension Setting where Owner == Configuration {
    /// The sinks: what every sink has is read here, the rest is left to the plugins.
    static var sinks: Setting {
        Setting(
            "sinks",
            "The programs at affiliate platforms that events are delivered to; the name is yours.",
            schema: .namedSchema(.reference("sink"))
        ) { value, place, owner, reader in
            reader.named(value, at: place) { name, value, place, reader in
                guard value.members != nil else {
                    let example = "{ \"use\": \"affonso\", \"key\": \"env:AFFONSO_API_KEY\" }"
                    return reader.note(place, "expected an object such as \(example)")
                }
                owner.sinks.append(reader.sink(name, value, at: place))
            }
        }
    }
}

extension ConfigurationReader {
    /// Reads what every sink has, and resolves the secrets of the rest.
    fileprivate mutating func sink(_ name: String, _ value: JSONValue, at place: String) -> SinkInstance {
        var own: [JSONValue.Member] = []
        var sink = SinkInstance(name: name, use: "", settings: PluginSettings(name: name, members: [], secrets: [:]))
        object(value, at: place, Setting<SinkInstance>.all, into: &sink) { member in
            own.append(member)
            return true
        }
        settleCurrencies(&sink, value, at: place)
        var secrets = secrets(of: own, at: place)
        for member in own {
            let elements = (member.value.elements ?? []).enumerated().map { JSONValue.Member(String($0), $1) }
            let within = member.value.members ?? elements
            for (name, secret) in self.secrets(of: within, at: Problem.place(place, member.name)) {
                secrets["\(member.name).\(name)"] = secret
            }
        }
        if sink.use.isEmpty, value["use"] == nil {
            note(place, "needs \"use\": the name of a sink plugin, for example \"affonso\"", code: .missingSetting)
        }
        sink.settings = PluginSettings(name: name, members: own, secrets: secrets, files: resolver)
        return sink
    }

    fileprivate mutating func kinds(_ value: JSONValue, at place: String) -> Set<EventKind>? {
        guard let names = texts(value, at: place) else { return nil }
        var kinds: Set<EventKind> = []
        for (index, name) in names.enumerated() {
            guard let kind = EventKind(rawValue: name) else {
                note(
                    place + "/\(index)",
                    "there is no kind \"\(name)\"",
                    code: .unknownKind,
                    hint: Self.question(name, in: EventKind.allCases.map(\.rawValue))
                )
                continue
            }
            kinds.insert(kind)
        }
        return kinds
    }
}
