import Configuration
import Datasets
import Network

/// Whether data and batches suit layers that carry their state from batch to batch.
extension PlanChecker {
  private var stateHelp: String {
    switch data.config {
    case is TextDataConfig: "leave data.stride out, or remove \"stateful\""
    case let table as CSVDataConfig where table.window != nil:
      "set data.window.stride to its length, for one series without gaps; or remove \"stateful\""
    default:
      "remove \"stateful\"; it is for windows of a text or a series that begin where the last one ends"
    }
  }

  func checkState(of network: Network?) {
    guard let layer = network?.statefulLayer else { return }
    let place = ConfigPath(steps: [.key("model")] + layer.steps)
    let path = place.key("stateful")
    if !data.isContinuous {
      report(
        "not-continuous",
        "a stateful layer goes on where the example before ended, but the examples of this data do not follow each other",
        at: path,
        help: stateHelp)
    }
    if case .boolean(true) = loaded.document["training"]?["shuffle"]?.kind {
      report(
        "contradiction",
        "'shuffle' tears apart the windows through which '\(place)' carries its state",
        at: ConfigPath.root.key("training").key("shuffle"), help: "remove it")
    }
    if RunLength(training, examples: examples).iterationsPerEpoch == 1 {
      warn(
        "inert", "each epoch is one batch, so that no state is carried to another", at: path,
        help: "make batch_size smaller")
    }
  }
}
