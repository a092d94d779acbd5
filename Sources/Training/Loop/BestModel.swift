/// A copy of the model of the best epoch so far: parameters and statistics.
final class BestModel: RunState {
  /// In the layout of `Memory.model`.
  let values: UnsafeMutableBufferPointer<Float>
  private let model: UnsafeMutableBufferPointer<Float>
  private let minimumDelta: Double
  private(set) var epoch: Int?
  private var best = Double.infinity
  /// The last epoch that improved by at least the minimum.
  private(set) var lastImprovement = 0
  /// Whether the model is still the one that was kept.
  private var isCurrent = false

  /// - Parameter model: what is copied; it has to outlive this object.
  init(_ model: UnsafeMutableBufferPointer<Float>, minimumDelta: Double) {
    self.model = model
    self.minimumDelta = minimumDelta
    values = .allocate(capacity: model.count)
    values.initialize(repeating: 0)
  }

  deinit { values.deallocate() }

  /// Keeps the model if the value is smaller than any before, by more than the minimum; without a
  /// value, always.
  func offer(epoch: Int, value: Double?) -> Bool {
    if let value {
      guard value < best - minimumDelta || self.epoch == nil else { return false }
      best = value
    }
    lastImprovement = epoch
    keep(epoch: epoch)
    return true
  }

  func keep(epoch: Int) {
    self.epoch = epoch
    isCurrent = true
    _ = values.update(fromContentsOf: model)
  }

  func epochsWithout(_ epoch: Int) -> Int { epoch - lastImprovement }

  /// Takes notice that training goes on.
  func modelMoves() { isCurrent = false }

  func restore() { _ = model.update(fromContentsOf: values) }

  package func exchange(_ archive: inout StateArchive) {
    archive.value("epoch", &epoch)
    archive.value("value", &best)
    archive.value("last_improvement", &lastImprovement)
    guard epoch != nil else { return }
    // Of a model that is the best one, one copy is enough.
    archive.value("is_current", &isCurrent)
    if !isCurrent {
      archive.array("values", values)
    } else if archive.isRestoring {
      _ = values.update(fromContentsOf: model)
    }
  }
}
