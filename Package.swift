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
    fixtures: Bool = false
) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, swiftSettings: settings),
        .testTarget(
            name: name + "Tests",
            dependencies: [.byName(name: name)] + dependencies + tests,
            exclude: fixtures ? ["Fixtures"] : [],
            swiftSettings: settings
        ),
    ]
}

let package = Package(
    name: "Tributary",
    products: [
        .library(name: "TributaryModel", targets: ["TributaryModel"]),
        .library(name: "TributaryJSON", targets: ["TributaryJSON"]),
    ],
    targets: [
        [.target(name: "CSimdjson", linkerSettings: [.linkedLibrary("simdjson")])],
        library("TributaryModel"),
        library("TributaryJSON", ["TributaryModel", "CSimdjson"]),    ].flatMap(\.self)
)
