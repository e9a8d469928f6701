// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryLedger
import TributaryModel

extension Engine {
    /// Takes note of a visitor who came by a partner's link, and answers after that is durable.
    ///
    /// No platform is asked: those that need a click of their own get it as a delivery. Set the cookie that the receipt
    /// names, and give the click id to whatever tells of the person later.
    ///
    /// - Parameters:
    ///   - visit: Who came where.
    ///   - source: The scope of the click's event; must not be the name of a provider instance.
    /// - Returns: what became of it.
    /// - Throws: ``StoreError`` with the code `failed` or `closed`: the process must end. Everything else is a receipt.
    public func click(_ visit: Visit, source: String = "capture") async throws(StoreError) -> ClickReceipt {
        let landing = capture.landing(
            of: visit,
            from: source,
            keepsVisitor: policy.sinks.contains { $0.kinds.contains(.clickRecorded) },
            random: random(ClickID.randomCount),
            at: now()
        )
        switch landing {
        case .none(let reason): return ClickReceipt(result: .none(reason))
        case .known(let click): return ClickReceipt(result: .known(click))
        case .new(let click, let event, let setCookie):
            let intake = BackendIntake(source: source, attributionKeys: attributionKeys, now: now())
            let item = intake.item(event, event.cloudEvent.encoded(), [:], at: .clicks, place: "")
            let receipt = try await settle([item])
            switch receipt.result {
            case .notStored(let code): return ClickReceipt(result: .notStored(code))
            case .items, .unreadable, .tooMany:
                if let problem = item.problem { return ClickReceipt(result: .invalid(problem)) }
                return ClickReceipt(result: .recorded(click, setCookie: setCookie, receipt))
            }
        }
    }

    /// Takes note of what came to `POST /v1/clicks`.
    ///
    /// - Parameters:
    ///   - body: The request's body.
    ///   - token: Name of the token that its bearer showed.
    /// - Returns: what became of it.
    /// - Throws: ``StoreError`` with the code `failed` or `closed`: the process must end. Everything else is a receipt.
    public func recordClick(_ body: [UInt8], from token: String) async throws(StoreError) -> ClickReceipt {
        switch Self.visit(body) {
        case .success(let visit): try await click(visit, source: token)
        case .failure(let problem): ClickReceipt(result: .invalid(problem))
        }
    }

    /// Takes note of what a visitor's browser told at `POST /c`.
    ///
    /// - Parameters:
    ///   - body: The request's body; what it says of the visitor's browser and address is not believed.
    ///   - cookie: The request's `Cookie` field.
    ///   - userAgent: The request's `User-Agent` field.
    ///   - ip: The visitor's address.
    /// - Returns: what became of it.
    /// - Throws: ``StoreError`` with the code `failed` or `closed`: the process must end. Everything else is a receipt.
    public func recordVisit(
        _ body: [UInt8],
        cookie: String?,
        userAgent: String?,
        ip: String?
    ) async throws(StoreError) -> ClickReceipt {
        switch Self.visit(body) {
        case .success(var visit):
            visit.cookie = cookie
            visit.userAgent = userAgent
            visit.ip = ip
            visit.live = capture.live
            return try await click(visit)
        case .failure(let problem): return ClickReceipt(result: .invalid(problem))
        }
    }

    private static func visit(_ body: [UInt8]) -> Result<Visit, EventProblem> {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: body, limits: .webhook)
        } catch {
            return .failure(EventProblem("", "\(error)", remedy: "send JSON"))
        }
        do throws(EventProblem) { return .success(try Visit(value)) } catch { return .failure(error) }
    }
}
