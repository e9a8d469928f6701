// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryJSON
import TributaryLedger
import TributaryModel

/// Values that are stored as JSON text, both ways.
enum StoredText {
    /// An event, as CloudEvents JSON.
    static func event(_ event: Event) -> TextBytes { TextBytes(utf8: event.cloudEvent.encoded()) }

    /// Reads ``event(_:)`` back.
    static func event(_ utf8: [UInt8]) throws(StoreError) -> Event {
        do { return try Event(cloudEvent: try JSONValue(parsing: utf8)) } catch { throw unreadable("event") }
    }

    /// Names and values, as an array of pairs, so that order and repetition stay; nothing for none.
    static func pairs(_ parameters: [Attribution.Parameter]) -> TextBytes? {
        guard !parameters.isEmpty else { return nil }
        return TextBytes(utf8: array(parameters.map { [.string($0.name), .string($0.value)] }).encoded())
    }

    /// Reads ``pairs(_:)`` back.
    static func pairs(_ utf8: [UInt8]) throws(StoreError) -> [Attribution.Parameter] {
        guard !utf8.isEmpty else { return [] }
        return try pairs(try parse(utf8))
    }

    /// Header fields, as an array of pairs.
    static func headers(_ headers: HeaderFields) -> TextBytes? {
        pairs(headers.fields.map { Attribution.Parameter($0.name, $0.value) })
    }

    /// Reads ``headers(_:)`` back.
    static func headers(_ utf8: [UInt8]) throws(StoreError) -> HeaderFields {
        HeaderFields(try pairs(utf8).map { HeaderFields.Field(name: $0.name, value: $0.value) })
    }

    /// Lines of text, as an array; nothing for none.
    static func lines(_ lines: [String]) -> TextBytes? {
        lines.isEmpty ? nil : TextBytes(utf8: array(lines.map(JSONValue.string)).encoded())
    }

    /// Reads ``lines(_:)`` back.
    static func lines(_ utf8: [UInt8]) throws(StoreError) -> [String] {
        guard !utf8.isEmpty else { return [] }
        guard let elements = try parse(utf8).elements else { throw unreadable("list") }
        return elements.compactMap(\.string)
    }

    /// Touches, as an array of arrays; nothing for none.
    static func touches(_ touches: [Touch]) -> TextBytes? {
        guard !touches.isEmpty else { return nil }
        let elements = touches.map { touch -> JSONValue in
            let attribution = touch.attribution
            let texts = [attribution.click, attribution.referral, attribution.code, attribution.coupon]
            let times = [touch.first, touch.last, touch.receivedAt]
            return array(
                times.map { JSONValue.integer($0.unixMilliseconds) } + texts.map { $0.map(JSONValue.string) ?? .null }
                    + [array(attribution.params.map { [.string($0.name), .string($0.value)] })]
                    + (attribution.landing.map { [.string($0)] } ?? [])
            )
        }
        return TextBytes(utf8: array(elements).encoded())
    }

    /// Reads ``touches(_:)`` back.
    static func touches(_ utf8: [UInt8]) throws(StoreError) -> [Touch] {
        guard !utf8.isEmpty else { return [] }
        var result: [Touch] = []
        for element in try parse(utf8).elements ?? [] {
            guard let first = element[0]?.int64, let last = element[1]?.int64, let received = element[2]?.int64,
                let params = element[7]
            else { throw unreadable("touch") }
            let attribution = Attribution(
                click: element[3]?.string,
                referral: element[4]?.string,
                code: element[5]?.string,
                coupon: element[6]?.string,
                params: try pairs(params),
                // Earlier releases wrote none.
                landing: element[8]?.string
            )
            result.append(
                Touch(
                    attribution,
                    first: Timestamp(unixMilliseconds: first),
                    last: Timestamp(unixMilliseconds: last),
                    receivedAt: Timestamp(unixMilliseconds: received)
                )
            )
        }
        return result
    }

    private static func array(_ elements: [JSONValue]) -> JSONValue { .array(elements) }

    private static func pairs(_ value: JSONValue) throws(StoreError) -> [Attribution.Parameter] {
        var result: [Attribution.Parameter] = []
        for element in value.elements ?? [] {
            guard let name = element[0]?.string, let text = element[1]?.string else { throw unreadable("pair") }
            result.append(.init(name, text))
        }
        return result
    }

    private static func parse(_ utf8: [UInt8]) throws(StoreError) -> JSONValue {
        do { return try JSONValue(parsing: utf8) } catch { throw unreadable("text") }
    }

    private static func unreadable(_ what: String) -> StoreError {
        StoreError(.failed, "a stored \(what) cannot be read; the database is damaged or was changed by hand")
    }
}
