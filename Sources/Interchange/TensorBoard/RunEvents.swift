import Configuration
import Numerics
import Training

/// What a run tells TensorBoard: once an epoch its figures, the rate, and how weights and gradients are distributed.
package struct RunEvents {
  private let writer: EventWriter
  private let file: AppendedFile
  private let plan: RunPlan

  package init(_ file: AppendedFile, _ plan: RunPlan) {
    self.file = file
    self.plan = plan
    writer = EventWriter { try file.append($0) }
  }

  package var path: String { file.path }

  /// Begins the file, unless it goes on.
  package func begin() throws {
    guard file.length == 0 else { return }
    let settings = plan.config.json.leaves().filter { !Self.left.contains($0.path.description) }
    try writer.begin(
      settings.map { (name: $0.path.description, value: $0.value) }, group: plan.name)
  }

  /// Settings that say nothing of how the run learns.
  private static let left: Set<String> = ["$schema", "name", "output.tensorboard"]

  package func epoch(_ epoch: TrainingLoop.Epoch, _ memory: Memory) throws {
    let step = epoch.iterations
    var scalars = [(tag: "learning_rate", value: epoch.learningRate)]
    scalars += Self.scalars(epoch.train, "train")
    if let validation = epoch.validation { scalars += Self.scalars(validation, "validation") }
    if epoch.gradientNorm.isFinite { scalars.append(("gradient_norm", epoch.gradientNorm)) }
    try writer.write(scalars, step: step)
    try writer.write(step, distributions(memory))
  }

  package func end(_ outcome: TrainingLoop.Outcome) throws {
    if let test = outcome.test {
      try writer.write(Self.scalars(test, "test"), step: outcome.iterations)
    }
    switch outcome.reason {
    case .completed, .earlyStopping: try writer.end(.success)
    case .diverged: try writer.end(.failure)
    case .interrupted: try writer.end(.running)
    }
  }

  /// The gradient of held-out examples takes the place of that of an update where the weight decay is adapted.
  private var hasGradients: Bool { plan.config.training.hypergradient?.weightDecay == nil }

  /// `loss/train`, `accuracy/validation`
  private static func scalars(_ figures: Figures, _ part: String) -> [(tag: String, value: Double)]
  {
    var scalars: [(tag: String, value: Double)] = []
    for figure in figures.json.members ?? [] {
      guard let value = figure.value.double else { continue }
      scalars.append((tag: "\(figure.key)/\(part)", value: value))
    }
    return scalars
  }

  private func distributions(_ memory: Memory) -> [TensorBoardSummary.Value] {
    memory.plan.parameters.flatMap { parameter in
      func histogram(
        _ tag: String, _ values: UnsafeMutablePointer<Float>
      ) -> TensorBoardSummary.Value? {
        let numbers = UnsafeBufferPointer(
          start: UnsafePointer(values), count: parameter.shape.count)
        return Histogram(numbers)?.value("\(tag)/\(parameter.name)")
      }
      let gradients =
        parameter.isTrainable && hasGradients
        ? histogram("gradients", memory.gradient(parameter)) : nil
      return [histogram("weights", memory.value(parameter)), gradients].compactMap { $0 }
    }
  }
}
