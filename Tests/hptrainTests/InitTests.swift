import Configuration
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(minutes: 10)) struct InitTests {
  /// The figures of the examples made by hand, less what three points of accuracy allow.
  @Test(arguments: [
    ("iris.csv", "iris", 0.936), ("wine.csv", "wine", 0.95),
    ("breast_cancer.csv", "breast_cancer", 0.945),
    ("digits-images-idx3-ubyte.gz", "digits", 0.96),
  ])
  func proposalsTrainAsWellAsExamples(data: String, name: String, bound: Double) throws {
    let workspace = try Workspace()
    let made = try Program.run("init", Checkout.path("datasets/\(data)"), in: workspace.path)
    #expect(made.exitCode == 0, "\(made.errors)")
    #expect(made.output == "\(name).json\n")
    #expect(made.errors.contains("next: hptrain train \(name).json"))
    let checked = try Program.run("check", "\(name).json", in: workspace.path)
    #expect(checked.exitCode == 0)
    #expect(checked.errors.isEmpty)
    // Convolutions take their time in builds that are not optimized.
    let less = name == "digits" ? ["--set", "training.epochs=8"] : []
    let trained = try Program.run(
      ["train", "\(name).json", "--format", "json"] + less, in: workspace.path)
    let accuracy = try #require(trained.events.last?["validation"]?["accuracy"]?.double)
    #expect(accuracy >= bound)
  }

  /// A configuration that a setting could be changed in is not there yet.
  @Test func adviceIsAboutTheFile() throws {
    let workspace = try Workspace()
    try workspace.write(
      "data.csv",
      "a,b,y\n"
        + (0..<60).map {
          "\($0 == 20 ? "low" : $0 == 40 ? "high" : "\($0 * 7 % 31)"),\($0 % 5),\($0 % 3)\n"
        }
        .joined())
    let result = try Program.run("init", "data.csv", in: workspace.path)
    #expect(result.exitCode == 0)
    #expect(
      result.errors.contains("'low' and 'high' among the numbers of 'a' count as missing"),
      "\(result.errors)")
    #expect(result.errors.contains("mend the file and run init again"))
    #expect(!result.errors.contains("data.missing"))
  }

  @Test func aByteOrderMarkIsNoCharacter() throws {
    let workspace = try Workspace()
    let text = String(repeating: "A line of twenty-five é.\n", count: 80)
    try workspace.write("text.txt", "\u{FEFF}" + text)
    let result = try Program.run("init", "text.txt", in: workspace.path)
    #expect(result.errors.contains("a text of 2,000 characters"), "\(result.errors)")
  }

  @Test func aFolderOfImagesIsNamed() throws {
    let workspace = try Workspace()
    for name in ["cats/1.png", "cats/2.PNG", "dogs/1.jpg"] {
      try workspace.write("photos/\(name)", [0x89] + Array("PNG".utf8))
    }
    for path in ["photos", "photos/cats", "photos/cats/1.png"] {
      let result = try Program.run("init", path, in: workspace.path)
      #expect(result.exitCode == (path.hasSuffix(".png") ? 65 : 66))
      #expect(result.errors.contains("Documentation/Data.md"), "\(result.errors)")
    }
    // Another folder is none of images.
    let other = try Program.run("init", ".", in: workspace.path)
    #expect(other.errors.contains("name a file inside that folder"))
  }

  @Test func aColumnOfWeightsIsNoInput() throws {
    let workspace = try Workspace()
    let csv =
      "x,sample_weight,y\n" + (0..<60).map { "\($0 * 7 % 11),\($0 % 3),\($0 * 5 % 13)\n" }.joined()
    try workspace.write("data.csv", csv)
    let plain = try Program.run("init", "data.csv", in: workspace.path)
    #expect(plain.errors.contains("--weight sample_weight"))
    let made = try Program.run(
      "init", "data.csv", "--weight", "sample_weight", "--force", in: workspace.path)
    #expect(made.exitCode == 0, "\(made.errors)")
    #expect(made.errors.contains(/weights +sample_weight/))
    let json = JSONParser.parse(
      SourceText(name: "data.json", bytes: try workspace.read("data.json"))
    ).value
    #expect(json["data"]?["weight"]?.string == "sample_weight")
    #expect(
      try Program.run("init", "data.csv", "--weight", "w", "--force", in: workspace.path).exitCode
        != 0)
  }

  @Test func nothingIsOverwrittenUnlessForced() throws {
    let workspace = try Sample.workspace()
    #expect(try Program.run("init", "data.csv", in: workspace.path).exitCode == 0)
    try workspace.write("data.json", "mine")
    let again = try Program.run("init", "data.csv", in: workspace.path)
    #expect(again.exitCode == 73)
    #expect(again.errors.contains("--force"))
    #expect(try workspace.read("data.json") == Array("mine".utf8))
    #expect(try Program.run("init", "data.csv", "--force", in: workspace.path).exitCode == 0)
    #expect(try workspace.read("data.json") != Array("mine".utf8))
  }

  @Test func standardOutputTakesTheConfiguration() throws {
    let workspace = try Sample.workspace()
    let made = try Program.run("init", "data.csv", "--output", "-", in: workspace.path)
    #expect(made.exitCode == 0)
    #expect(!workspace.exists("data.json"))
    let checked = try Program.run("check", "-", in: workspace.path, input: Array(made.output.utf8))
    #expect(checked.exitCode == 0)
    #expect(checked.errors.isEmpty)
  }

  @Test func pathsLeadFromTheConfigurationToTheData() throws {
    let workspace = try Sample.workspace()
    try workspace.write("deep/er/keep", "")
    let made = try Program.run(
      "init", "data.csv", "--output", "deep/er/my run.json", "--name", "mine", in: workspace.path)
    #expect(made.exitCode == 0)
    #expect(made.output == "deep/er/my run.json\n")
    #expect(made.errors.contains("hptrain train 'deep/er/my run.json'"))
    let text = String(decoding: try workspace.read("deep/er/my run.json"), as: UTF8.self)
    #expect(text.contains("\"train\": \"../../data.csv\""))
    #expect(text.contains("\"name\": \"mine\""))
    #expect(
      try Program.run("check", "deep/er/my run.json", in: workspace.path).exitCode == 0)
    // Folders are made, and of what fails none is left.
    let new = try Program.run("init", "data.csv", "-o", "new/er/x.json", in: workspace.path)
    #expect(new.exitCode == 0, "\(new.errors)")
    #expect(try Program.run("check", "new/er/x.json", in: workspace.path).exitCode == 0)
    let failed = try Program.run(
      "init", "data.csv", "--target", "kin", "-o", "other/er/x.json", in: workspace.path)
    #expect(failed.exitCode == 64 && !workspace.exists("other"))
    let inFile = try Program.run("init", "data.csv", "-o", "data.csv/x.json", in: workspace.path)
    #expect(inFile.exitCode == 73, "\(inFile.errors)")
  }

  @Test func failuresHaveTheirExitCodes() throws {
    let workspace = try Sample.workspace()
    try workspace.write("empty.csv", "")
    try workspace.write("junk", [UInt8](0...255))
    for (arguments, code) in [
      (["nowhere.csv"], 66), (["empty.csv"], 65), (["junk"], 65), (["-"], 64), (["."], 66),
      (["data.csv", "--target", "kin"], 64), (["data.csv", "--task", "guessing"], 64),
      (["data.csv", "--format", "idx"], 65), (["data.csv", "--name", "../x"], 64),
      (["data.csv", "--time", "kind"], 65),
    ] as [([String], Int32)] {
      let result = try Program.run(["init"] + arguments + ["-o", "new.json"], in: workspace.path)
      #expect(result.exitCode == code, "\(arguments): \(result.errors)")
      #expect(result.errors.contains("rror: "))
      #expect(result.output.isEmpty)
      #expect(!workspace.exists("new.json"))
    }
  }
}
