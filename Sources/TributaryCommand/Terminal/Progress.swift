// SPDX-License-Identifier: Apache-2.0

import Glibc

/// How far a long piece of work has come, on standard error where that is a terminal.
struct Progress {
    private let whole: Int
    private var done = 0
    private var shown = -1
    private let isVisible = isatty(STDERR_FILENO) == 1

    /// Begins at nothing.
    ///
    /// - Parameter whole: How much there is to do, in any unit.
    init(whole: Int) { self.whole = whole }

    /// Shows that so much more is done; draws only when a percent is full.
    mutating func advance(by count: Int) {
        done += count
        guard isVisible, whole > 0 else { return }
        let percent = min(100, done * 100 / whole)
        guard percent != shown else { return }
        shown = percent
        let bar = String(repeating: "█", count: percent / 4) + String(repeating: "░", count: 25 - percent / 4)
        Terminal.rewrite("\(bar) \(percent) %")
    }

    /// Takes the bar away.
    mutating func finish() {
        if shown >= 0 { Terminal.rewrite("") }
        shown = -1
    }
}
