// swift-tools-version: 6.3
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("ImmutableWeakCaptures"), .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error), .treatWarning("ExplicitSendable", as: .error), .strictMemorySafety(),
]

/// A target of the library, with the tests beside it; a folder `Fixtures` is read from the source tree.
func library(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    tests: [Target.Dependency] = [],
    fixtures: Bool = false,
    plugins: [Target.PluginUsage] = []
) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, swiftSettings: settings, plugins: plugins),
        .testTarget(
            name: name + "Tests",
            dependencies: [.byName(name: name)] + dependencies + tests,
            exclude: fixtures ? ["Fixtures"] : [],
            swiftSettings: settings
        ),
    ]
}

/// A thin module over a C library of the distribution.
func system(_ name: String, _ package: String, apt: String) -> [Target] {
    [.systemLibrary(name: name, pkgConfig: package, providers: [.apt([apt])])]
}

/// A folder in `Plugins/`: it sees the public API alone, as a stranger's plugin does.
func plugin(_ name: String, _ needs: [Target.Dependency] = [], files: [Resource] = []) -> [Target] {
    let dependencies: [Target.Dependency] = ["Tributary", "TributaryModel"] + needs
    return [
        .target(
            name: name,
            dependencies: dependencies,
            path: "Plugins/\(name)",
            resources: files,
            swiftSettings: settings
        ),
        .testTarget(
            name: name + "Tests",
            dependencies: [.byName(name: name), "TributaryTesting", "TributaryDelivery", "TributarySigning"]
                + ["Tributary", "TributaryLedger", "TributaryModel", "TributaryJSON", "TributaryMapping"],
            swiftSettings: settings
        ),
    ]
}

let sinks = [
    "Affonso", "Affitor", "Tapfiliate", "Dub", "FirstPromoter",
    "Tolt", "PartnerStack", "Refersion", "Trackdesk",
]

/// Verifiers of providers, with what each needs beside the engine.
let verifiers: [(name: String, needs: [Target.Dependency])] = [
    ("PayPal", ["TributarySigning", "COpenSSL", "CZlib"]),
    ("Segment", ["TributarySigning"]),
]

let plugins: [String] = sinks + ["Forward", "Lines", "Postback"] + verifiers.map { $0.name }

let pluginDependencies: [Target.Dependency] = plugins.map { .byName(name: $0) }

/// The descriptions that ship, compiled in.
let postbackFiles: [Resource] = ["everflow.postback", "tune.postback", "voluum.postback", "postback.schema"]
    .map { .embedInCode("Presets/\($0).json") }

/// Sinks for everybody's own platforms and services.
let ownSinks: [Target] = [
    plugin("Forward"), plugin("Lines"),
    plugin("Postback", ["TributaryJSON", "TributaryMapping", "TributarySigning"], files: postbackFiles),
].flatMap(\.self)

let pluginTargets: [Target] =
    ownSinks + sinks.flatMap { plugin($0) } + verifiers.flatMap { plugin($0.name, $0.needs) }

let pluginProducts: [Product] = plugins.map { .library(name: $0, targets: [$0]) }

/// Compiles everything in `Mappings/` into the module MappingFiles.
///
/// The module's folder is `Mappings/` itself, because SwiftPM plans anew (and so runs the plugin, which lists the files)
/// only when the files of a target's folder come or go. Plugins/ holds providers and sinks, hence the explicit paths.
let embedding: [Target] = [
    .target(
        name: "MappingFiles",
        path: "Mappings",
        swiftSettings: settings,
        plugins: [.plugin(name: "EmbedMappings")]
    ),
    .plugin(
        name: "EmbedMappings",
        capability: .buildTool(),
        dependencies: ["EmbeddingTool"],
        path: "Sources/EmbedMappingsPlugin"
    ),
    .plugin(
        name: "EmbedPage",
        capability: .buildTool(),
        dependencies: ["EmbeddingTool"],
        path: "Sources/EmbedPagePlugin"
    ),
    .executableTarget(name: "EmbeddingTool", swiftSettings: settings),
]

/// The command line, which alone composes everything.
let command: [Target] = [
    .executableTarget(
        name: "TributaryCommand",
        dependencies: [
            "TributaryModel", "TributaryJSON", "TributarySigning", "TributaryMapping", "TributaryWorkshop",
            "TributaryLedger", "Tributary", "TributaryDelivery", "TributarySQLite", "TributaryServer",
            "TributaryTesting",
        ] + pluginDependencies,
        swiftSettings: settings
    ),
    .testTarget(
        name: "TributaryCommandTests",
        dependencies: [
            "TributaryCommand", "TributaryModel", "TributaryJSON", "TributaryMapping", "TributaryLedger", "Tributary",
            "TributarySigning", "TributarySQLite", "TributaryTesting",
            "TributaryServer", "Browser",
        ],
        swiftSettings: settings
    ),
    // The fifteen things that users of affiliate platforms struggle with, each with its tests.
    .testTarget(
        name: "PainsTests",
        dependencies: [
            "TributaryCommand", "TributaryCommandTests", "TributaryModel", "TributaryJSON", "TributarySigning",
            "TributaryMapping", "TributaryLedger", "Tributary", "TributaryDelivery", "TributarySQLite",
            "TributaryServer", "TributaryTesting",
        ],
        swiftSettings: settings
    ),
]

/// A headless browser for the tests of pages, driven over a pipe.
let browser: Target = .target(
    name: "Browser",
    dependencies: ["TributaryModel", "TributaryJSON"],
    path: "Tests/Support/Browser",
    swiftSettings: settings
)

/// Random numbers with a seed, for tests.
let seeds: Target = .target(name: "Seeds", path: "Tests/Support/Seeds", swiftSettings: settings)

/// A program that uses the engine alone; a test looks at what it links.
let engineOnly: Target = .executableTarget(
    name: "EngineOnly",
    dependencies: ["Tributary"],
    path: "Tests/Workers/EngineOnly",
    swiftSettings: settings
)

/// A program that the tests of the store kill.
let storeWorker: Target = .executableTarget(
    name: "StoreWorker",
    dependencies: ["TributaryModel", "TributaryLedger", "Tributary", "TributarySQLite", "TributaryTesting"],
    path: "Tests/Workers/StoreWorker",
    swiftSettings: settings
)

/// Tests against the real daemon as a child process, with doubles of the platforms in the test process.
let endToEnd: [Target] = [
    .testTarget(
        name: "EndToEndTests",
        dependencies: [
            "TributaryCommand", "TributaryModel", "TributaryJSON", "TributarySigning", "TributaryMapping", "Tributary",
            "TributaryLedger", "TributaryDelivery", "TributarySQLite", "TributaryServer", "TributaryTesting", "Seeds",
        ],
        swiftSettings: settings
    )
]

/// The whole life of buyers, told in any order to everything real but the platforms and the time.
let story: [Target] = [
    .testTarget(
        name: "StoryTests",
        dependencies: [
            "TributaryModel", "TributaryJSON", "TributarySigning", "TributaryMapping", "TributaryLedger", "Tributary",
            "TributaryDelivery", "TributarySQLite", "TributaryTesting", "Seeds",
            "Affitor", "Affonso", "Dub", "Tapfiliate",
        ],
        swiftSettings: settings
    )
]

/// Figures, not tests: `swift run -c release PipelineBenchmark`.
let benchmarks: [Target] = [
    .target(
        name: "CFloor",
        path: "Benchmarks/CFloor",
        linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("crypto")]
    ),
    .executableTarget(
        name: "PipelineBenchmark",
        dependencies: [
            "CFloor", "TributaryModel", "TributaryJSON", "TributarySigning", "TributaryMapping", "TributaryLedger",
            "Tributary",
        ],
        path: "Benchmarks/Pipeline",
        swiftSettings: settings
    ),
    .executableTarget(
        name: "LedgerBenchmark",
        dependencies: ["TributaryModel", "TributaryLedger", "Tributary", "TributarySQLite"],
        path: "Benchmarks/Ledger",
        swiftSettings: settings
    ),
]

let package = Package(
    name: "Tributary",
    products: pluginProducts + [
        .library(name: "TributaryModel", targets: ["TributaryModel"]),
        .library(name: "TributaryJSON", targets: ["TributaryJSON"]),
        .library(name: "TributarySigning", targets: ["TributarySigning"]),
        .library(name: "TributaryMapping", targets: ["TributaryMapping"]),
        .library(name: "TributaryWorkshop", targets: ["TributaryWorkshop"]),
        .library(name: "TributaryLedger", targets: ["TributaryLedger"]),
        .library(name: "Tributary", targets: ["Tributary"]),
        .library(name: "TributarySQLite", targets: ["TributarySQLite"]),
        .library(name: "TributaryDelivery", targets: ["TributaryDelivery"]),
        .library(name: "TributaryServer", targets: ["TributaryServer"]),
        .library(name: "TributaryTesting", targets: ["TributaryTesting"]),
        .executable(name: "tributary", targets: ["TributaryCommand"]),
    ],
    targets: [
        [.target(name: "CSimdjson", linkerSettings: [.linkedLibrary("simdjson")])],
        system("COpenSSL", "libcrypto", apt: "libssl-dev"),
        system("CCurl", "libcurl", apt: "libcurl4-openssl-dev"),
        system("CSQLite", "sqlite3", apt: "libsqlite3-dev"),
        system("CZlib", "zlib", apt: "zlib1g-dev"),
        system("CMicroHTTPD", "libmicrohttpd", apt: "libmicrohttpd-dev"),
        library("TributaryModel"),
        library("TributaryJSON", ["TributaryModel", "CSimdjson"], tests: ["Seeds"]),
        library("TributarySigning", ["TributaryModel", "COpenSSL"], tests: ["TributaryMapping", "Seeds"]),
        library(
            "TributaryMapping",
            ["TributaryModel", "TributaryJSON", "TributarySigning", "MappingFiles"],
            tests: ["Seeds"],
            fixtures: true
        ),
        library(
            "TributaryWorkshop",
            ["TributaryModel", "TributaryJSON", "TributarySigning", "TributaryMapping"],
            plugins: [.plugin(name: "EmbedPage")]
        ),
        library("TributaryLedger", ["TributaryModel", "TributarySigning"]),
        library(
            "Tributary",
            ["TributaryModel", "TributaryJSON", "TributarySigning", "TributaryMapping", "TributaryLedger"],
            tests: ["EngineOnly", "TributaryTesting"]
        ),
        [engineOnly],
        library(
            "TributarySQLite",
            ["TributaryModel", "TributaryJSON", "TributaryLedger", "Tributary", "CSQLite"],
            tests: ["TributaryTesting", "StoreWorker"],
            fixtures: true
        ),
        [storeWorker],
        library(
            "TributaryDelivery",
            ["TributaryModel", "TributaryJSON", "Tributary", "CCurl"]
        ),
        library(
            "TributaryServer",
            ["TributaryModel", "TributarySigning", "TributaryLedger", "Tributary", "CMicroHTTPD"]
        ),
        library(
            "TributaryTesting",
            ["TributaryModel", "TributaryJSON", "TributarySigning", "TributaryLedger", "Tributary", "TributaryServer"]
                + ["COpenSSL"]
        ),
        embedding,
        pluginTargets,
        command,
        [browser, seeds],
        endToEnd,
        story,
        benchmarks,
    ].flatMap(\.self)
)
