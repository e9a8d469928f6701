// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What somebody gets who does not know the program.
@Suite(.serialized) struct UsageTests {
    private static let cases: [CommandLineCase] = [
        .init(words: [], code: 2, complaint: ["Usage", "  demo "]),
        .init(words: ["--help"], code: 0, output: ["Usage", "  demo ", "Exit codes"]),
        .init(words: ["help"], code: 0, output: ["Usage"]),
        .init(words: ["help", "map"], code: 0, output: ["tributary map stripe < event.json"]),
        .init(words: ["--version"], code: 0, output: ["tributary 0."]),
        .init(words: ["chek"], code: 2, complaint: ["there is no command \"chek\"; did you mean \"check\"?"]),
        .init(words: ["zzzzzz"], code: 2, complaint: ["there is no command", "Try: tributary --help"]),
        .init(
            words: ["map"],
            code: 2,
            complaint: ["which provider? There are: chargebee, creem, dodo, ", "Try: tributary map --help"]
        ),
        .init(words: ["map", "strpe"], code: 2, complaint: ["no mapping \"strpe\"; did you mean \"stripe\"?"]),
        .init(words: ["map", "x/y.json"], code: 2, complaint: ["there is no file x/y.json"]),
        .init(
            words: ["map", "stripe", "--expain"],
            code: 2,
            complaint: ["no option --expain; did you mean --explain?"]
        ),
        .init(words: ["map", "stripe", "-e"], code: 2, complaint: ["there is no option -e"]),
        .init(words: ["map", "stripe", "more"], code: 2, complaint: ["one word too many: more"]),
        .init(words: ["map", "stripe", "--profile"], code: 2, complaint: ["--profile needs a value"]),
        .init(words: ["map", "stripe", "--json=1"], code: 2, complaint: ["--json takes no value"]),
        .init(words: ["map", "stripe", "--header", "X"], input: "{}", code: 2, complaint: ["wants 'Name: value'"]),
        .init(words: ["query"], code: 2, complaint: ["which selector? For example: tributary query"]),
        .init(words: ["sign"], code: 2, complaint: ["which provider?"]),
        .init(words: ["sign", "stripe"], input: "{}", code: 2, complaint: ["--secret env:NAME"]),
        .init(words: ["sign", "stripe", "--secret", "whsec_1"], code: 2, complaint: ["is seen by everyone"]),
        .init(words: ["sign", "stripe", "--secret", "env:NOPE"], code: 2, complaint: ["variable NOPE is not set"]),
        .init(words: ["sign", "stripe", "--secret", "file:nope"], code: 2, complaint: ["file nope cannot be read"]),
        .init(words: ["send", "stripe"], code: 2, complaint: ["which provider, which file?"]),
        .init(words: ["send", "stripe", "nope.json"], code: 2, complaint: ["there is no file nope.json"]),
        .init(words: ["send", "stripe", "."], code: 2, complaint: [". is a folder"]),
        .init(words: ["double"], code: 2, complaint: ["which platform? There are: "]),
        .init(words: ["double", "affonzo"], code: 2, complaint: ["did you mean \"affonso\"?"]),
        .init(words: ["double", "affonso", "--listen", "x"], code: 2, complaint: ["--listen wants a port number"]),
        .init(
            words: ["double", "affonso", "--fault", "x"],
            code: 2,
            complaint: ["\"x\" is no fault", "500-after-commit"]
        ),
        .init(words: ["deliveries", "--state", "endd"], code: 2, complaint: ["did you mean \"ended\"?"]),
        .init(words: ["deliveries", "--limit", "0"], code: 2, complaint: ["--limit wants a number from 1"]),
        .init(words: ["deliveries", "--webhook", "x"], code: 2, complaint: ["--webhook wants a number"]),
        .init(words: ["attach"], code: 2, complaint: ["which provider?"]),
        .init(words: ["attach", "stripe"], code: 2, complaint: ["there is nothing to attach: --click ID"]),
        .init(words: ["attach", "stripe", "--params", "x"], code: 2, complaint: ["wants 'NAME=VALUE', not 'x'"]),
        .init(
            words: ["attach", "stripe", "--click", "c", "--one-time", "--subscription"],
            code: 2,
            complaint: ["not both"]
        ),
        .init(
            words: ["attach", "paypal", "--params", "a=" + String(repeating: "x", count: 130)],
            code: 1,
            complaint: ["at most 127 characters", "POST /v1/leads"]
        ),
        .init(
            words: ["attach", "stripe", "--subscription", "--call", "sessions", "--click", "c_1", "--user", "u_1"],
            code: 0,
            output: [
                "subscription_data.metadata (subscriptions only)", "\"click_id\": \"c_1\"", "\"user_id\": \"u_1\"",
            ]
        ),
        .init(
            words: ["attach", "stripe", "--call", "sessions", "--click", "tbc_0123456789abcdef0123456789abcdef"],
            code: 0,
            output: ["\"tributary_click\": \"tbc_0123456789abcdef0123456789abcdef\""]
        ),
        .init(words: ["replay"], code: 2, complaint: ["which webhooks? --webhook N"]),
        .init(words: ["replay", "--webhook", "x"], code: 2, complaint: ["--webhook wants a number"]),
        .init(words: ["replay", "--unmapped", "--since", "soon"], code: 2, complaint: ["2026-11-01T12:00:00Z"]),
        .init(words: ["replay", "--unmapped", "--incomplete"], code: 2, complaint: ["not both"]),
        .init(words: ["reconcile"], code: 2, complaint: ["which orders? ORDERS.csv"]),
        .init(words: ["reconcile", "nope.csv"], code: 2, complaint: ["nope.csv cannot be read"]),
        .init(words: ["forget"], code: 2, complaint: ["whom? --customer REF"]),
        .init(words: ["forget", "--email", "ada"], code: 2, complaint: ["an address with an @"]),
        .init(words: ["forget", "--user", ""], code: 2, complaint: ["must not be empty"]),
        .init(words: ["schema", "maping"], code: 2, complaint: ["did you mean \"mapping\"?"]),
        .init(words: ["serve", "--log", "loud"], code: 2, complaint: ["--log wants debug, info"]),
        .init(words: ["test", "nope"], code: 2, complaint: ["there is no mapping \"nope\""]),
        .init(words: ["plugins"], code: 0, output: ["provider  stripe", "sink      affonso"]),
    ]

    @Test(.timeLimit(.minutes(2)), arguments: cases)
    func `a command line is understood, or answered with what is wrong`(_ row: CommandLineCase) throws {
        try row.check()
    }

    @Test(.timeLimit(.minutes(1))) func `a reader that goes away ends the program as it ends every other`() throws {
        let run = try CommandLineRun(shell: "exec 3> >(true); sleep 0.3; tributary schema >&3; echo $?", in: Sandbox())
        #expect(run.output == "141\n")
        #expect(run.complaint.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func `a full disk is told`() throws {
        let run = try CommandLineRun(shell: "tributary schema > /dev/full", in: Sandbox())
        #expect(run.code == 1)
        #expect(run.complaint.contains("cannot write to standard output: No space left"))
    }
}
