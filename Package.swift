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

/// A stage of the pipeline: `Functions/<name>`, built as `media-<name>`.
func stage(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    function(name, ["Pipeline", "StageRuntime"] + dependencies)
}

func function(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: "Functions/\(name)", swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], without files: [String] = []) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies,
        path: "Tests/\(name)",
        exclude: files,
        swiftSettings: settings
    )
}

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let coreMetrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let tracing: Target.Dependency = .product(name: "Tracing", package: "swift-distributed-tracing")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")

/// The parsers' fuzz targets: a test that reads the kept inputs, or with `MEDIA_FUZZ` set, as `Tests/Fuzzing/run` does,
/// the fuzzer.
let fuzzing: Target =
    Context.environment["MEDIA_FUZZ"] == nil
    ? tests(
        "Fuzzing",
        ["Cloud", "DocumentDecode", "MediaDecode", "Pipeline"],
        without: ["main.swift", "corpus", "run"]
    )
    : .executableTarget(
        name: "Fuzzer",
        dependencies: ["Cloud", "DocumentDecode", "MediaDecode", "Pipeline"],
        path: "Tests/Fuzzing",
        exclude: ["CorpusTests.swift", "corpus", "run"],
        swiftSettings: settings
    )

let stages = ["Ingest", "Probe", "Scenes", "Transcribe", "ReadText", "Embed", "Match", "Publish"]
let libav = ["libavformat-dev", "libavcodec-dev", "libavutil-dev", "libswresample-dev", "libswscale-dev"]

let package = Package(
    name: "media",
    products: (stages + ["Search", "ModelServer"]).map { .executable(name: "media-\($0.lowercased())", targets: [$0]) }
        + [.executable(name: "media", targets: ["Operator"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    ],
    targets: [
        library("COpenSSL", "libcrypto", ["libssl-dev"]),
        library("CLibCurl", "libcurl", ["libcurl4-openssl-dev"]),
        library("CLibXML2", "libxml-2.0", ["libxml2-dev"]),
        library("CLibPQ", "libpq", ["libpq-dev"]),
        library("CLibAV", "libavformat", libav),
        library("COpenBLAS", "openblas", ["libopenblas-dev"]),
        library("CTesseract", "tesseract", ["libtesseract-dev"]),
        library("CChromaprint", "libchromaprint", ["libchromaprint-dev"]),
        library("CUchardet", "uchardet", ["libuchardet-dev"]),
        library("CPocketSphinx", "pocketsphinx", ["libpocketsphinx-dev"]),

        runtime("Pipeline", [logging]),
        runtime("Cloud", ["Pipeline", "COpenSSL", "CLibCurl", "CLibXML2", logging]),
        runtime("Inference", ["Pipeline", "Cloud"]),
        .target(
            name: "Postgres",
            dependencies: ["Pipeline", "CLibPQ"],
            path: "Runtime/Postgres",
            resources: [.embedInCode("Migrations")],
            swiftSettings: settings
        ),
        runtime("DocumentDecode", ["CUchardet"]),
        runtime("MediaDecode", ["Pipeline", "CLibAV"]),
        runtime("MediaAnalysis", ["Pipeline", "MediaDecode", "CChromaprint"]),
        runtime(
            "StageRuntime",
            ["Pipeline", "Cloud", "Inference", "Postgres", logging, metrics, coreMetrics, tracing]
        ),

        stage("Ingest"),
        stage("Probe", ["MediaDecode", "DocumentDecode"]),
        stage("Scenes", ["MediaDecode", "MediaAnalysis"]),
        stage("Transcribe", ["MediaDecode", "MediaAnalysis"]),
        stage("ReadText", ["MediaDecode", "MediaAnalysis", "DocumentDecode", "CLibXML2"]),
        stage("Embed"),
        stage("Match", ["MediaAnalysis"]),
        stage("Publish"),
        function("Operator", ["Pipeline", "Cloud", "Inference", "Postgres", "StageRuntime", arguments]),
        function(
            "Search",
            ["Pipeline", "StageRuntime", hummingbird, hummingbirdCore, nio, logging, metrics, coreMetrics]
        ),
        function(
            "ModelServer",
            [
                "Pipeline", "COpenBLAS", "CTesseract", "CPocketSphinx", hummingbird, hummingbirdCore, nio, httpTypes,
                logging,
            ]
        ),

        .executableTarget(
            name: "QueueBenchmark",
            dependencies: ["StageRuntime", "Cloud", "Pipeline", logging],
            path: "Tests/Benchmarks/QueueBenchmark",
            swiftSettings: settings
        ),

        .executableTarget(
            name: "MediaBenchmark",
            dependencies: ["MediaAnalysis", "MediaDecode", "Cloud", "Pipeline"],
            path: "Tests/Benchmarks/MediaBenchmark",
            swiftSettings: settings
        ),

        fuzzing,
        tests("PipelineTests", ["Pipeline"]),
        tests("CloudTests", ["Cloud", "Pipeline"]),
        .target(
            name: "PostgresFixture",
            dependencies: ["Postgres", "Pipeline"],
            path: "Tests/PostgresFixture",
            swiftSettings: settings
        ),
        tests("PostgresTests", ["Postgres", "PostgresFixture", "Pipeline"]),
        tests("InferenceTests", ["Inference", "Cloud", "Pipeline"]),
        tests("MediaDecodeTests", ["MediaDecode", "Pipeline"]),
        tests("DocumentDecodeTests", ["DocumentDecode"]),
        tests("MediaAnalysisTests", ["MediaAnalysis", "MediaDecode", "Pipeline"]),
        tests("ContractTests", ["Cloud", "Pipeline", "Postgres", "PostgresFixture", "StageRuntime"]),
        tests(
            "StageRuntimeTests",
            ["StageRuntime", "Cloud", "Inference", "Pipeline", logging, metrics, coreMetrics, tracing]
        ),
        tests("SimulationTests", ["StageRuntime", "Cloud", "Pipeline", logging]),
        .executableTarget(
            name: "PoisonStage",
            dependencies: ["Pipeline", "StageRuntime"],
            path: "Tests/Breakage/PoisonStage",
            swiftSettings: settings
        ),
        tests(
            "FunctionsTests",
            stages.map { .target(name: $0) }
                + ["StageRuntime", "Pipeline", "MediaDecode", "MediaAnalysis", "DocumentDecode"]
        ),
        tests(
            "ModelServerTests",
            ["ModelServer", "Pipeline", hummingbird, httpTypes],
            without: ["make-references.py", "references.json"]
        ),
        tests("OperatorTests", ["Operator", "Pipeline"]),
        tests("SearchTests", ["Search", "Pipeline", "Cloud", hummingbird, hummingbirdCore, logging]),
    ]
)
