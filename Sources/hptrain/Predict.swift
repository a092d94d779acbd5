import ArgumentParser
import Configuration
import Datasets
import Training

struct Predict: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case csv
    case json
  }

  static let configuration = CommandConfiguration(
    abstract: "Predicts from new data with a trained model.",
    discussion: """
      Rows of CSV are matched to the model by the names of the columns, in any order; others are \
      ignored. Each row gives one line as soon as it has arrived: the label and the probability of \
      each class, or the predicted numbers. A model trained on IDX reads IDX.

        hptrain predict runs/iris/model.safetensors - < new.csv | cut -d, -f1 | sort | uniq -c
      """)

  @Argument(
    help: "A model.safetensors file, or the folder of a run.",
    completion: .file(extensions: ["safetensors"]))
  var model: String

  @Argument(help: "CSV or IDX data, plain or in gzip, or - for standard input.")
  var input = "-"

  @Option(help: "How to write: csv, or json with one object a line.")
  var format = Format.csv

  @Flag(help: "Name the columns in a first line of the CSV output.")
  var header = false

  @OptionGroup var threads: ThreadOptions

  private static let batchRows = 256

  func run() throws {
    CoreSelection.apply()
    try reporting {
      let model = try TrainedModel(path: ModelPath.resolve(model), rows: Self.batchRows)
      let predictor = try Predictor(model, pool: threads.makePool())
      var writer = PredictionWriter(model.encoding.target, format: format)
      if header { try writer.writeHeader() }
      do {
        switch model.encoding {
        case let encoding as TableEncoding: try predictTable(encoding, predictor, &writer)
        case let encoding as ArrayEncoding: try predictArrays(encoding, predictor, &writer)
        case is TextEncoding:
          throw Failure(
            Diagnostic(
              .error, .data, code: "text-model", "this model was trained on a text",
              help: "use: hptrain generate \(self.model) --prompt \"…\""))
        default: break
        }
      } catch {
        // What was predicted before the mistake is not lost.
        try predictor.flush { try writer.write($0) }
        try writer.flush()
        throw error
      }
      try predictor.flush { try writer.write($0) }
      try writer.flush()
    }
  }

  private func predictTable(
    _ encoding: TableEncoding, _ predictor: Predictor, _ writer: inout PredictionWriter
  ) throws {
    var rows =
      input == "-"
      ? CSVRowStream(descriptor: 0, dialect: encoding.dialect)
      : CSVRowStream(try FileBytes(path: input), dialect: encoding.dialect)
    var row = CSVRow()
    guard try rows.next(into: &row) else {
      throw Failure(
        Diagnostic(.error, .data, code: "empty-file", "'\(input)' holds no rows"))
    }
    let (columns, isHeader) = try encoding.columns(firstRow: row)
    let encoder = try RowEncoder(encoding, columns: columns, file: input)
    if !encoder.extraColumns.isEmpty {
      Console.show([
        Diagnostic(
          .note, .data, code: "extra-columns",
          "ignored, since the model does not know them: "
            + encoder.extraColumns.map { "\"\($0)\"" }.joined(separator: ", "))
      ])
    }
    var hasRow = !isHeader
    while true {
      if hasRow {
        try encoder.encode(row, into: predictor.nextInputs)
        predictor.commit()
        if predictor.pending == predictor.capacity {
          try predictor.flush { try writer.write($0) }
        }
      }
      hasRow = try rows.next(into: &row) {
        try predictor.flush { try writer.write($0) }
        try writer.flush()
      }
      if !hasRow { return }
    }
  }

  private func predictArrays(
    _ encoding: ArrayEncoding, _ predictor: Predictor, _ writer: inout PredictionWriter
  ) throws {
    let file = try IDXFile(
      input == "-"
        ? FileBytes(descriptor: 0, name: "-", compression: .keep)
        : FileBytes(path: input, compression: .keep))
    let shape = Array(file.header.dimensions.dropFirst())
    guard shape == encoding.storedShape else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "shape",
          "'\(input)' holds examples of the shape \(Self.text(shape)), the model was trained on "
            + Self.text(encoding.storedShape)))
    }
    try predictor.predict(encoding.matrix(of: file)) { try writer.write($0) }
  }

  private static func text(_ shape: [Int]) -> String {
    shape.isEmpty ? "1" : shape.map { String($0) }.joined(separator: "×")
  }
}
