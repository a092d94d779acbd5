import Configuration
import Datasets

/// A configuration made for data that was looked at, and what to tell of it.
package struct Proposal: Sendable {
  /// A line of the account: what it is about, and what was found or chosen.
  package struct Fact: Sendable {
    package let subject: String
    package let text: String

    init(_ subject: String, _ text: String) {
      self.subject = subject
      self.text = text
    }
  }

  package var config: RunConfig
  /// What the data is, in a few words.
  package var summary: String
  package var facts: [Fact]
  /// What people may want otherwise, each with what to do about it.
  package var notes: [Diagnostic]

  /// Keys that are written although their values are the defaults: they are what is tried next.
  private static let keptKeys: Set<String> = [
    "epochs", "batch_size", "learning_rate", "rate", "patience", "threshold", "sequence_length",
  ]

  /// The configuration as a text, without what holds anyway.
  package var text: String {
    config.json.withoutDefaults(of: RunConfig.form, keeping: Self.keptKeys).prettyText
  }

  /// Looks at the data that is asked about and chooses a configuration that trains on it.
  ///
  /// What comes out has passed every check of a run.
  ///
  /// - Throws: `Failure` with what is wrong with the data or the request.
  package static func make(for request: ProposalRequest) throws -> Proposal {
    let proposal = try proven(for: request)
    let constant = proposal.notes.filter { $0.code == "constant-column" }.flatMap(\.columns)
      .filter { !proposal.isTarget($0) }
    guard !constant.isEmpty else { return proposal }
    var second = request
    second.constantColumns = Set(constant)
    do {
      return try proven(for: second)
    } catch is Failure {
      // Nothing is left to learn from without them.
      return proposal
    }
  }

  private func isTarget(_ column: String) -> Bool {
    (config.data as? CSVDataConfig)?.target?.contains(column) == true
  }

  private static func proven(for request: ProposalRequest) throws -> Proposal {
    var proposal: Proposal
    switch try DataProbe(request).kind {
    case .table(let contents, let layout):
      proposal = try TableProposal.make(for: request, contents, layout)
    case .arrays: proposal = try ImageProposal.make(for: request)
    case .text(let contents): proposal = try TextProposal.make(for: request, contents)
    }
    proposal.config.name = request.runName
    try proposal.prove(for: request)
    return proposal
  }

  /// Plans the run of the configuration as 'check' does, and adds the network to the account.
  ///
  /// - Throws: `Failure` with what is wrong with the data in places that were not looked at so far.
  private mutating func prove(for request: ProposalRequest) throws {
    var (plan, diagnostics) = try check(for: request)
    if plan == nil, diagnostics.contains(where: { $0.code == "unseen-category" }),
      config.data?.holdsOut == true
    {
      // A class with one or two examples may lie in a held-out part as a whole.
      config.data?.removeHeldOutParts()
      config.training.earlyStopping = nil
      facts.removeAll { $0.subject == Subject.heldOut }
      notes.append(
        Diagnostic(
          .note, .data, code: "rare-class",
          "a class has too few examples to be in all parts, so all examples train and none are held out",
          help: "merge or remove classes of one or two rows, then run init again"))
      (plan, diagnostics) = try check(for: request)
    }
    if diagnostics.contains(where: { $0.code == "batch-of-one" }) {
      config.training.dropLast = true
      (plan, diagnostics) = try check(for: request)
    }
    guard let plan else {
      // What is wrong is the data: there is no file of the configuration to point at.
      throw Failure(
        diagnostics.map { diagnostic in
          var diagnostic = diagnostic
          if diagnostic.place?.file == request.output { diagnostic.place = nil }
          // Nor one to change a setting in.
          if diagnostic.help?.contains("data.missing.tokens") == true {
            diagnostic.help = "mend the file; leave a field empty whose value is missing"
          }
          return diagnostic
        })
    }
    notes += diagnostics
    facts += [
      Fact(
        Subject.network,
        "\(NetworkDescription.text(config.model)): "
          + Spelling.count(plan.parameterCount, "parameter")),
      Fact(Subject.training, TrainingDescription.text(plan)),
    ]
  }

  private func check(
    for request: ProposalRequest
  ) throws -> (plan: RunPlan?, diagnostics: [Diagnostic]) {
    RunPlan.check(
      try LoadedConfig.parse(
        SourceText(name: request.output, text), baseDirectory: request.outputFolder,
        name: request.runName))
  }
}

/// What the lines of an account are about.
enum Subject {
  static let target = "target"
  static let inputs = "inputs"
  static let weights = "weights"
  static let missing = "missing"
  static let series = "series"
  static let heldOut = "held out"
  static let network = "network"
  static let training = "training"
}

extension DataConfig {
  /// Whether a part is taken out of the training file.
  fileprivate var holdsOut: Bool {
    switch self {
    case let table as CSVDataConfig: table.validation != nil || table.test != nil
    case let arrays as IDXDataConfig: arrays.validation != nil || arrays.test != nil
    default: false
    }
  }

  fileprivate mutating func removeHeldOutParts() {
    if var table = self as? CSVDataConfig {
      table.validation = nil
      table.test = nil
      if let same = table as? Self { self = same }
    } else if var arrays = self as? IDXDataConfig {
      arrays.validation = nil
      arrays.test = nil
      if let same = arrays as? Self { self = same }
    }
  }
}
