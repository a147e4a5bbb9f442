// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// A module of `Runtime/`.
func runtime(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Runtime/\(name)", swiftSettings: settings)
}

/// A C library of the system, found by pkg-config.
func library(_ name: String, _ pkgConfig: String, _ packages: [String]) -> Target {
    .systemLibrary(name: name, path: "Runtime/C/\(name)", pkgConfig: pkgConfig, providers: [.apt(packages)])
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: settings)
}

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
    name: "media",
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0")
    ],
    targets: [
        library("COpenSSL", "libcrypto", ["libssl-dev"]),
        runtime("Pipeline", [logging]),
        runtime("Cloud", ["Pipeline", "COpenSSL"]),
        runtime("StageRuntime", ["Pipeline", logging]),
        tests("PipelineTests", ["Pipeline"]),
        tests("CloudTests", ["Cloud", "Pipeline"]),
    ]
)
