import Configuration
import Numerics

/// The data section of a configuration.
package protocol DataConfig: GuidedVariant {
  /// Reads and checks the data as far as needed to know every shape and count, and fits encoders
  /// and scalers on the training part.
  ///
  /// - Throws: `Failure` with everything that was found.
  func prepare(_ context: DataContext) throws -> PreparedData

  /// The same where shapes are known although something is wrong with the contents.
  ///
  /// - Throws: `Failure` with everything that was found, where it leaves the shapes unknown.
  func examine(_ context: DataContext) throws -> ExaminedData

  /// The same for a cross-validation: the files are read once, and the training file is divided into so
  /// many folds, each of which is the validation part once.
  ///
  /// - Throws: `Failure` with everything that was found.
  func prepareFolds(_ count: Int, _ context: DataContext) throws -> FoldedData

  /// Reads examples that came after training, with their answers, as a model encodes them.
  ///
  /// - Throws: `Failure` with everything that was found.
  func labeledExamples(
    in files: LabeledFiles, encoding: any DataEncoding, _ context: DataContext
  ) throws -> LabeledExamples

  /// Whether all that `prepare` cannot do without was given and understood.
  var isComplete: Bool { get }

  /// Rewrites every path, as when the configuration moves to another folder.
  mutating func mapPaths(_ transform: (String) -> String)
}

extension DataConfig {
  package func examine(_ context: DataContext) throws -> ExaminedData {
    ExaminedData(try prepare(context))
  }
}

/// Everything that `data.format` can name.
package enum DataFormats {
  package static let catalog = Catalog<any DataConfig>(
    kind: "data format", tag: "format", defaultType: CSVDataConfig.type,
    [
      .init(CSVDataConfig.self) { $0 }, .init(IDXDataConfig.self) { $0 },
      .init(TextDataConfig.self) { $0 },
    ],
    describe: { $0 })
}

/// What the data section needs to know of the rest of the run.
package struct DataContext: Sendable {
  /// The configuration as written, to point at places in it.
  package let document: JSONValue
  /// Relative paths start here.
  package let baseDirectory: String
  package private(set) var seed: UInt64
  /// What the loss is made for; `nil` if the configuration names none.
  package let lossTask: LearningTask?
  /// Whether the loss stays the same problem when targets are scaled.
  package let allowsScaledTargets: Bool
  /// Whether the loss is defined for targets below 0.
  package let allowsNegativeTargets: Bool

  package init(
    document: JSONValue, baseDirectory: String, seed: UInt64, lossTask: LearningTask?,
    allowsScaledTargets: Bool, allowsNegativeTargets: Bool = true
  ) {
    self.document = document
    self.baseDirectory = baseDirectory
    self.seed = seed
    self.lossTask = lossTask
    self.allowsScaledTargets = allowsScaledTargets
    self.allowsNegativeTargets = allowsNegativeTargets
  }

  /// The same with another seed.
  package func with(seed: UInt64) -> DataContext {
    var context = self
    context.seed = seed
    return context
  }

  package func resolve(_ path: String) -> String { Self.resolve(path, in: baseDirectory) }

  /// A path of a configuration in a folder, as seen from the working directory.
  package static func resolve(_ path: String, in folder: String) -> String {
    path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path
  }

  /// Where a key of the data section stands, or the nearest object around it.
  func place(_ steps: ConfigPath.Step...) -> Place? {
    document.location(of: ConfigPath(steps: [.key("data")] + steps))?.place
  }

  /// A finding about the contents of a file that the section names.
  func dataFinding(
    _ code: String, _ message: String, at steps: [ConfigPath.Step]
  ) -> Diagnostic {
    var finding = finding(code, message, at: steps)
    finding.category = .data
    return finding
  }

  /// A finding about the data section itself.
  func finding(
    _ code: String, _ message: String, at steps: [ConfigPath.Step], help: String? = nil,
    severity: Diagnostic.Severity = .error
  ) -> Diagnostic {
    let path = ConfigPath(steps: [.key("data")] + steps)
    // Of an object in the file, the part that the command line gave is what there is to change.
    let given = steps.isEmpty ? nil : document.value(at: path)?.overrideLocation
    let location = given ?? document.location(of: path)
    return Diagnostic(
      severity, .configuration, code: code, message, at: location?.place, help: help)
  }

  /// Runs a reader; findings that know no place are put where the configuration names the file.
  func reading<Result>(_ steps: [ConfigPath.Step], _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let failure as Failure {
      let location = document.location(of: ConfigPath(steps: [.key("data")] + steps))
      throw Failure(
        failure.diagnostics.map { diagnostic in
          var diagnostic = diagnostic
          diagnostic.place = diagnostic.place ?? location?.place
          return diagnostic
        })
    }
  }
}

/// Data whose shapes and encoders are known.
package struct PreparedData: Sendable {
  package let inputShape: Shape
  package let target: TargetKind
  package let task: LearningTask
  package let encoding: any DataEncoding
  /// The section with every default that depends on the data written out.
  package let config: any DataConfig
  /// The examples of each part.
  package let counts: [Part: Int]
  /// The training examples of each class, or what they weigh, in the order of the classes; empty for
  /// numbers.
  package let classCounts: [Double]
  /// Warnings that are no reason to stop.
  package let warnings: [Diagnostic]
  /// What was read, in bytes after decompression, and how long it took.
  package let bytesRead: Int
  package let seconds: Double
  /// What happens to the examples of training batches, and to no others.
  package var augmentation: ImageAugmentation?
  /// Whether the examples of each part are windows of a sequence, in its order, each of which begins
  /// where the one before it ends.
  package var isContinuous = false
  /// What the examples take besides what is in memory now: what `makeSets` makes, and what is read from
  /// a mapped file only when it is needed.
  package var laterBytes = 0
  /// What is kept on the disk, if the examples are.
  package var onDisk: ExamplesOnDisk?
  /// What the order of the examples takes: that of the file, and that of an epoch.
  static func orderBytes(_ counts: [Part: Int]) -> Int {
    2 * counts.values.reduce(0, +) * MemoryLayout<Int32>.stride
  }

  /// Finds the least and the greatest target of the training part as the network is to give them, of numbers; `nil`
  /// for examples on the disk, which would all have to be read for it.
  package var targetRange: (@Sendable () -> ClosedRange<Double>?)?
  /// Finds the least and the greatest number of each column that arrives as it is in the file, of the training part;
  /// `nil` as above.
  package var unscaledInputs: (@Sendable () -> [(column: String, range: ClosedRange<Double>)])?
  /// What an example of a part is in its file; `nil` where nothing says more than its number.
  package var describe: (@Sendable (_ part: Part, _ example: Int32) -> ExampleDescription)?
  /// Encodes the examples; costs time and memory that a check does not need.
  package let makeSets: @Sendable () throws -> [Part: ExampleSet]
}
