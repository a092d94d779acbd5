import ArgumentParser
import CProcessor
import Configuration
import Numerics
import Ranks
import Training

struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says what the program runs on, or what a model is.",
    discussion: """
      Without a model: the BLAS, its kernels, threads, vectors and tiles. With one: its layers or, if it \
      is a single linear layer, its coefficients in the units of the data.

      Under mpirun the first rank tells of all: their hosts, and the processors that each may use.
      """)

  @Argument(
    help: "A model.safetensors file, or the folder of a run.",
    completion: .file(extensions: ["safetensors"]))
  var model: String?

  @Option(help: "How to write: text or json.")
  var format = OutputFormat.text

  @Flag(help: "Measure how fast a large matrix product is.")
  var measure = false

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    if measure, model != nil { throw ValidationError("--measure is for the program, not a model") }
  }

  func run() throws {
    if let model { return try reporting(format) { try describe(model) } }
    try describeProgram()
  }

  private func describe(_ model: String) throws {
    let report = ModelReport(model: try TrainedModel(path: ModelPath.resolve(model), rows: 1))
    try StandardOutput.print(
      format == .json ? report.json(file: model).compactText : report.text)
  }

  private func describeProgram() throws {
    CoreSelection.apply()
    let ranks = Job.join()
    let library = BLASLibrary.current
    let count = threads.count(ranks)
    let hosts = RankHost.all(ranks, threads: count)
    guard ranks.rank == 0 else { return }
    let speed = measure ? try ProductSpeed.measure(pool: threads.makePool()) : nil
    switch format {
    case .json:
      try StandardOutput.print(
        JSONValue.object([
          "event": .string("info"), "version": .string(Hptrain.version),
          "blas": .string(library.vendor.rawValue),
          "blas_version": library.version.map { .string($0) } ?? .null,
          "blas_core": library.core.map { .string($0) } ?? .null,
          "blas_path": library.path.map { .string($0) } ?? .null,
          "threads": .integer(count), "processors": .integer(ThreadPool.availableProcessors),
          "vector_bits": .integer(Int(processor_vector_bits())),
          "bfloat16_tiles": .boolean(BFloat16Tiles.areAvailable),
          "product_gflops": speed.map { .number(($0 / 1e8).rounded() / 10) } ?? .null,
          "mpi": Job.library.map { .string($0) } ?? .null,
          "ranks": .array(hosts.map(\.json)),
        ]).compactText)
    case .text:
      var table = TextTable([.left, .left])
      table.add("hptrain", Hptrain.version)
      table.add("BLAS", library.version ?? library.vendor.rawValue)
      table.add("library", library.path ?? "unknown")
      table.add("kernels", library.core ?? "unknown")
      table.add(
        "threads", "\(count) of \(Spelling.count(ThreadPool.availableProcessors, "processor"))")
      table.add("vectors", "\(processor_vector_bits()) bits in this build")
      table.add("bfloat16", BFloat16Tiles.areAvailable ? "tiles of the processor" : "by vectors")
      table.add("MPI", Job.library ?? "not in this build")
      for (rank, host) in hosts.enumerated() where hosts.count > 1 {
        table.add("rank \(rank)", host.text)
      }
      if let speed {
        table.add("product", "\(Int((speed / 1e9).rounded())) GFLOP/s (2048 × 2048 × 2048)")
      }
      try StandardOutput.print(table.lines(indentation: 0).joined(separator: "\n"))
    }
    if library.vendor == .reference {
      Console.show([
        Diagnostic(
          .warning, .usage, code: "reference-blas",
          "this is the reference BLAS, which is many times slower than others",
          help: "install OpenBLAS: apt install libopenblas0-pthread")
      ])
    }
  }
}
