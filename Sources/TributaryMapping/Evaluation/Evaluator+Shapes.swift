// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

extension Evaluator {
    // MARK: Texts

    /// The text of an expression; `nil` where there is none or it is empty.
    func text(_ expression: Expression, at current: JSONNode, _ state: inout WalkState) throws(Fault) -> String? {
        try text(value(expression, at: current, &state))
    }

    /// The text of an operation; `nil` where there is none or it is empty.
    func text(_ number: Int32, at current: JSONNode, _ state: inout WalkState) throws(Fault) -> String? {
        let operation = operation(number)
        switch operation.code {
        case .found, .firstFound:
            guard let node = node(operation, state) else { return nil }
            return try text(.node(node), document, node)
        case .first, .minus, .map, .minor, .major, .rounded, .unix, .unixMilliseconds, .rfc3339, .received, .defaulted,
            .sum, .firstBelow, .lines, .expression:
            return try text(value(number, at: current, &state))
        }
    }

    /// A text or a number's text, since ids come as either; `true` is no text.
    func text(_ value: Value) throws(Fault) -> String? {
        switch value {
        case .missing: return nil
        case .node(let node): return try text(value, document, node)
        case .nested(let nested): return try text(value, nested.document, nested.node)
        case .text(let text): return text.isEmpty ? nil : text
        case .number(let number): return number.text
        case .bool, .parameters: throw mismatch(value, wanted: "a text")
        }
    }

    private func text(_ value: Value, _ document: JSONDocument, _ node: JSONNode) throws(Fault) -> String? {
        if let text = document.string(node) { return text.isEmpty ? nil : text }
        switch document.kind(node) {
        case .null, .string: return nil
        case .number: return document.numberText(node)
        case .bool, .array, .object: throw mismatch(value, wanted: "a text")
        }
    }

    /// The text of any scalar, `true` and `false` among them.
    func scalarText(_ value: Value) throws(Fault) -> String? {
        switch value {
        case .bool(let flag): return flag ? "true" : "false"
        case .node(let node):
            if let flag = document.bool(node) { return flag ? "true" : "false" }
        case .nested(let nested):
            if let flag = nested.document.bool(nested.node) { return flag ? "true" : "false" }
        case .missing, .text, .number, .parameters: break
        }
        return try text(value)
    }

    // MARK: Booleans and numbers

    func bool(_ number: Int32, at current: JSONNode, _ state: inout WalkState) throws(Fault) -> Bool? {
        let value = try value(number, at: current, &state)
        switch value {
        case .missing: return nil
        case .bool(let flag): return flag
        case .node(let node):
            if let flag = document.bool(node) { return flag }
        case .nested(let nested):
            if let flag = nested.document.bool(nested.node) { return flag }
        case .text, .number, .parameters: break
        }
        throw mismatch(value, wanted: "true or false")
    }

    func number(_ expression: Expression, at current: JSONNode, _ state: inout WalkState) throws(Fault)
        -> DecimalNumber?
    {
        let value = try value(expression, at: current, &state)
        return isAbsent(value) ? nil : try number(value)
    }

    func number(_ number: Int32, at current: JSONNode, _ state: inout WalkState) throws(Fault) -> DecimalNumber? {
        let value = try value(number, at: current, &state)
        return isAbsent(value) ? nil : try self.number(value)
    }

    /// A number, or a text that is one; `true` is none.
    func number(_ value: Value) throws(Fault) -> DecimalNumber {
        do throws(Money.ReadingError) {
            switch value {
            case .number(let number): return number
            case .text(let text): return try DecimalNumber(text.utf8.span)
            case .node(let node) where Self.mayBeNumber(document, node):
                if let integer = document.int64(node) { return DecimalNumber(Int(integer)) }
                return try document.withUTF8(of: node) { (text) throws(Money.ReadingError) in try DecimalNumber(text) }
            case .nested(let nested) where Self.mayBeNumber(nested.document, nested.node):
                return try nested.document.withUTF8(of: nested.node) { (text) throws(Money.ReadingError) in
                    try DecimalNumber(text)
                }
            case .missing, .node, .nested, .bool, .parameters: break
            }
        } catch {
            throw invalid(value, error)
        }
        throw mismatch(value, wanted: "a number")
    }

    private static func mayBeNumber(_ document: JSONDocument, _ node: JSONNode) -> Bool {
        switch document.kind(node) {
        case .number, .string: true
        case .null, .bool, .array, .object: false
        }
    }

    func integer(_ number: Int32, at current: JSONNode, _ state: inout WalkState) throws(Fault) -> Int64? {
        let value = try value(number, at: current, &state)
        if case .node(let node) = value, let integer = document.int64(node) { return integer }
        guard !isAbsent(value) else { return nil }
        let decimal = try self.number(value)
        do throws(Money.ReadingError) {
            return try decimal.shifted(by: 0)
        } catch {
            throw .invalid(within: "", path: place(of: value), reason: "a whole number of 64 bits is wanted")
        }
    }

    // MARK: Money

    func money(_ number: Int32, at current: JSONNode, _ state: inout WalkState) throws(Fault) -> Money? {
        let operation = operation(number)
        switch operation.code {
        case .minor, .major: return try money(operation, rounds: false, at: current, &state)
        case .rounded: return try money(self.operation(operation.first), rounds: true, at: current, &state)
        case .first:
            let mark = trace?.mark ?? 0
            for index in operation.first..<operation.first + operation.second {
                if let money = try money(program.numbers[Int(index)], at: current, &state) { return money }
                trace?.rewind(to: mark)
            }
            return nil
        case .found, .firstFound, .minus, .map, .unix, .unixMilliseconds, .rfc3339, .received, .defaulted, .sum,
            .firstBelow, .lines, .expression:
            preconditionFailure("an operation that is no amount where money is wanted")
        }
    }

    private func money(
        _ operation: Operation,
        rounds: Bool,
        at current: JSONNode,
        _ state: inout WalkState
    ) throws(Fault) -> Money? {
        if trace == nil, let money = plainMoney(operation, &state) { return money }
        let amount = try value(operation.first, at: current, &state)
        guard !isAbsent(amount) else { return nil }
        let code = try value(operation.second, at: current, &state)
        guard let entry = try currency(code, amount, &state) else {
            throw .invalid(within: "", path: place(of: code), reason: "the currency is not one of ISO 4217")
        }
        let shift = operation.code == .minor ? entry.minorShift : entry.majorShift
        if operation.code == .major, entry.minorShift > 0 {
            return Money(minor: try wholeUnits(amount, entry, rounds: rounds), entry.currency)
        }
        let units = rounds ? try roundedUnits(amount, shift: shift) : try minorUnits(amount, shift: shift)
        return Money(minor: units, entry.currency)
    }

    /// The amount in the everyday case: an integer in the currency's smallest unit, both chosen by plain selectors.
    private func plainMoney(_ operation: Operation, _ state: inout WalkState) -> Money? {
        let (amount, code) = (self.operation(operation.first), self.operation(operation.second))
        guard operation.code == .minor, amount.code == .found, code.code == .found,
            let number = state.found[amount.first], let minor = document.int64(number),
            let currency = state.found[code.first], document.kind(currency) == .string,
            let key = document.withUTF8(of: currency, { CurrencyTable.key($0) }),
            let entry = state.entry(of: key, in: currencies), entry.minorShift == 0
        else { return nil }
        return Money(minor: minor, entry.currency)
    }

    private func currency(_ code: Value, _ amount: Value, _ state: inout WalkState) throws(Fault) -> CurrencyTable
        .Entry?
    {
        switch code {
        case .missing:
            if let unstated = currencies.unstated { return unstated }
            throw .invalid(
                within: "",
                path: place(of: amount),
                reason: "the amount has no currency, and the provider instance names none"
            )
        case .node(let node):
            guard document.kind(node) == .string else { throw mismatch(code, wanted: "a currency code") }
            let key = document.withUTF8(of: node) { CurrencyTable.key($0) }
            return key.flatMap { state.entry(of: $0, in: currencies) }
        case .nested, .text:
            let text = try text(code) ?? ""
            return CurrencyTable.key(text.utf8.span).flatMap { state.entry(of: $0, in: currencies) }
        case .number, .bool, .parameters: throw mismatch(code, wanted: "a currency code")
        }
    }

    private func minorUnits(_ amount: Value, shift: Int) throws(Fault) -> Int64 {
        do throws(Money.ReadingError) {
            switch amount {
            case .node(let node) where Self.mayBeNumber(document, node):
                if shift == 0, let integer = document.int64(node) { return integer }
                return try document.withUTF8(of: node) { (text) throws(Money.ReadingError) in
                    try Money.minorUnits(text, shift: shift)
                }
            case .text(let text): return try Money.minorUnits(text.utf8.span, shift: shift)
            case .number(let number): return try number.shifted(by: shift)
            case .nested(let nested) where Self.mayBeNumber(nested.document, nested.node):
                return try nested.document.withUTF8(of: nested.node) { (text) throws(Money.ReadingError) in
                    try Money.minorUnits(text, shift: shift)
                }
            case .missing, .node, .nested, .bool, .parameters: break
            }
        } catch {
            throw invalid(amount, error)
        }
        throw mismatch(amount, wanted: "a number")
    }

    /// An amount in whole units of a currency to which the provider gives fewer decimals than ISO 4217.
    private func wholeUnits(_ amount: Value, _ entry: CurrencyTable.Entry, rounds: Bool) throws(Fault) -> Int64 {
        let shift = entry.majorShift - entry.minorShift
        var units = rounds ? try roundedUnits(amount, shift: shift) : try minorUnits(amount, shift: shift)
        for _ in 0..<entry.minorShift {
            let (product, overflows) = units.multipliedReportingOverflow(by: 10)
            guard !overflows else { throw invalid(amount, .overflow) }
            units = product
        }
        return units
    }

    private func roundedUnits(_ amount: Value, shift: Int) throws(Fault) -> Int64 {
        let number = try number(amount)
        do throws(Money.ReadingError) {
            return try number.roundedShifted(by: shift)
        } catch {
            throw invalid(amount, error)
        }
    }

    // MARK: Instants

    func time(_ number: Int32, at current: JSONNode, _ state: inout WalkState) throws(Fault) -> Timestamp? {
        let operation = operation(number)
        switch operation.code {
        case .unix: return try time(.unix, operation.first, at: current, &state)
        case .unixMilliseconds: return try time(.unixMilliseconds, operation.first, at: current, &state)
        case .received:
            trace?.note("moment of receipt")
            return received
        case .rfc3339: return try time(.rfc3339, operation.first, at: current, &state)
        case .first:
            let mark = trace?.mark ?? 0
            for index in operation.first..<operation.first + operation.second {
                if let time = try time(program.numbers[Int(index)], at: current, &state) { return time }
                trace?.rewind(to: mark)
            }
            return nil
        case .found, .firstFound, .minus, .map, .minor, .major, .rounded, .defaulted, .sum, .firstBelow, .lines,
            .expression:
            preconditionFailure("an operation that is no instant where one is wanted")
        }
    }

    private func time(
        _ unit: TimeUnit,
        _ operand: Int32,
        at current: JSONNode,
        _ state: inout WalkState
    ) throws(Fault) -> Timestamp? {
        let value = try value(operand, at: current, &state)
        guard !isAbsent(value) else { return nil }
        let milliseconds: Int64
        switch unit {
        case .rfc3339:
            guard let text = try text(value), let time = Timestamp(rfc3339: text) else {
                throw .invalid(within: "", path: place(of: value), reason: "an RFC 3339 time is wanted")
            }
            return time
        case .unix, .unixMilliseconds:
            let places = unit == .unix ? 3 : 0
            if case .node(let node) = value, let integer = document.int64(node) {
                let (product, overflows) = integer.multipliedReportingOverflow(by: unit == .unix ? 1000 : 1)
                guard !overflows else { throw invalid(value, .overflow) }
                milliseconds = product
            } else {
                let number = try number(value)
                do throws(Money.ReadingError) {
                    milliseconds = try number.flooredShifted(by: places)
                } catch {
                    throw invalid(value, error)
                }
            }
        }
        // Years 0000 to 9999, what RFC 3339 can write.
        guard (-62_167_219_200_000...253_402_300_799_999).contains(milliseconds) else {
            throw .invalid(within: "", path: place(of: value), reason: "the instant lies outside the years 0 to 9999")
        }
        return Timestamp(unixMilliseconds: milliseconds)
    }
}
