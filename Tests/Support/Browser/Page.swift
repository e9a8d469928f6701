// SPDX-License-Identifier: Apache-2.0

import Foundation
public import TributaryModel

/// A page in a ``Browser``: looks at it and acts on it as a user would.
public struct Page: Sendable {
    let browser: Browser
    let session: String

    private func ask(_ method: String, _ parameters: JSONValue = .object([])) async throws -> JSONValue {
        try await browser.ask(method, parameters, in: session)
    }

    // MARK: Looking

    /// Evaluates an expression; a promise is awaited.
    ///
    /// - Parameter expression: JavaScript.
    /// - Returns: Its value as JSON.
    /// - Throws: ``BrowserFailure`` with the exception that it threw.
    @discardableResult
    public func evaluate(_ expression: String) async throws -> JSONValue {
        let answer = try await ask(
            "Runtime.evaluate",
            ["expression": .string(expression), "returnByValue": true, "awaitPromise": true]
        )
        if let exception = answer["exceptionDetails"] { throw BrowserFailure("\(expression): \(exception.text)") }
        return answer["result"]?["value"] ?? .null
    }

    /// Waits until an expression is true.
    ///
    /// - Throws: ``BrowserFailure`` after the limit, with what the page shows.
    public func wait(for expression: String, within limit: Duration = .seconds(15)) async throws {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            do {
                if try await evaluate("!!(\(expression))") == true { return }
            } catch let failure as BrowserFailure where failure.isNavigation {
                // What is waited for may be on the next page.
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        let shown = try await evaluate("document.body.innerText").string ?? ""
        throw BrowserFailure("waited in vain for \(expression); the page shows:\n\(shown)")
    }

    /// The text that a user sees of an element.
    public func text(of selector: String) async throws -> String {
        try await evaluate("document.querySelector(\(Self.literal(selector)))?.innerText ?? ''").string ?? ""
    }

    /// Buttons, links, fields and regions that a screen reader has no name for, as their roles.
    public var unnamed: [String] {
        get async throws {
            let tree = try await ask("Accessibility.getFullAXTree")
            let roles: Set = ["button", "link", "textbox", "combobox", "checkbox", "dialog", "list", "region"]
            return (tree["nodes"]?.elements ?? []).compactMap { node in
                guard node["ignored"] != true, let role = node["role"]?["value"]?.string, roles.contains(role) else {
                    return nil
                }
                return (node["name"]?["value"]?.string ?? "").isEmpty ? role : nil
            }
        }
    }

    /// Texts that are too faint for WCAG AA (1.4.3), each with its contrast; what is not shown is left out.
    ///
    /// Computed from what the browser computed: the colour of each text over the backgrounds that lie behind it.
    public var faintTexts: [String] {
        get async throws { try await evaluate(Self.contrast).elements?.compactMap(\.string) ?? [] }
    }

    /// Source: WCAG 2.2, definitions of relative luminance and contrast ratio.
    private static let contrast = """
        (() => {
          const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
          const read = (css) => {
            canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = css; canvas.fillRect(0, 0, 1, 1);
            const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
          };
          const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
          const luminance = (colour) => {
            const [r, g, b] = colour.map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const behind = (element) => {
            const layers = [];
            for (let at = element; at; at = at.parentElement) layers.push(read(getComputedStyle(at).backgroundColor));
            return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
          };
          const faint = [];
          for (const element of document.querySelectorAll("body *")) {
            const text = [...element.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join(" ").trim();
            const style = getComputedStyle(element);
            if (!text || !element.checkVisibility() || element.closest(".unseen") || element.tagName === "OPTION") continue;
            const ink = read(style.color);
            if (ink[3] === 0) continue;
            const ground = behind(element);
            const [a, b] = [luminance(over(ink, ground)), luminance(ground)].sort((x, y) => y - x);
            const ratio = (a + 0.05) / (b + 0.05);
            const size = parseFloat(style.fontSize);
            const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
            if (ratio < (isLarge ? 3 : 4.5)) faint.push(`${ratio.toFixed(2)} ${element.className} ${text.slice(0, 40)}`);
          }
          return faint;
        })()
        """

    /// A picture of what is in the window, written to a file.
    public func screenshot(to path: String) async throws {
        let answer = try await ask("Page.captureScreenshot", ["format": "png"])
        guard let data = answer["data"]?.string.flatMap({ Data(base64Encoded: $0) }) else {
            throw BrowserFailure("no picture")
        }
        try data.write(to: URL(filePath: path))
    }

    /// Addresses of all requests that the page made, in order.
    public var requests: [String] {
        browser.events(of: session).filter { $0.method == "Network.requestWillBeSent" }
            .compactMap { $0.parameters["request"]?["url"]?.string }
    }

    /// What the browser complains of: exceptions, console errors, violations of the page's security policy.
    public var complaints: [String] {
        browser.events(of: session).compactMap { event in
            switch event.method {
            case "Runtime.exceptionThrown": event.parameters["exceptionDetails"]?.text
            case "Runtime.consoleAPICalled" where event.parameters["type"]?.string == "error": event.parameters.text
            case "Log.entryAdded" where event.parameters["entry"]?["level"]?.string == "error":
                event.parameters["entry"]?["text"]?.string
            default: nil
            }
        }
    }

    // MARK: Acting

    /// Loads an address.
    public func go(to address: String) async throws {
        let answer = try await ask("Page.navigate", ["url": .string(address)])
        if let error = answer["errorText"]?.string { throw BrowserFailure("\(address): \(error)") }
    }

    /// Types a text where the focus is, as a paste would.
    public func type(_ text: String) async throws { _ = try await ask("Input.insertText", ["text": .string(text)]) }

    /// Presses and releases a key.
    ///
    /// - Parameters:
    ///   - key: For example `Tab`, `Enter`, `Escape`, `ArrowDown`, `F8`, or a letter.
    ///   - modifiers: Held down meanwhile.
    /// - Throws: ``BrowserFailure`` where the browser does not take it.
    public func press(_ key: String, _ modifiers: Set<Modifier> = []) async throws {
        let codes = [
            "Tab": 9, "Enter": 13, "Escape": 27, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38,
            "ArrowRight": 39,
            "ArrowDown": 40, "F8": 119,
        ]
        let code = codes[key] ?? Int(key.uppercased().utf8.first ?? 0)
        var members: [JSONValue.Member] = [
            .init("key", .string(key)), .init("code", .string(key.count == 1 ? "Key" + key.uppercased() : key)),
            .init("windowsVirtualKeyCode", .integer(code)),
            .init("modifiers", .integer(modifiers.reduce(0) { $0 | $1.rawValue })),
        ]
        if key == "Enter" { members.append(.init("text", "\r")) }
        _ = try await ask("Input.dispatchKeyEvent", .object([.init("type", "keyDown")] + members))
        _ = try await ask("Input.dispatchKeyEvent", .object([.init("type", "keyUp")] + members))
    }

    /// A key that is held down while another is pressed; the value is DevTools' bit.
    public enum Modifier: Int, Sendable {
        /// Alt.
        case alt = 1
        /// Control.
        case control = 2
        /// Command or Windows.
        case meta = 4
        /// Shift.
        case shift = 8
    }

    /// Clicks into the middle of an element.
    public func click(_ selector: String) async throws {
        let place = try await evaluate(
            """
            (() => { const element = document.querySelector(\(Self.literal(selector)));
            element.scrollIntoView({ block: "center" }); const box = element.getBoundingClientRect();
            return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)]; })()
            """
        )
        for kind in ["mousePressed", "mouseReleased"] {
            _ = try await ask(
                "Input.dispatchMouseEvent",
                [
                    "type": .string(kind), "x": place[0] ?? .null, "y": place[1] ?? .null, "button": "left",
                    "clickCount": 1,
                ]
            )
        }
    }

    // MARK: The window and its user

    /// Makes the window as large.
    public func resize(width: Int, height: Int) async throws {
        _ = try await ask(
            "Emulation.setDeviceMetricsOverride",
            ["width": .integer(width), "height": .integer(height), "deviceScaleFactor": 1, "mobile": false]
        )
    }

    /// Makes the user one who prefers dark or light colours.
    public func prefer(dark: Bool) async throws {
        _ = try await ask(
            "Emulation.setEmulatedMedia",
            ["features": [["name": "prefers-color-scheme", "value": dark ? "dark" : "light"]]]
        )
    }

    /// A text as a JavaScript literal.
    public static func literal(_ text: String) -> String { JSONValue.string(text).text }
}
