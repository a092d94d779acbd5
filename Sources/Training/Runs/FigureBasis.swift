import Configuration
import Datasets
import Network

/// A part of the configuration that decides what a figure measures: with another value there, figures of the same name
/// are of another quantity or in other units, and neither is better.
struct FigureBasis: Sendable {
  /// The places that the value comes from.
  let paths: [ConfigPath]
  /// Whether the loss alone depends on it, and no metric.
  let isOfLossAlone: Bool
  /// What is other with another value.
  let reason: String
  /// What a configuration has there, the same where figures measure the same; `nil` where it has nothing.
  let value: @Sendable (RunConfig) -> JSONValue?

  /// Everything that decides about figures of a configuration whose defaults are written out.
  static func all(of config: RunConfig) -> [FigureBasis] {
    let data = ConfigPath.root.key("data")
    let bases = [
      FigureBasis(
        paths: [ConfigPath.root.key("training").key("loss")], isOfLossAlone: true,
        reason: "losses that are computed in another way are in other units",
        value: { $0.training.json["loss"] }),
      FigureBasis(
        paths: [data.key("target")], isOfLossAlone: false, reason: "each predicts something else",
        value: { config in
          guard let targets = (config.data as? CSVDataConfig)?.target else { return nil }
          return JSONValue.array(targets.sorted().map { JSONValue.string($0) })
        }),
      FigureBasis(
        paths: [data.key("window").key("horizon")], isOfLossAlone: false,
        reason: "rows further ahead are harder to know",
        value: { config in
          guard let table = config.data as? CSVDataConfig else { return nil }
          // Without a window a row has one target, too.
          return JSONValue.integer(table.window?.horizon ?? 1)
        }),
      FigureBasis(
        paths: [data.key("tokenizer")], isOfLossAlone: false,
        reason: "figures of a text are those of a token, and tokens are of another size",
        value: { config in
          guard let text = config.data as? TextDataConfig else { return nil }
          return JSONValue.string(text.tokenizer.rawValue)
        }),
    ]
    return bases + [scaling(of: config)].compactMap { $0 }
  }

  /// The scaling of targets that are numbers; `nil` where the loss does not depend on it.
  private static func scaling(of config: RunConfig) -> FigureBasis? {
    // Losses of classes know no units, and metrics are in those of the data.
    guard let loss = config.training.loss, type(of: loss).allowsScaledTargets,
      let table = config.data as? CSVDataConfig
    else { return nil }
    let targets = Set(table.target ?? []).sorted()
    let data = ConfigPath.root.key("data")
    let isShared = targets.contains { table.columns[$0]?.scaling == nil }
    return FigureBasis(
      paths: (isShared ? [data.key("scaling")] : [])
        + targets.map { data.key("columns").key($0).key("scaling") },
      isOfLossAlone: true, reason: "the loss is in units of the scaled target",
      value: { config in
        guard let table = config.data as? CSVDataConfig else { return nil }
        return JSONValue.array(
          targets.map { JSONValue.string((table.columns[$0]?.scaling ?? table.scaling).rawValue) })
      })
  }

  /// Whether a figure depends on it.
  ///
  /// - Parameter figure: `loss` or the name of a metric.
  func decides(_ figure: String) -> Bool { !isOfLossAlone || figure == FigureName.loss }

  /// Whether two configurations have the same.
  func isShared(by first: RunConfig, _ second: RunConfig) -> Bool {
    switch (value(first), value(second)) {
    case (let a?, let b?): a.isEqual(to: b)
    case (nil, nil): true
    default: false
    }
  }
}
