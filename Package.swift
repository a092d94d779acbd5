// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "hptrain",
  products: [
    .executable(name: "hptrain", targets: ["hptrain"]),
    // Tests let the program load it.
    .library(name: "FaultInjection", type: .dynamic, targets: ["FaultInjection"]),
  ],
  traits: [
    .trait(name: "MPI", description: "Training by several processes that Open MPI started.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  targets: [
    .systemLibrary(name: "CBLAS", providers: [.apt(["libblas-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CProcessor"),
    .systemLibrary(name: "CLanes"),
    .systemLibrary(name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
    .target(name: "Configuration"),
    .target(name: "Numerics", dependencies: ["CBLAS", "CLanes", "CProcessor"]),
    .target(
      name: "Ranks",
      dependencies: [
        "Configuration", "CProcessor", "Numerics",
        .target(name: "CMPI", condition: .when(traits: ["MPI"])),
      ]),
    .target(
      name: "Search", dependencies: ["Configuration", "Numerics"]),
    .target(name: "Network", dependencies: ["Configuration", "Numerics"]),
    .target(
      name: "Datasets", dependencies: ["Configuration", "Numerics", "CLanes", "CZlib"]),
    .target(
      name: "Training",
      dependencies: ["Configuration", "Numerics", "Network", "Datasets", "Search"]),
    .target(
      name: "Studies",
      dependencies: ["Configuration", .product(name: "GRDB", package: "GRDB.swift")]),
    .target(
      name: "Tuning", dependencies: ["Configuration", "Numerics", "Search", "Studies", "Training"]),
    .target(
      name: "Interchange",
      dependencies: [
        "Configuration", "Numerics", "Network", "Datasets", "Training",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ], exclude: ["Protocols"]),
    .target(name: "Pictures"),
    .target(
      name: "Reports",
      dependencies: [
        "Configuration", "CZlib", "Datasets", "Network", "Numerics", "Pictures", "Search",
        "Training", "Tuning", .product(name: "Mustache", package: "swift-mustache"),
      ]),
    .executableTarget(
      name: "hptrain",
      dependencies: [
        "Interchange", "Ranks", "Reports", "Search", "Studies", "Training", "Tuning",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .testTarget(name: "ConfigurationTests", dependencies: ["Configuration", "TestSupport"]),
    .testTarget(
      name: "NumericsTests", dependencies: ["Numerics", "AllocationCounter", "TestSupport"]),
    .testTarget(
      name: "NetworkTests", dependencies: ["Network", "AllocationCounter", "TestSupport"]),
    .testTarget(name: "SearchTests", dependencies: ["Search", "TestSupport"]),
    .testTarget(
      name: "StudiesTests",
      dependencies: ["Studies", "TestSupport", .product(name: "GRDB", package: "GRDB.swift")],
      exclude: ["generate-fixture.py", "optuna-5.0.0.sql"]),
    .testTarget(
      name: "TuningTests",
      dependencies: [
        "Tuning", "Studies", "Search", "Training", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "TestSupport"]),
    .testTarget(
      name: "TrainingTests", dependencies: ["Training", "AllocationCounter", "TestSupport"]),
    .testTarget(name: "PicturesTests", dependencies: ["Pictures"]),
    .testTarget(name: "ReportsTests", dependencies: ["Reports", "CZlib"]),
    .testTarget(
      name: "InterchangeTests",
      dependencies: [
        "Interchange", "EventSupport", "Numerics", "Training", "TestSupport",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    .testTarget(
      name: "hptrainTests",
      dependencies: [
        "hptrain", "EventSupport", "Pictures", "Reports", "Training", "TestSupport",
      ]),
    .testTarget(name: "FuzzTargetsTests", dependencies: ["FuzzTargets", "TestSupport"]),
    .target(
      name: "FuzzTargets",
      dependencies: [
        "Configuration", "Datasets", "Numerics", "Studies", "TestSupport", "Training",
        .product(name: "GRDB", package: "GRDB.swift"),
      ], path: "Tests/FuzzTargets", exclude: ["Corpus"]),
    .target(
      name: "TestSupport", dependencies: ["Configuration", "CZlib", "Numerics"],
      path: "Tests/TestSupport"),
    .target(
      name: "EventSupport",
      dependencies: [
        "Interchange", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ], path: "Tests/EventSupport"),
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    .target(name: "FaultInjection", path: "Tests/FaultInjection"),
  ],
  swiftLanguageModes: [.v6]
)

// It can be linked only where everything is built for libFuzzer, as 'make fuzz' does.
if Context.environment["HPTRAIN_FUZZER"] != nil {
  package.targets += [
    .executableTarget(name: "Fuzzer", dependencies: ["FuzzTargets"], path: "Tests/Fuzzer")
  ]
}

// The modules of the program once more for each level of processors, under names of their own. They are for
// 'Scripts/build-universal', which makes one program of them.
if let levels = Context.environment["HPTRAIN_LEVELS"]?.split(separator: " ") {
  let modules = package.targets.filter {
    $0.path == nil && ($0.type == .regular || $0.type == .executable)
  }
  for level in levels {
    let suffix = level.replacing("x86-64-", with: "")
    func name(_ module: String) -> String { "\(module)_\(suffix)" }
    let aliases = modules.flatMap { ["-module-alias", "\($0.name)=\(name($0.name))"] }
    let entry = ["-entry-point-function-name", "hptrain_main_\(suffix)"]
    for module in modules {
      package.targets.append(
        .target(
          name: name(module.name),
          dependencies: module.dependencies.map { dependency in
            guard case .byNameItem(let other, _) = dependency,
              modules.contains(where: { $0.name == other })
            else { return dependency }
            return .target(name: name(other))
          },
          path: ".build/universal/sources/\(suffix)/\(module.name)", exclude: module.exclude,
          swiftSettings: [
            .unsafeFlags(
              aliases + ["-Xcc", "-march=\(level)"]
                + (module.type == .executable
                  ? ["-parse-as-library"] + entry.flatMap { ["-Xfrontend", $0] } : []))
          ]))
    }
  }
  package.products.append(
    .library(
      name: "Levels", type: .static,
      targets: levels.map { "hptrain_\($0.replacing("x86-64-", with: ""))" }))
}
