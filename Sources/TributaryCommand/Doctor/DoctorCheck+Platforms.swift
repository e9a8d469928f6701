// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension DoctorCheck {
    /// What is wrong or odd in the configuration itself.
    static let configuration = DoctorCheck(name: "configuration") { facts in
        facts.configurationRemarks.map { remark in
            Finding(
                severity: remark.severity,
                check: "configuration",
                place: remark.place,
                text: remark.text,
                remedy: remark.remedy ?? "`tributary check` shows the place in the file"
            )
        }
    }

    /// Whether the platforms take our keys, and whether their clocks and ours agree.
    static let platforms = DoctorCheck(name: "keys") { facts in
        facts.probes.sorted { $0.key < $1.key }.flatMap { name, probe in
            var findings: [Finding] = []
            if probe.isRefused {
                findings.append(
                    Finding(
                        severity: .error,
                        check: "keys",
                        place: name,
                        text: probe.reason,
                        remedy:
                            "make a key with the rights to write conversions at the platform, and put it into the secret "
                            + "that \"key\" names; test and live programs have keys of their own"
                    )
                )
            } else if probe.end == nil {
                findings.append(
                    Finding(
                        severity: .attention,
                        check: "keys",
                        place: name,
                        text: "the key could not be checked: \(probe.reason)",
                        remedy: "see the platform's state and \"url\"; sales wait meanwhile and are sent later"
                    )
                )
            } else if probe.end != .delivered, probe.end != .notApplicable {
                findings.append(
                    Finding(
                        severity: .error,
                        check: "keys",
                        place: name,
                        text: probe.reason,
                        remedy: "see the sink's settings"
                    )
                )
            }
            if let date = probe.date {
                let skew = (probe.asked.unixMilliseconds - date.unixMilliseconds) / 1000
                if abs(skew) > skewMax {
                    findings.append(
                        Finding(
                            severity: .error,
                            check: "clock",
                            place: name,
                            text: "our clock is \(abs(skew)) s \(skew > 0 ? "ahead of" : "behind") the platform's",
                            remedy:
                                "let the machine keep its time (systemd-timesyncd, chrony); signatures carry it, and "
                                + "webhooks are refused as too old or too new"
                        )
                    )
                }
            }
            return findings
        }
    }

    /// Seconds that clocks may differ; providers allow five minutes.
    private static let skewMax: Int64 = 60
}
