import AllocationCounter
import Configuration
import Datasets
import Numerics
import TestSupport
import Testing
import Training

@Suite struct TrainingLoopTests {
  @Test(
    .enabled(if: allocation_counter_is_available()), arguments: [1, 2],
    [
      "",
      """
      , "gradient_accumulation": 2,
      "loss": {"type": "cross_entropy", "class_weights": "balanced", "label_smoothing": 0.1},
      "metrics": [
        "accuracy", {"type": "top_k_accuracy", "k": 1}, "precision", "recall", "f1", "roc_auc",
        "perplexity"
      ]
      """,
    ])
  func iterationsAllocateNothingAfterTheFirst(threads: Int, training: String) throws {
    let pool = ThreadPool(threads: threads)
    let loop = try SampleRun(layers: SampleRun.layers, training: training).loop(pool)
    try expectNoAllocation(in: loop, pool)
  }

  @Test(.enabled(if: allocation_counter_is_available()), arguments: [1, 2])
  func iterationsOfConvolutionsAllocateNothingAfterTheFirst(threads: Int) throws {
    let pool = ThreadPool(threads: threads)
    let loop = try SampleRun(layers: SampleRun.imageLayers).loop(pool)
    try expectNoAllocation(in: loop, pool)
  }

  @Test(.enabled(if: allocation_counter_is_available()), arguments: [1, 2])
  func iterationsOfRecurrentLayersAllocateNothingAfterTheFirst(threads: Int) throws {
    let pool = ThreadPool(threads: threads)
    let loop = try SampleRun(layers: SampleRun.sequenceLayers).loop(pool)
    try expectNoAllocation(in: loop, pool)
  }

  /// Indices that waves pass on to a dense layer, a member's inputs, and vectors that are looked up.
  @Test(
    .enabled(if: allocation_counter_is_available()),
    arguments: [
      #""a": {"type": "category", "encoding": "one_hot"}"#,
      #""a": {"type": "category", "encoding": "embedding"}, "city": {"encoding": "embedding"}"#,
    ], ["", #"{"type": "ensemble", "members": 3},"#])
  func iterationsOfCategoriesAllocateNothingAfterTheFirst(columns: String, ensemble: String) throws
  {
    let pool = ThreadPool(threads: 2)
    let loop = try SampleRun(
      layers: """
        {"type": "periodic_embedding"}, \(ensemble) {"type": "dense", "units": 24}, {"type": "dense"}
        """, data: #", "unseen_categories": "zeros", "columns": {\#(columns)}"#
    ).loop(pool)
    try expectNoAllocation(in: loop, pool)
  }

  @Test(
    .enabled(if: allocation_counter_is_available()),
    arguments: [SampleRun.layers, SampleRun.imageLayers, SampleRun.sequenceLayers], [1, 2])
  func iterationsInBFloat16AllocateNothingAfterTheFirst(layers: String, threads: Int) throws {
    let pool = ThreadPool(threads: threads)
    let loop = try SampleRun(
      layers: layers, training: #", "precision": "bfloat16""#
    ).loop(pool)
    try expectNoAllocation(in: loop, pool)
  }

  /// A run that ends within its first epoch is not followed by one through all examples.
  @Test(arguments: [1, 2]) func unfinishedEpochsAreNotEvaluated(epochs: Int) throws {
    let count = try SampleRun(layers: SampleRun.layers).loop(ThreadPool(threads: 1)).batchCount
    for iterations in [count - 1, count, count + 1] {
      let run = try SampleRun(
        layers: SampleRun.layers, training: ", \"max_iterations\": \(iterations)", epochs: epochs)
      let loop = try run.loop(ThreadPool(threads: 1))
      var last: Figures?
      var observer = TrainingLoop.Observer()
      observer.epoch = { last = $0.train }
      let outcome = try loop.run(observer)
      let isEvaluated = outcome.train != last
      #expect(isEvaluated == (outcome.iterations >= count))
    }
  }

  @Test func theBestEpochIsKept() throws {
    let run = try SampleRun(
      layers: #"{"type": "dense", "units": 64, "activation": "relu"}, {"type": "dense"}"#,
      data: #", "validation": {"fraction": 0.3}"#,
      training: #", "optimizer": {"type": "adam", "learning_rate": 0.05}"#, epochs: 30)
    let loop = try run.loop(ThreadPool(threads: 1))
    var epochs: [TrainingLoop.Epoch] = []
    var observer = TrainingLoop.Observer()
    observer.epoch = { epochs.append($0) }
    let outcome = try loop.run(observer)
    #expect(outcome.reason == .completed)
    let best = try #require(
      epochs.min { ($0.validation?.loss ?? .infinity) < ($1.validation?.loss ?? .infinity) })
    #expect(outcome.bestEpoch == best.number)
    #expect(outcome.validation == best.validation)
    #expect(epochs.last { $0.isBest }?.number == best.number)
  }

  @Test func stoppingKeepsWhatWasLearned() throws {
    let loop = try SampleRun(layers: #"{"type": "dense"}"#).loop(ThreadPool(threads: 1))
    var observer = TrainingLoop.Observer()
    var iterations = 0
    observer.iteration = { count, _ in iterations = count }
    observer.shouldStop = { iterations == 2 }
    let outcome = try loop.run(observer)
    #expect(outcome.reason == .interrupted)
    #expect(outcome.iterations == 2)
    #expect(outcome.hasModel)
  }

  @Test(arguments: [
    ("", 5 * 2), (#", "drop_last": true"#, 4 * 2), (#", "max_iterations": 3"#, 3),
  ])
  func iterationsAreWhatTheFormulaSays(training: String, iterations: Int) throws {
    // 150 rows in batches of 32 are five batches, four of them full.
    let run = try SampleRun(layers: #"{"type": "dense"}"#, training: training)
    #expect(run.plan.iterations == iterations)
    let outcome = try run.loop(ThreadPool(threads: 1)).run(TrainingLoop.Observer())
    #expect(outcome.iterations == iterations)
  }

  @Test func theMemoryOfThePlanIsTheMemoryTaken() throws {
    let run = try SampleRun(layers: SampleRun.layers)
    let loop = try run.loop(ThreadPool(threads: 1))
    #expect(loop.memory.plan.byteCount == run.plan.memory.byteCount)
    #expect(run.plan.parameterCount == 5 * 40 + 40 + 40 * 17 + 17 + 17 * 2 + 2)
  }
}
