// swift-tools-version: 6.3
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let package = Package(
    name: "Embedded",
    dependencies: [.package(name: "Tributary", path: "../..")],
    targets: [
        .executableTarget(
            name: "Embedded",
            dependencies: [
                .product(name: "Tributary", package: "Tributary"),
                .product(name: "TributaryDelivery", package: "Tributary"),
                .product(name: "TributaryModel", package: "Tributary"),
                .product(name: "TributarySQLite", package: "Tributary"),
                .product(name: "TributarySigning", package: "Tributary"),
            ]
        )
    ]
)
