import Foundation
import TestSupport
import Testing

/// Small files that were made to take long, or much memory, are refused within seconds of processor time.
@Suite(.timeLimit(minutes: 10)) struct HostileSizesTests {
  private static func config(_ text: String = "") -> String {
    """
    {"data": {"train": "data.csv", "target": "k"}, "training": {"epochs": 1},
     "model": {"layers": [{"type": "dense"}]}\(text)}
    """
  }

  /// Runs a command that may use four seconds of a processor and two GiB of addresses beside what libraries reserve.
  private static func run(_ command: String, in workspace: Workspace) throws -> Program.Result {
    try Shell.run("ulimit -t 4 -v 8000000; exec $hptrain \(command)", in: workspace)
  }

  /// OpenBLAS asks for its memory again and again where it does not get it.
  @Test(.withoutSanitizer) func tooLittleAddressSpaceIsSaid() throws {
    let workspace = try Workspace()
    try workspace.write("config.json", Self.config())
    try workspace.write("data.csv", "a,k\n" + (0..<40).map { "\($0 % 7),\($0 % 5)\n" }.joined())
    let result = try Shell.run(
      "ulimit -v 500000; exec $hptrain train config.json --threads 8", in: workspace)
    #expect(result.exitCode == 64)
    #expect(
      result.errors.contains(
        "leaves no room for 1.0 GiB that 8 threads reserve to multiply"))
  }

  /// Suggestions for keys that are never shown were looked for.
  @Test func unknownKeysWithoutEnd() throws {
    let workspace = try Workspace()
    let keys = (0..<200_000).map { "\"key\($0)\":1" }.joined(separator: ",")
    try workspace.write("config.json", "{\(keys)}")
    let result = try Self.run("check config.json", in: workspace)
    #expect(result.exitCode == 78)
    #expect(result.errors.utf8.count < 1 << 16)
    #expect(result.errors.contains("unknown key 'key0'"))
  }

  /// Each column was looked for from the start of the line.
  @Test func columnsOfTheSameNameWithoutEnd() throws {
    let workspace = try Workspace()
    let names = [String](repeating: "c", count: 300_000).joined(separator: ",")
    try workspace.write("data.csv", names + ",k\n1\n")
    try workspace.write("config.json", Self.config())
    let result = try Self.run("check config.json", in: workspace)
    #expect(result.exitCode == 65)
    #expect(result.errors.utf8.count < 1 << 16)
    #expect(result.errors.contains("columns 1 and 2 are both named 'c'"))
    #expect(result.errors.contains("there may be more"))
  }

  @Test func quotesWithoutEnd() throws {
    let workspace = try Workspace()
    try workspace.write("data.csv", "a,k\n" + String(repeating: "\"", count: 3_000_001))
    try workspace.write("config.json", Self.config())
    #expect(try Self.run("check config.json", in: workspace).exitCode == 65)
  }

  @Test func rowsThatAreWrongWithoutEnd() throws {
    let workspace = try Workspace()
    try workspace.write("data.csv", "a,k\n" + String(repeating: "1,2,3\n", count: 500_000))
    try workspace.write("config.json", Self.config())
    let result = try Self.run("check config.json", in: workspace)
    #expect(result.exitCode == 65)
    #expect(result.errors.utf8.count < 1 << 16)
  }

  /// What a configuration asks for is computed before anything of it is allocated.
  @Test func parametersWithoutEnd() throws {
    let workspace = try Workspace()
    try workspace.write("data.csv", Sample.csv.replacingOccurrences(of: "kind", with: "k"))
    let layers = #"{"type": "dense", "units": 9999999}, {"type": "dense", "units": 9999999}"#
    try workspace.write(
      "config.json",
      Self.config().replacingOccurrences(of: "\"layers\": [", with: "\"layers\": [\(layers), "))
    let result = try Self.run("check config.json", in: workspace)
    #expect(result.exitCode == 78, "\(result.errors)")
  }

  /// A header of a model that names tensors of no bytes, or one that is said to be longer than the file.
  @Test func tensorsWithoutEnd() throws {
    let workspace = try Workspace()
    var header = #"{"__metadata__":{"format":"hptrain"}"#
    for index in 0..<50_000 {
      header += #","t\#(index)":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}"#
    }
    header += "}"
    while header.utf8.count % 8 != 0 { header += " " }
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
    try workspace.write("many.safetensors", length + Array(header.utf8))
    try workspace.write("long.safetensors", [0, 0, 0, 4, 0, 0, 0, 0] + Array(header.utf8))
    try workspace.write("data.csv", "a\n1\n")
    for name in ["many", "long"] {
      let result = try Self.run("predict \(name).safetensors data.csv", in: workspace)
      #expect(result.exitCode == 65, "\(result.errors)")
    }
  }
}
