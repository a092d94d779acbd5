import Configuration
import TestSupport
import Testing
import Training

/// What is proposed for IDX files and texts.
@Suite struct ArrayProposalTests {
  private typealias Sample = ProposalSample

  private static func arrays(_ dimensions: [UInt32]) -> [UInt8] {
    let count = Int(dimensions.reduce(1, *))
    return IDXSamples.file(
      type: 8, dimensions: dimensions, data: (0..<count).map { UInt8(Sample.noise($0) % 256) })
  }

  private static func labels(_ count: Int, classes: Int = 4) -> [UInt8] {
    IDXSamples.file(
      type: 8, dimensions: [UInt32(count)], data: (0..<count).map { UInt8($0 % classes) })
  }

  @Test(
    arguments: [
      ([8, 8], 2), ([28, 28], 2), ([32, 32, 3], 3), ([64, 64], 4), ([3, 40], 0), ([5, 5], 1),
    ] as [([UInt32], Int)])
  func imagesGetConvolutions(shape: [UInt32], blocks: Int) throws {
    let sample = try Sample("images", Self.arrays([40] + shape), labels: Self.labels(40))
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.layers.count { $0 == "conv2d" } == blocks)
    #expect(sample.layers.count { $0 == "batch_normalization" } == blocks)
    #expect(sample.data?["validation"]?["stratify"]?.boolean == true)
  }

  @Test(arguments: [2, 3, 20, 33, 41, 42, 43, 81, 257, 450]) func anyNumberOfImagesWillDo(
    count: Int
  ) throws {
    let sample = try Sample(
      "images", Self.arrays([UInt32(count), 6, 6]), labels: Self.labels(count, classes: 2))
    #expect(sample.diagnostics.isEmpty, "\(count): \(sample.diagnostics)")
  }

  @Test func rowsOfNumbersGetWhatTablesGet() throws {
    let sample = try Sample("rows", Self.arrays([50, 7]), labels: Self.labels(50))
    #expect(sample.diagnostics.isEmpty)
    let layers = ["ensemble", "dense", "dropout", "dense", "dropout", "dense"]
    #expect(sample.layers == ["periodic_embedding"] + layers)
    // Many numbers in waves would tell few examples apart by themselves.
    let wide = try Sample("wide", Self.arrays([50, 20]), labels: Self.labels(50))
    #expect(wide.layers == layers)
    let flat = try Sample("cubes", Self.arrays([50, 2, 2, 2, 2]), labels: Self.labels(50))
    #expect(flat.diagnostics.isEmpty)
    #expect(flat.data?["layout"]?.string == "flat")
  }

  /// As a column of numpy is written.
  @Test func oneLabelForEachExampleIsAClassInAnyShape() throws {
    let column = IDXSamples.file(
      type: 8, dimensions: [40, 1], data: (0..<40).map { UInt8($0 % 3) })
    let sample = try Sample("images", Self.arrays([40, 8, 8]), labels: column)
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.training?["loss"] == nil || sample.training?["loss"]?.string == "cross_entropy")
    #expect(sample.data?["validation"]?["stratify"]?.boolean == true)
  }

  @Test func labelsLieBesideTheirImages() throws {
    let workspace = try Workspace()
    let path = try workspace.write("some-images-idx3-ubyte", Self.arrays([30, 6, 6]))
    try workspace.write("out/keep", "")
    let request = ProposalRequest(data: path, output: workspace.path("out/some.json"))
    #expect(throws: Failure.self) { try Proposal.make(for: request) }
    try workspace.write("some-labels-idx1-ubyte", Self.labels(30))
    let proposal = try Proposal.make(for: request)
    #expect(proposal.text.contains("\"../some-labels-idx1-ubyte\""))
    #expect(proposal.config.name == "some")
  }

  @Test func badPairsAreErrors() throws {
    let images = Self.arrays([30, 6, 6])
    func code(_ features: [UInt8], _ labels: [UInt8]) throws -> String {
      do {
        _ = try Sample("images", features, labels: labels)
        return ""
      } catch let failure as Failure {
        return failure.diagnostics.first?.code ?? ""
      }
    }
    #expect(try code(images, Self.labels(29)) == "count-mismatch")
    #expect(try code(Self.labels(30), images) == "labels-first")
    #expect(try code(images, Self.labels(30, classes: 1)) == "one-class")
    #expect(try code(Self.arrays([1, 6, 6]), Self.labels(1)) == "too-few-rows")
    #expect(try code(images, Array("text".utf8)) == "not-idx")
  }

  private static func code(
    _ features: [UInt8], _ labels: [UInt8], _ adjust: (inout ProposalRequest) -> Void
  ) throws -> Diagnostic? {
    do {
      _ = try Sample("images", features, labels: labels, adjust)
      return nil
    } catch let failure as Failure {
      return failure.diagnostics.first
    }
  }

  static let optionsOfTables: [(String, @Sendable (inout ProposalRequest) -> Void)] = [
    ("--target", { $0.target = "x" }), ("--time", { $0.time = "x" }),
    ("--group", { $0.group = "x" }), ("--weight", { $0.weight = "x" }),
    ("--series", { $0.isSeries = true }), ("--no-series", { $0.isSeries = false }),
  ]

  /// What is asked for and cannot be done is not passed over.
  @Test(arguments: optionsOfTables.indices) func optionsOfTablesAreNone(_ index: Int) throws {
    let (option, adjust) = Self.optionsOfTables[index]
    let ofArrays = try Self.code(Self.arrays([30, 6, 6]), Self.labels(30), adjust)
    #expect(ofArrays?.category == .usage)
    #expect(ofArrays?.message.hasPrefix("\(option) is for tables") == true)
    let ofText = try Sample.failure("story.txt", String(repeating: Self.sentence, count: 30)) {
      $0.format = .text
      adjust(&$0)
    }
    #expect(ofText.category == .usage)
    #expect(ofText.message.hasPrefix("\(option) is for tables"))
  }

  /// Columns of 0 and 1 are answers of yes and no, however they are stored; others are numbers.
  @Test func severalColumnsOfYesAndNoAreLabels() throws {
    let bits = (0..<120).map { UInt8(Sample.noise($0) % 2) }
    let labels = IDXSamples.file(type: 8, dimensions: [40, 3], data: bits)
    let sample = try Sample("rows", Self.arrays([40, 5]), labels: labels)
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.training?["loss"]?.string == "binary_cross_entropy")
    #expect(sample.training?["metrics"]?.texts == ["accuracy", "exact_match", "jaccard"])
    #expect(sample.noteCodes.contains("labels"))
    let ones = stride(from: 0, to: 120, by: 3).count { bits[$0] == 1 }
    #expect(sample.fact("target")?.hasPrefix("3 labels: label0 (\(ones)), ") == true)
    let floats = IDXSamples.file(
      type: 0x0D, dimensions: [40, 3],
      data: bits.flatMap { IDXSamples.bigEndian(Float($0).bitPattern) })
    let same = try Sample("rows", Self.arrays([40, 5]), labels: floats)
    #expect(same.training?["loss"]?.string == "binary_cross_entropy")
    let asked = try Sample("rows", Self.arrays([40, 5]), labels: labels) { $0.task = .regression }
    #expect(asked.training?["loss"]?.string == "mse")

    let counts = IDXSamples.file(
      type: 8, dimensions: [40, 3], data: (0..<120).map { UInt8($0 % 5) })
    let numbers = try Sample("rows", Self.arrays([40, 5]), labels: counts)
    #expect(numbers.training?["loss"]?.string == "mse")
    let finding = try Self.code(Self.arrays([40, 5]), counts) { $0.task = .classification }
    #expect(finding?.message.contains("are 3 numbers for each example") == true)
  }

  @Test func classesThatWereSpreadOverColumnsAreNoted() throws {
    let labels = IDXSamples.file(
      type: 8, dimensions: [40, 4], data: (0..<160).map { $0 % 4 == $0 / 4 % 4 ? 1 : 0 })
    let sample = try Sample("rows", Self.arrays([40, 5]), labels: labels)
    let note = try #require(sample.proposal.notes.first { $0.code == "labels" })
    #expect(note.help?.contains("argmax") == true)
  }

  @Test func rareClassesAreNamed() throws {
    func sample(_ rare: Int) throws -> ProposalSample {
      try Sample(
        "rows", Self.arrays([120, 5]),
        labels: IDXSamples.file(
          type: 8, dimensions: [120], data: (0..<120).map { $0 < rare ? 2 : UInt8($0 % 2) }))
    }
    let single = try sample(1)
    #expect(single.diagnostics.map(\.code) == ["rare-class"])
    #expect(single.fact("target") == "3 classes: 1 (60), 0 (59), 2 (1)")
    #expect(single.noteCodes.contains("imbalance"))
    let some = try sample(10)
    #expect(some.diagnostics.isEmpty)
    #expect(some.training?["metrics"]?.texts == ["accuracy", "f1"])
  }

  @Test func channelsThatComeFirstAreSaid() throws {
    let sample = try Sample("images", Self.arrays([40, 3, 16, 16]), labels: Self.labels(40))
    #expect(sample.noteCodes.contains("channels-first"))
  }

  // MARK: - Texts

  private static let sentence = "The quick brown fox jumps over the lazy dog, twice.\n"

  @Test(arguments: [20, 100, 3000]) func textsGetARecurrentLayer(lines: Int) throws {
    let sample = try Sample(
      "story.txt", String(repeating: Self.sentence, count: lines))
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["format"]?.string == "text")
    #expect(sample.layers.first == "embedding")
    #expect(sample.layers.contains("gru"))
    #expect(sample.training?["metrics"]?.texts == ["perplexity", "bits_per_character"])
  }

  @Test func textsInOtherEncodingsAreBytes() throws {
    let sample = try Sample(
      "story.txt", [UInt8](String(repeating: Self.sentence, count: 30).utf8) + [0xE4, 0x20])
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["tokenizer"]?.string == "byte")
  }

  @Test func textsAreNoTables() throws {
    let finding = try Sample.failure("story.txt", "Too short.\n")
    #expect(finding.code == "too-short")
    let wanted = try Sample.failure("story.txt", String(repeating: Self.sentence, count: 30)) {
      $0.format = .text
      $0.target = "fox"
    }
    #expect(wanted.category == .usage)
    let table = Sample.csv(rows: 200, ["x": { "\(Sample.noise($0))" }, "y": { "\($0)" }])
    #expect(try Sample("table.txt", table).data?["format"]?.string == "csv")
    #expect(try Sample("table.txt", table) { $0.format = .text }.data?["format"]?.string == "text")
  }
}
