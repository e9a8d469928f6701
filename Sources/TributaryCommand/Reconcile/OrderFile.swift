// SPDX-License-Identifier: Apache-2.0

import Foundation
import TributaryJSON
import TributaryModel

/// One order as the merchant's own system has it.
struct Order: Sendable, Hashable {
    /// The line in the file, counted from 1.
    var line: Int
    var id: String
    var amount: Money?
    var time: Timestamp?
}

/// A line of the file that is no order, and why; the others are compared all the same.
struct UnreadableLine: Error, Sendable, Hashable {
    /// The line, counted from 1.
    var line: Int
    var text: String
}

/// A merchant's export of orders, read record by record: CSV with a heading, or JSON lines.
struct OrderFile {
    /// Which columns mean what; those that are not named are guessed.
    struct Columns: Sendable, Hashable {
        var id: String?
        var amount: String?
        var currency: String?
        var time: String?
        /// The currency of amounts where no column says.
        var currencyCode: String?
        /// Whether amounts are in smallest units.
        var isMinor = false
    }

    private enum Field: CaseIterable {
        case id
        case amount
        case currency
        case time

        /// Names that shops and providers use, the better ones first; compared without case, blanks, `_` and `-`.
        var names: [String] {
            switch self {
            case .id:
                [
                    "orderid", "ordernumber", "order", "orderref", "id", "invoiceid", "invoice", "paymentid", "payment",
                    "transactionid", "paymentintent", "chargeid", "reference", "number", "name",
                ]
            case .amount:
                ["amount", "total", "amounttotal", "ordertotal", "grandtotal", "totalprice", "gross", "price"]
            case .currency: ["currency", "currencycode", "ordercurrency"]
            case .time:
                [
                    "createdat", "created", "createdutc", "date", "time", "timestamp", "paidat", "orderdate",
                    "datecreated",
                ]
            }
        }
    }

    private let path: String
    private let columns: Columns
    private let isJSON: Bool

    /// The most bytes of one record.
    private static let recordMax = 1 << 20

    init(_ path: String, _ columns: Columns) throws(UsageError) {
        if Input.isFolder(path) { throw UsageError("\(path) is a folder") }
        guard FileManager.default.isReadableFile(atPath: path) else { throw UsageError("\(path) cannot be read") }
        self.path = path
        self.columns = columns
        isJSON = ["jsonl", "ndjson", "json"].contains(path.split(separator: ".").last.map(String.init) ?? "")
    }

    /// Hands on each order.
    ///
    /// - Parameters:
    ///   - body: Takes an order, or what stands where one should be.
    ///   - progress: Told how many bytes were read.
    /// - Throws: ``CommandFailure`` where nothing of the file can be read.
    func visit(
        _ body: (Result<Order, UnreadableLine>) async throws -> Void,
        progress: (Int) -> Void
    ) async throws {
        guard let file = FileHandle(forReadingAtPath: path) else { throw CommandFailure("\(path) cannot be read") }
        var records = RecordSplitter(isCSV: !isJSON, max: Self.recordMax)
        var places: [Field: Int]?
        var separator = UInt8(ascii: ",")
        func take(_ line: Int, _ bytes: [UInt8]) async throws {
            if isJSON { return try await body(order(json: bytes, line)) }
            guard let places else {
                separator = RecordSplitter.separator(of: bytes)
                places = try self.places(RecordSplitter.cells(of: bytes, by: separator))
                return
            }
            let cells = RecordSplitter.cells(of: bytes, by: separator)
            func cell(_ field: Field) -> String? {
                places[field].flatMap { cells.indices.contains($0) ? cells[$0] : nil }
            }
            try await body(
                order(line, id: cell(.id), amount: cell(.amount), currency: cell(.currency), time: cell(.time))
            )
        }
        while let chunk = try file.read(upToCount: 1 << 16), !chunk.isEmpty {
            for (line, record) in records.add(chunk) { try await take(line, record) }
            guard !records.isTooLong else { throw CommandFailure("\(path):\(records.line): the record is too long") }
            progress(chunk.count)
        }
        if records.isOpen {
            let text = "a quote opens here and is never closed, so nothing after it was read"
            try await body(.failure(UnreadableLine(line: records.start, text: text)))
        } else if let (line, record) = records.end() {
            try await take(line, record)
        }
        guard isJSON || places != nil else {
            throw CommandFailure("\(path) is empty; its first line names the columns")
        }
    }

    private func stated(_ field: Field) -> String? {
        switch field {
        case .id: columns.id
        case .amount: columns.amount
        case .currency: columns.currency
        case .time: columns.time
        }
    }

    private static func plain(_ name: String) -> String {
        String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    }

    /// Where each field stands.
    private func places(_ heading: [String]) throws -> [Field: Int] {
        var places: [Field: Int] = [:]
        for field in Field.allCases {
            if let name = stated(field) {
                guard let place = heading.firstIndex(of: name) else {
                    throw CommandFailure(
                        "\(path) has no column \"\(name)\" (there are: \(heading.joined(separator: ", ")))"
                    )
                }
                places[field] = place
            } else {
                let plain = heading.map(Self.plain)
                places[field] = field.names.lazy.compactMap { plain.firstIndex(of: $0) }.first
            }
        }
        guard places[.id] != nil else {
            let names = heading.joined(separator: ", ")
            throw CommandFailure("\(path): which column is the order's id? Say it with --id NAME (there are: \(names))")
        }
        return places
    }

    private func order(json bytes: [UInt8], _ line: Int) -> Result<Order, UnreadableLine> {
        func unreadable(_ text: String) -> Result<Order, UnreadableLine> {
            .failure(UnreadableLine(line: line, text: text))
        }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            return unreadable(error.message)
        }
        guard let members = value.members else { return unreadable("an order is a JSON object") }
        func text(_ field: Field) -> String? {
            let found =
                if let name = stated(field) {
                    members.first { $0.name == name }
                } else {
                    field.names.lazy.compactMap { name in members.first { Self.plain($0.name) == name } }.first
                }
            return found.flatMap { $0.value.string ?? $0.value.numberText }
        }
        return order(line, id: text(.id), amount: text(.amount), currency: text(.currency), time: text(.time))
    }

    private func order(
        _ line: Int,
        id: String?,
        amount: String?,
        currency: String?,
        time: String?
    ) -> Result<Order, UnreadableLine> {
        func unreadable(_ text: String) -> Result<Order, UnreadableLine> {
            .failure(UnreadableLine(line: line, text: text))
        }
        func trimmed(_ text: String?) -> String? {
            let text = text?.trimmingCharacters(in: .whitespaces)
            return text?.isEmpty == true ? nil : text
        }
        guard let id = trimmed(id) else { return unreadable("the order has no id; see --id NAME") }
        var order = Order(line: line, id: id)
        if let text = trimmed(amount), let code = trimmed(currency) ?? columns.currencyCode {
            guard let currency = Currency(code.uppercased()) else {
                return unreadable("there is no currency \"\(code)\"; see --currency NAME")
            }
            let shift = columns.isMinor ? 0 : Int(currency.exponent)
            do throws(Money.ReadingError) {
                order.amount = try Money(decimal: text, shiftedBy: shift, currency)
            } catch {
                return unreadable(
                    "\"\(text)\" is no amount in \(currency.code); it is written as 1234.50, or with --minor as 123450"
                )
            }
        }
        if let text = trimmed(time) {
            guard let time = OrderTime.read(text) else {
                return unreadable("\"\(text)\" is no time; it is written as 2026-11-01T12:00:00Z")
            }
            order.time = time
        }
        return .success(order)
    }
}

/// Times as exports write them.
enum OrderTime {
    static func read(_ text: String) -> Timestamp? {
        if let time = Timestamp(rfc3339: text) { return time }
        if let number = Int64(text) {
            return number > 100_000_000_000 ? Timestamp(unixMilliseconds: number) : Timestamp(unixSeconds: number)
        }
        let parts = text.replacing(" UTC", with: "").replacing("T", with: " ").split(separator: " ")
        guard let day = parts.first else { return nil }
        let clock = parts.count > 1 ? String(parts[1]) : "00:00:00"
        let whole = clock.split(separator: ":").count == 2 ? clock + ":00" : clock
        var zone = parts.count > 2 ? String(parts[2]) : "Z"
        if zone.count == 5, zone.hasPrefix("+") || zone.hasPrefix("-") { zone = "\(zone.prefix(3)):\(zone.suffix(2))" }
        return Timestamp(rfc3339: "\(day)T\(whole)\(zone)")
    }
}

/// Cuts a stream of bytes into records: lines, or in CSV lines with quoted line ends within (RFC 4180).
struct RecordSplitter {
    private let isCSV: Bool
    private let max: Int
    private var record: [UInt8] = []
    private var isQuoted = false
    private(set) var start = 1
    private(set) var line = 1

    init(isCSV: Bool, max: Int) {
        self.isCSV = isCSV
        self.max = max
    }

    var isTooLong: Bool { record.count > max }

    /// Whether a quote is open.
    var isOpen: Bool { isQuoted }

    mutating func add(_ chunk: some Sequence<UInt8>) -> [(line: Int, bytes: [UInt8])] {
        var found: [(Int, [UInt8])] = []
        for byte in chunk {
            if byte == UInt8(ascii: "\n") { line += 1 }
            if isCSV, byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            guard byte == UInt8(ascii: "\n"), !isQuoted else {
                record.append(byte)
                continue
            }
            if let whole = end() { found.append(whole) }
            start = line
        }
        return found
    }

    /// What is left; nothing where that is blank.
    mutating func end() -> (line: Int, bytes: [UInt8])? {
        defer { record = [] }
        var bytes = record
        if start == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) ? nil : (start, bytes)
    }

    /// The sign between cells, by the heading.
    static func separator(of heading: [UInt8]) -> UInt8 {
        let signs = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
        return signs.max { first, second in
            heading.count { $0 == first } < heading.count { $0 == second }
        } ?? UInt8(ascii: ",")
    }

    static func cells(of record: [UInt8], by separator: UInt8) -> [String] {
        var cells: [String] = []
        var cell: [UInt8] = []
        var isQuoted = false
        var wasQuote = false
        for byte in record {
            if byte == UInt8(ascii: "\"") {
                // Two quotes within quotes are one.
                if !isQuoted, wasQuote { cell.append(byte) }
                isQuoted.toggle()
                wasQuote = !isQuoted
                continue
            }
            wasQuote = false
            if byte == separator, !isQuoted {
                cells.append(String(decoding: cell, as: UTF8.self))
                cell = []
            } else {
                cell.append(byte)
            }
        }
        return cells + [String(decoding: cell, as: UTF8.self)]
    }
}
