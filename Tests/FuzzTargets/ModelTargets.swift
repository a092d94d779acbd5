import Configuration
import Datasets
import Training

extension FuzzTarget {
  /// A safetensors file, from its first byte on.
  static let safetensors = FuzzTarget(
    name: "safetensors",
    words: {
      Set(
        ["__metadata__", "dtype", "shape", "data_offsets", "checksum", "none"]
          + Safetensors.ElementType.allCases.map(\.rawValue)
      ).reduce(into: []) { $0.insert("\"\($1)\"") }
    },
    seeds: {
      try SampleModel.all.map { try $0.modelBytes }
        + [TensorFile.bytes(metadata: [], tensors: "{}", checksum: "none") ?? []]
    },
    mutations: 5_000,
    read: { bytes in
      let file = try Safetensors(
        FileBytes(name: "fuzz", copying: bytes), types: Safetensors.ElementType.allCases)
      for tensor in file.tensors where tensor.type == .float {
        let values = UnsafeMutablePointer<Float>.allocate(capacity: tensor.range.count / 4 + 1)
        defer { values.deallocate() }
        file.copyValues(of: tensor, to: values)
      }
      return true
    })

  private static let modelMetadata = ["config", "encoding", "training_part"]

  /// The metadata of a model and the shapes of its tensors, as one text each: what is taken predicts.
  static let model = FuzzTarget(
    name: "model",
    words: {
      let encodings = try SampleModel.all.map { try $0.modelBytes }.map { bytes in
        let file = try Safetensors(FileBytes(name: "seed", copying: bytes))
        return JSONParser.parse(
          SourceText(name: "encoding", file.metadata["encoding"] ?? "")
        ).value
      }
      return DeclaredWords(RunConfig.form).words
        .union(DeclaredWords(DataEncodings.catalog.codec.form).words)
        .union(encodings.flatMap { DeclaredWords.of($0) })
        .reduce(into: []) { $0.insert("\"\($1)\"") }
    },
    seeds: {
      try SampleModel.all.map {
        try TensorFile.pieces(of: $0.modelBytes, modelMetadata, types: [.float])
      }
    },
    mutations: 1_500,
    read: { bytes in
      let pieces = Pieces(bytes)
      let texts = modelMetadata.indices.map { (modelMetadata[$0], pieces[$0]) }
      let file = TensorFile.bytes(
        metadata: [("format", "hptrain"), ("hptrain_version", "fuzz")] + texts,
        tensors: pieces[modelMetadata.count], checksum: "none")
      guard let file else { return false }
      let model = try TrainedModel(file: FileBytes(name: "fuzz", copying: file), rows: 4)
      // A longer window is sound, but takes its time.
      guard model.encoding.inputShape.count < 10_000 else { return true }
      let predictor = try Predictor(model, pool: pool)
      for _ in 0..<min(4, predictor.capacity) { predictor.commit() }
      var count = 0
      if model.encoding.positions == nil {
        predictor.flush { _ in count += 1 }
      } else {
        // What follows a text is not one answer.
        predictor.flushOutputs { count = $1 }
      }
      try require(count == min(4, predictor.capacity), "predictions are missing")
      if let encoding = model.encoding as? TableEncoding { try readRows(encoding) }
      return true
    })

  /// Reads the table as `predict` would, as rows or as what comes before a forecast.
  private static func readRows(_ encoding: TableEncoding) throws {
    let path = try FuzzWorkspace.shared.write("rows", SampleModel.all[0].contents)
    let contents = try FileBytes(path: path)
    var rows = CSVRowStream(contents, dialect: encoding.dialect(of: contents))
    var row = CSVRow()
    guard let window = encoding.window, try rows.next(into: &row) else { return }
    var stream = try SeriesStream(
      encoding, window, columns: encoding.columns(firstRow: row).names, file: path)
    while try rows.next(into: &row) { _ = try stream.take(row) }
    let inputs = UnsafeMutablePointer<Float>.allocate(capacity: encoding.inputShape.count)
    defer { inputs.deallocate() }
    for series in 0..<stream.count where stream.hasWindow(series) {
      stream.copyWindow(of: series, to: inputs)
      _ = stream.origin(of: series).time(after: window.horizon)
    }
  }
}

extension SampleModel {
  /// The model file of the network as it begins.
  var modelBytes: [UInt8] {
    get throws {
      let loop = try loop()
      return TrainedModel.withPieces(
        plan: loop.plan, memory: loop.memory, summary: .object([:]), version: "fuzz"
      ) { $0.flatMap { Array($0) } }
    }
  }
}
