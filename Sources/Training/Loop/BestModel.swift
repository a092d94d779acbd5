/// A copy of the model of the best epoch so far: parameters and statistics.
package final class BestModel: RunState {
  /// In the layout of `Memory.model`.
  let values: UnsafeMutableBufferPointer<Float>
  private let model: UnsafeMutableBufferPointer<Float>
  private let minimumDelta: Double
  package private(set) var epoch: Int?
  private var best = Double.infinity
  /// The last epoch that improved by at least the minimum; 0 as long as none had a figure.
  package private(set) var lastImprovement = 0
  /// Epochs since then whose figure was undefined.
  private var undefinedEpochs = 0
  /// Whether the model is still the one that was kept.
  private var isCurrent = false

  /// - Parameter model: what is copied; it has to outlive this object.
  package init(_ model: UnsafeMutableBufferPointer<Float>, minimumDelta: Double) {
    self.model = model
    self.minimumDelta = minimumDelta
    values = .allocate(capacity: model.count)
    values.initialize(repeating: 0)
  }

  deinit { values.deallocate() }

  /// Keeps the model if the figure is smaller than any before, by more than the minimum; where there is none,
  /// always. One that is undefined says nothing: until some epoch has a figure, the last model is as good as any.
  package func offer(epoch: Int, figure: MonitoredFigure) -> Bool {
    switch figure {
    case .absent: break
    case .undefined:
      undefinedEpochs += 1
      guard !isMeasured else { return false }
      keep(epoch: epoch)
      return true
    case .value(let value):
      guard value < best - minimumDelta || !isMeasured else { return false }
      best = value
    }
    lastImprovement = epoch
    undefinedEpochs = 0
    keep(epoch: epoch)
    return true
  }

  /// Whether some epoch had a figure, which is the best one.
  private var isMeasured: Bool { lastImprovement > 0 }

  func keep(epoch: Int) {
    self.epoch = epoch
    isCurrent = true
    _ = values.update(fromContentsOf: model)
  }

  /// The epochs up to this one whose figure was no improvement.
  package func epochsWithout(_ epoch: Int) -> Int { epoch - lastImprovement - undefinedEpochs }

  /// Whether the numbers may be those of a run of so many epochs.
  func isSound(after epochs: Int) -> Bool {
    (0...epochs).contains(lastImprovement) && (0...epochs).contains(epoch ?? 0)
      && undefinedEpochs <= epochs - lastImprovement
  }

  /// Takes notice that training goes on.
  func modelMoves() { isCurrent = false }

  func restore() { _ = model.update(fromContentsOf: values) }

  package func exchange(_ archive: inout StateArchive) {
    archive.value("epoch", &epoch)
    archive.value("value", &best)
    archive.value("last_improvement", &lastImprovement)
    archive.value("undefined_epochs", &undefinedEpochs)
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
