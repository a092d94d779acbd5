import AllocationCounter
import Configuration
import Datasets
import Numerics
import TestSupport
import Testing
import Training

/// Augmentation in runs: which examples it changes, and what decides how.
@Suite struct AugmentationTests {
  /// A configuration on images of random numbers.
  private struct ImageRun {
    let workspace: Workspace
    let plan: RunPlan?
    let diagnostics: [Diagnostic]

    init(
      _ augmentation: String, data: String = "", dimensions: [Int] = [40, 8, 7],
      type: UInt8 = 0x08, training: String = "", batchSize: Int = 16, epochs: Int = 2
    ) throws {
      workspace = try Workspace()
      var generator = SplitMix64(seed: 4)
      let elements = dimensions.reduce(1, *)
      let bytes =
        type == 0x08
        ? (0..<elements).map { _ in UInt8.random(in: 0...255, using: &generator) }
        : generator.floats(elements).flatMap { IDXSamples.bigEndian($0.bitPattern) }
      try workspace.write(
        "images",
        IDXSamples.file(type: type, dimensions: dimensions.map { UInt32($0) }, data: bytes))
      try workspace.write(
        "labels",
        IDXSamples.file(
          type: 0x08, dimensions: [UInt32(dimensions[0])],
          data: (0..<dimensions[0]).map { UInt8($0 % 3) }))
      let text = """
        {
          "name": "images", "seed": 3,
          "data": {
            "format": "idx",
            "train": {"features": "\(workspace.path("images"))", "labels": "\(workspace.path("labels"))"},
            "augmentation": \(augmentation)\(data)
          },
          "model": {"layers": [{"type": "flatten"}, {"type": "dense"}]},
          "training": {"epochs": \(epochs), "batch_size": \(batchSize)\(training)}
        }
        """
      (plan, diagnostics) = RunPlan.check(
        try LoadedConfig.parse(SourceText(name: "images.json", text)))
    }

    func sets() throws -> (RunPlan, [Part: ExampleSet]) {
      guard let plan else { throw Failure(diagnostics) }
      return (plan, try plan.data.makeSets())
    }
  }

  private static let all = """
    {"shift": [2, 1], "horizontal_flip": true, "rotation": 15, "zoom": 0.1, "cutout": 3}
    """

  /// The inputs of an epoch's examples in the order of the file.
  private func inputs(
    _ set: ExampleSet, _ augmentation: ImageAugmentation?, size: Int, epoch: Int = 0,
    shuffles: Bool = false, threads: Int = 1
  ) -> [[Float]] {
    let pool = ThreadPool(threads: threads)
    try? pool.scratch.reserve(elements: augmentation?.scratchElements ?? 0)
    let batches = Batches(set, size: size, augmentation: augmentation)
    batches.begin(epoch: epoch, seed: 3, shuffles: shuffles)
    let width = set.features.width
    var features = [Float](repeating: .nan, count: size * width)
    var targets = [Float](repeating: .nan, count: size)
    var rows: [[Float]] = []
    for batch in 0..<batches.count {
      features.withUnsafeMutableBufferPointer { features in
        targets.withUnsafeMutableBufferPointer { targets in
          guard let features = features.baseAddress, let targets = targets.baseAddress else {
            return
          }
          batches.load(batch, features: features, targets: targets, pool: pool)
        }
      }
      for row in 0..<batches.rowCount(of: batch) {
        rows.append(Array(features[row * width..<(row + 1) * width]))
      }
    }
    return rows
  }

  @Test(arguments: [0x08, 0x0D] as [UInt8], [[40, 8, 7], [40, 8, 7, 3], [40, 90, 90]])
  func onlyExampleAndEpochDecide(type: UInt8, dimensions: [Int]) throws {
    let (plan, sets) = try ImageRun(Self.all, dimensions: dimensions, type: type).sets()
    let set = try #require(sets[.train])
    let augmentation = try #require(plan.data.augmentation)
    let first = inputs(set, augmentation, size: 40)
    #expect(first.allSatisfy { $0.allSatisfy(\.isFinite) })
    for (size, threads) in [(40, 2), (40, 4), (7, 2), (1, 1)] {
      #expect(inputs(set, augmentation, size: size, threads: threads) == first)
    }
    let shuffled = inputs(set, augmentation, size: 16, shuffles: true, threads: 2)
    #expect(shuffled != first)
    #expect(Set(shuffled) == Set(first))
    let plain = inputs(set, nil, size: 40)
    let second = inputs(set, augmentation, size: 40, epoch: 1)
    for row in 0..<40 {
      #expect(first[row] != plain[row])
      #expect(first[row] != second[row])
    }
  }

  /// Bytes are scaled while they are gathered, other numbers before; the background has to follow.
  @Test func backgroundIsTheScaledZeroOfTheFile() throws {
    for scaling in ["none", "unit", "standard", "min_max"] {
      let (plan, sets) = try ImageRun(
        #"{"cutout": 7}"#, data: #", "scaling": "\#(scaling)""#, dimensions: [40, 8, 7, 2]
      ).sets()
      let encoding = try #require(plan.data.encoding as? ArrayEncoding)
      let set = try #require(sets[.train])
      let augmented = inputs(set, plan.data.augmentation, size: 40)
      let plain = inputs(set, nil, size: 40)
      var cut = 0
      for (augmented, plain) in zip(augmented, plain) {
        for (index, (value, original)) in zip(augmented, plain).enumerated() where value != original
        {
          let zero = -Float(encoding.offsets[index % 2]) * Float(1 / encoding.divisors[index % 2])
          #expect(value == zero)
          cut += 1
        }
      }
      #expect(cut > 40 * 8)
    }
  }

  @Test func evaluationSeesTheImagesAsTheyAre() throws {
    let held = #", "validation": {"fraction": 0.25}, "test": {"fraction": 0.25}"#
    let (plan, sets) = try ImageRun(Self.all, data: held).sets()
    let loop = immortal(try TrainingLoop(plan, sets: sets, pool: ThreadPool(threads: 2)))
    var epochs: [TrainingLoop.Epoch] = []
    var observer = TrainingLoop.Observer()
    observer.epoch = { epochs.append($0) }
    let outcome = try loop.run(observer)
    // The same parameters without augmentation give the same figures.
    let (plainPlan, plainSets) = try ImageRun("{}", data: held).sets()
    #expect(plainPlan.data.augmentation == nil)
    let plain = immortal(try TrainingLoop(plainPlan, sets: plainSets, pool: ThreadPool(threads: 1)))
    for (index, value) in loop.memory.parameters.enumerated() {
      plain.memory.parameters[index] = value
    }
    for (part, figures) in [
      (Part.train, outcome.train), (.validation, outcome.validation), (.test, outcome.test),
    ] {
      #expect(try plain.evaluate(#require(plainSets[part])) == figures)
    }
    // While learning, the figures are those of changed images.
    #expect(epochs.last?.train != outcome.train)
  }

  @Test func modelsDoNotDependOnThreadsOrRepetition() throws {
    var models: [[UInt32]] = []
    for threads in [1, 2, 4, 2] {
      let (plan, sets) = try ImageRun(Self.all).sets()
      let loop = immortal(try TrainingLoop(plan, sets: sets, pool: ThreadPool(threads: threads)))
      _ = try loop.run(TrainingLoop.Observer())
      models.append(bits(loop.memory.parameters))
    }
    #expect(Set(models).count == 1)
  }

  @Test(.enabled(if: allocation_counter_is_available()))
  func augmentedIterationsAllocateNothing() throws {
    let (plan, sets) = try ImageRun(Self.all).sets()
    let loop = immortal(try TrainingLoop(plan, sets: sets, pool: ThreadPool(threads: 1)))
    _ = loop.iterate(0)
    var count = 0
    withUnsafeMutablePointer(to: &count) { counter in
      allocation_counter_count_into(counter)
      for iteration in 0..<30 { _ = loop.iterate(iteration % loop.batchCount) }
      allocation_counter_count_into(nil)
    }
    #expect(count == 0)
  }

  @Test(arguments: [
    (#"{"shift": 2}"#, #", "layout": "flat""#, "contradiction 6:", "layout is flat"),
    (#"{"shift": 2}"#, #", "layout": "sequence""#, "contradiction 6:", "layout is sequence"),
    (#"{"shift": [8, 0]}"#, "", "contradiction 6:", "whose height is 8"),
    (#"{"shift": 7}"#, "", "contradiction 6:", "whose width is 7"),
    (#"{"cutout": 8}"#, "", "contradiction 6:", "larger than the images, which are 8×7"),
    (#"{"rotation": 181}"#, "", "out-of-range 6:", "at most 180"),
    (#"{"horizontal_flip": 2}"#, "", "out-of-range 6:", "at most 1"),
    (#"{"shift": [1, 2, 3]}"#, "", "wrong-type 6:", "[vertical, horizontal]"),
    (#"{"degrees": 5}"#, "", "unknown-key 6:", "unknown key 'degrees'"),
    (#"{"zoom": 1}"#, "", "out-of-range 6:", "at most 0.9"),
  ])
  func contradictionsAreReported(
    augmentation: String, data: String, code: String, message: String
  ) throws {
    let run = try ImageRun(augmentation, data: data)
    #expect(run.plan == nil)
    #expect(run.diagnostics.count == 1)
    let found = try #require(run.diagnostics.first)
    let place = try #require(found.place)
    #expect("\(found.code) \(place.line):" == code)
    #expect(found.message.contains(message), "\(found.message)")
  }

  @Test func severalContradictionsAreReportedAtOnce() throws {
    let run = try ImageRun(#"{"shift": 9, "cutout": 9}"#)
    #expect(run.diagnostics.count == 2)
  }

  @Test func whatChangesNothingIsWarnedOf() throws {
    let run = try ImageRun(#"{"shift": 0, "horizontal_flip": false, "rotation": 0}"#)
    #expect(run.plan?.data.augmentation == nil)
    #expect(run.diagnostics.map(\.code) == ["inert"])
  }

  @Test func theResolvedConfigurationSaysEverything() throws {
    let run = try ImageRun(#"{"shift": [2, 1], "horizontal_flip": true}"#)
    let text = try #require(run.plan).config.json.compactText
    #expect(
      text.contains(
        #""augmentation":{"shift":[2,1],"horizontal_flip":0.5,"vertical_flip":0,"rotation":0,"zoom":0,"cutout":0}"#
      ))
  }
}
