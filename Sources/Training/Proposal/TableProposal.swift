import Configuration
import Datasets
import Numerics
import Network

/// Proposes a network for a table whose rows are examples, or hands over to that for series.
struct TableProposal {
  static func make(
    for request: ProposalRequest, _ contents: FileBytes, _ layout: TableLayout
  ) throws -> Proposal {
    let table = try TableProfile(contents, layout)
    let probe = try SeriesProbe(table, request)
    var proposal =
      try probe.series.map {
        try SeriesProposal(table: table, request: request, series: $0).make()
      } ?? TableProposal(table: table, request: request).make()
    if let note = probe.note { proposal.notes.append(note) }
    return proposal
  }

  let table: TableProfile
  let request: ProposalRequest

  private func make() throws -> Proposal {
    let weight = try WeightChoice(table, wanted: request.weight)
    let group = try GroupChoice(table, wanted: request.group)
    let others = weight.reserved.union(group.reserved)
    let choice = try TargetChoice(table, wanted: request.target, excluding: others)
    var target = table.columns[choice.index]
    // What is missing is so in all columns of texts.
    let words = target.kind == .number ? target.ownMissingWords : []
    target.keepsWords =
      !words.isEmpty && table.columns.contains { $0.hasCategory(among: words) }
    let task = try TaskChoice(target, wanted: request.task)
    let columns = try ColumnChoice(
      table, reserved: others.union([choice.index]), constant: request.constantColumns)
    let isClassification = task.task == .classification
    let guess = isClassification ? LabelGuess(target) : nil
    let labels = guess?.isClear == true ? guess : nil
    // An empty list is no missing one.
    let missing = target.missing - (labels == nil ? 0 : target.missingWords["", default: 0])
    let rows = target.rows - missing
    let imbalance = isClassification && labels == nil ? ClassImbalance(target) : nil

    var data = table.dataConfig(for: request)
    data.target = [target.name]
    data.weight = weight.name
    data.group = group.name
    data.ignore = columns.ignoredNames
    data.columns = columns.settings
    if isClassification, request.task == nil || target.kind == .number { data.task = nil }
    if missing > 0 || labels != nil || target.isMixed {
      var setting = ColumnConfig()
      setting.separator = labels?.separator
      if target.isMixed { setting.type = .category }
      if missing > 0 {
        var dropped = ColumnMissingConfig()
        dropped.strategy = .dropRow
        setting.missing = dropped
      }
      data.columns[target.name] = setting
    }
    data.missing = table.missing(
      in: columns.inputs + [choice.index], classes: isClassification ? target : nil)
    if !columns.incomplete.isEmpty { data.missing.strategy = .median }
    if columns.hasCategories { data.unseenCategories = .zeros }

    let used = (columns.inputs + [choice.index] + weight.reserved).map { table.columns[$0].name }
    table.notations.write(to: &data, used: used)

    var fractions = HeldOutRule.fractionsOfTables(of: rows)
    if let smallest = imbalance?.smallest, smallest.count < 3 { fractions?.test = nil }
    let isStratified = isClassification && labels == nil && group.name == nil
    if let fractions {
      data.validation = .fraction(fractions.validation, isStratified: isStratified)
      data.test = fractions.test.map { .fraction($0, isStratified: isStratified) }
    }

    let rules = TableRules(
      rows: HeldOutRule.trainingRows(of: rows, fractions), isClassification: isClassification)
    var config = RunConfig()
    config.data = data
    var model = NetworkConfig()
    model.layers = rules.layers(quantities: columns.quantities)
    config.model = model
    config.training = training(
      rules, isClassification, classes: target.distinct, labels: labels, imbalance)
    if fractions != nil { config.training.stopEarly() }

    var proposal = Proposal(
      config: config,
      summary: "a table of \(Spelling.count(table.rows, "row")) and "
        + "\(Spelling.count(table.columns.count, "column"))"
        + (table.columns.count > 1 ? ", divided by \(layout.delimiterName)" : ""),
      facts: [
        .init(Subject.target, labels.map { labelText(target, $0) } ?? targetText(target, task)),
        .init(Subject.inputs, columns.summary),
      ], notes: [])
    proposal.notes += table.headerNotes(
      without: target.keepsWords && isClassification ? target.name : nil)
    if let note = table.notations.note(used: used) { proposal.notes.append(note) }
    if let reason = choice.reason {
      proposal.notes.append(
        Diagnostic(
          .note, .data, code: "target", "'\(target.name)' is predicted, \(reason)",
          help: "choose another column with --target"))
    }
    if let guess { proposal.notes.append(separatorNote(target, guess)) }
    if target.isMixed { proposal.notes.append(ColumnChoice.noteOfNames(target)) }
    proposal.notes += columns.notes + weight.notes
    if labels == nil {
      let telling = try TellingColumns(
        table, inputs: columns.inputs, target: target, at: choice.index,
        isClassification: isClassification)
      if let note = telling.note(besides: columns.ignoredNames) { proposal.notes.append(note) }
    }
    if let note = group.note(excluding: others.union([choice.index])) {
      proposal.notes.append(note)
    }
    if let name = weight.name { proposal.facts.append(.init(Subject.weights, name)) }
    if let imbalance { proposal.notes += imbalance.notes }
    if let text = columns.missingText(withoutTarget: missing) {
      proposal.facts.append(.init(Subject.missing, text))
    }
    proposal.facts.append(
      .init(
        Subject.heldOut,
        HeldOutRule.text(
          fractions,
          isStratified
            ? "every class in its share"
            : group.name.map { "the values of \($0) as wholes" } ?? "chosen at random")))
    return proposal
  }

  private var layout: TableLayout { table.layout }

  private func training(
    _ rules: TableRules, _ isClassification: Bool, classes: Int, labels: LabelGuess?,
    _ imbalance: ClassImbalance?
  ) -> TrainingConfig {
    var training = TrainingConfig()
    training.epochs = rules.epochs
    training.batchSize = rules.batchSize
    var optimizer = AdamW()
    optimizer.learningRate = rules.learningRate
    optimizer.weightDecay = rules.weightDecay
    training.optimizer = optimizer
    training.schedule = CosineSchedule()
    guard isClassification else {
      training.loss = MeanSquaredError()
      training.metrics = [RMSEMetric(), MAEMetric(), R2Metric()]
      return training
    }
    if labels != nil {
      training.loss = BinaryCrossEntropy()
      training.metrics = [Accuracy(), ExactMatch(), Jaccard()]
    } else if classes == 2 {
      training.loss = BinaryCrossEntropy()
      training.metrics = [Accuracy(), F1(), ROCAUC()]
    } else {
      training.loss = CrossEntropy()
      training.metrics = imbalance?.isNotable == true ? [Accuracy(), F1()] : [Accuracy()]
    }
    return training
  }

  /// That fields are lists, or may be some.
  private func separatorNote(_ target: ColumnProfile, _ guess: LabelGuess) -> Diagnostic {
    let setting = JSONValue.object([
      JSONMember(target.name, .object([JSONMember("separator", .string(guess.separator))]))
    ]).compactText
    return Diagnostic(
      .note, .data, code: "labels",
      "fields of '\(target.name)' such as '\(guess.example.prefix(40))' "
        + (guess.isClear ? "are taken for several labels" : "may be several labels"),
      help: guess.isClear
        ? "to learn each field as a class, remove its separator from data.columns"
        : "to learn them as such, write \"columns\": \(setting) in data and \"loss\": \"binary_cross_entropy\" in training"
    )
  }

  private func labelText(_ target: ColumnProfile, _ guess: LabelGuess) -> String {
    "\(target.name), \(Spelling.count(guess.labels.count, "label")): "
      + guess.labels.prefix(6).map { "\($0.text) (\(Spelling.grouped($0.count)))" }
      .joined(separator: ", ") + (guess.labels.count > 6 ? ", …" : "")
  }

  private func targetText(_ target: ColumnProfile, _ task: TaskChoice) -> String {
    var text = target.name
    if task.task == .classification {
      let counts = target.counts ?? []
      text +=
        ", \(Spelling.count(target.distinct, "class", plural: "classes")): "
        + counts.prefix(6).map { "\($0.text) (\(Spelling.grouped($0.count)))" }
        .joined(separator: ", ") + (counts.count > 6 ? ", …" : "")
    } else {
      text +=
        ", a number from \(JSONNumber(target.minimum).text) to \(JSONNumber(target.maximum).text)"
    }
    if let reason = task.reason { text += "; \(reason)" }
    return text
  }
}

extension TableProfile {
  /// - Parameter names: the column whose words are names.
  func headerNotes(without names: String? = nil) -> [Diagnostic] {
    var notes: [Diagnostic] = []
    if layout.header == .absent {
      notes.append(
        Diagnostic(
          .note, .data, code: "no-header",
          "the first row holds values, so there is no header and columns are called c0, c1, …",
          help: "\"header\" in data takes a list of names"))
    }
    for column in columns
    where column.kind == .number && column.hasMissingWordsOfItsOwn && column.name != names {
      let words = column.others.map { "'\($0.text)'" }
      notes.append(
        Diagnostic(
          .note, .data, code: "missing-words",
          "\(Spelling.list(words, "and")) among the numbers of '\(column.name)' "
            + "\(words.count == 1 ? "counts" : "count") as missing",
          help: column.hasStrayTexts
            ? "if it should be a number, mend the file and run init again" : nil))
    }
    return notes
  }
}
