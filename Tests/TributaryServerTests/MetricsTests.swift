// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TributaryServer

@Suite struct MetricsTests {
    @Test func `everything is written as Prometheus reads it`() {
        let registry = MetricsRegistry()
        let good = registry.counter(
            "webhooks_total",
            help: "Webhooks.\nAll \\ of them.",
            labels: [("provider", "a\"b\\c\nd")]
        )
        let other = registry.counter("webhooks_total", help: "", labels: [("provider", "x"), ("live", "true")])
        let gauge = registry.gauge("pending", help: "Waiting.")
        registry.gauge("reading", help: "Read when asked.") { -7 }
        let histogram = registry.histogram(
            "took_seconds",
            help: "Time.",
            labels: [("sink", "s")],
            durations: [.milliseconds(5), .milliseconds(2500), .seconds(1)]
        )
        let sizes = registry.histogram("bytes", help: "Size.", bounds: [10, 100])
        good.increment()
        good.increment(by: 4)
        other.increment()
        gauge.set(5)
        gauge.add(-8)
        histogram.observe(.milliseconds(5))
        histogram.observe(.milliseconds(6))
        histogram.observe(.seconds(90))
        sizes.observe(11)
        #expect(
            registry.text() == """
                # HELP webhooks_total Webhooks.\\nAll \\\\ of them.
                # TYPE webhooks_total counter
                webhooks_total{provider="a\\"b\\\\c\\nd"} 5
                webhooks_total{provider="x",live="true"} 1
                # HELP pending Waiting.
                # TYPE pending gauge
                pending -3
                # HELP reading Read when asked.
                # TYPE reading gauge
                reading -7
                # HELP took_seconds Time.
                # TYPE took_seconds histogram
                took_seconds_bucket{sink="s",le="0.005"} 1
                took_seconds_bucket{sink="s",le="1"} 2
                took_seconds_bucket{sink="s",le="2.5"} 2
                took_seconds_bucket{sink="s",le="+Inf"} 3
                took_seconds_sum{sink="s"} 90.011
                took_seconds_count{sink="s"} 3
                # HELP bytes Size.
                # TYPE bytes histogram
                bytes_bucket{le="10"} 0
                bytes_bucket{le="100"} 1
                bytes_bucket{le="+Inf"} 1
                bytes_sum 11
                bytes_count 1

                """
        )
    }

    @Test func `the same name and labels are the same counter`() {
        let registry = MetricsRegistry()
        registry.counter("a_total", help: "A.", labels: [("x", "1")]).increment()
        registry.counter("a_total", help: "A.", labels: [("x", "1")]).increment()
        #expect(registry.counter("a_total", help: "A.", labels: [("x", "1")]).value == 2)
        #expect(registry.counter("a_total", help: "A.", labels: [("x", "2")]).value == 0)
    }

    @Test func `counting from many tasks loses nothing`() async {
        let counter = MetricsRegistry().counter("a_total", help: "A.")
        await withTaskGroup { group in
            for _ in 0..<8 { group.addTask { for _ in 0..<1000 { counter.increment() } } }
        }
        #expect(counter.value == 8000)
    }
}
