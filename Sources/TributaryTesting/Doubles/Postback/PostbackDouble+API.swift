// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TributaryModel
import TributaryServer

/// The APIs of the networks, as far as they correct a conversion.
extension PostbackDouble {
    /// Answers a call of a network's API; `nil` for every other.
    func api(_ request: ServerRequest, _ path: String) -> ServerResponse? {
        switch (style, path) {
        case (.everflow, "/v1/networks/reporting/conversions"): everflowAPI(request)
        case (.tune, "/Apiv3/json"): tuneAPI(request)
        case (.everflow, _), (.tune, _), (.voluum, _): nil
        }
    }

    /// Source: developers.everflow.io, conversion report and conversion updates.
    private func everflowAPI(_ request: ServerRequest) -> ServerResponse {
        if let key = rules.apiKey, request.headers["X-Eflow-Api-Key"] != key.revealedText {
            return .json(["Error": "unauthorized"], status: 401)
        }
        guard let body = request.json else { return .json(["Error": "bad request"], status: 400) }
        if request.method == "POST" {
            guard body["from"]?.string != nil, body["to"]?.string != nil, body["timezone_id"]?.int64 != nil else {
                return .json(["Error": "from, to and timezone_id are required"], status: 400)
            }
            let filter = body["query"]?["filters"]?.elements?.first
            let rows = books.withLock { $0.listed(click: filter?["filter_id_value"]?.string, key: nil) }
            return .json([
                "conversions": .array(
                    rows.map { row in
                        ["conversion_id": .string(row.id), "order_id": .string(row.key), "status": .string(row.state)]
                    }
                )
            ])
        }
        guard request.method == "PATCH", body["conversion_status"] == "rejected",
            let ids = body["conversion_ids"]?.elements?.compactMap(\.string), !ids.isEmpty
        else { return .json(["Error": "bad request"], status: 400) }
        return .json(["result": .bool(books.withLock { books in ids.allSatisfy { books.reject($0) } })])
    }

    /// Everything is answered with 200, and the request stands in the answer, its token included.
    ///
    /// Source: developers.tune.com, Conversion::findAll and Conversion::updateStatus.
    private func tuneAPI(_ request: ServerRequest) -> ServerResponse {
        func answer(_ data: JSONValue, error: String? = nil) -> ServerResponse {
            var response: [JSONValue.Member] = [
                .init("status", .integer(error == nil ? 1 : -1)), .init("httpStatus", 200), .init("data", data),
            ]
            if let error { response.append(.init("errorMessage", .string(error))) }
            let token = request.query("NetworkToken") ?? ""
            return .json(["request": ["NetworkToken": .string(token)], "response": .object(response)])
        }
        if let key = rules.apiKey, request.query("NetworkToken") != key.revealedText {
            return answer("", error: "Invalid NetworkToken")
        }
        switch (request.query("Target"), request.query("Method")) {
        case ("Conversion", "findAll"):
            let rows = books.withLock { $0.listed(click: nil, key: request.query("filters[advertiser_info]")) }
            guard !rows.isEmpty else { return answer(["page": 1, "data": []]) }
            let members = rows.map { row in
                JSONValue.Member(
                    row.id,
                    [
                        "Conversion": [
                            "tune_event_id": .string(row.id), "advertiser_info": .string(row.key),
                            "status": .string(row.state),
                        ]
                    ]
                )
            }
            return answer(["page": 1, "data": .object(members)])
        case ("Conversion", "updateStatus"):
            guard request.query("status") == "rejected", let id = request.query("tune_event_id") else {
                return answer("", error: "Missing required argument")
            }
            return answer(.bool(books.withLock { $0.reject(id) }))
        default: return answer("", error: "Method does not exist")
        }
    }
}
