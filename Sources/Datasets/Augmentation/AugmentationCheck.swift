import Configuration
import Numerics

/// Compares an augmentation with the images that it is to change.
struct AugmentationCheck {
  private let context: DataContext
  private let layout: IDXDataConfig.Layout
  /// Of one example.
  private let shape: [Int]

  init(_ context: DataContext, layout: IDXDataConfig.Layout, shape: [Int]) {
    self.context = context
    self.layout = layout
    self.shape = shape
  }

  /// - Returns: the augmentation, unless there is none or it does nothing, and warnings.
  /// - Throws: `Failure` with everything that contradicts the images.
  func check(
    _ config: AugmentationConfig?
  ) throws -> (config: AugmentationConfig?, warnings: [Diagnostic]) {
    guard let config else { return (nil, []) }
    guard layout == .image else {
      throw Failure(
        finding(
          "contradiction", "'augmentation' changes images, but the layout is \(layout.rawValue)",
          help: "remove it, or use \"layout\": \"image\" and a flatten layer"))
    }
    let findings = shiftFindings(config.shift) + cutoutFindings(config.cutout)
    guard findings.isEmpty else { throw Failure(findings) }
    guard !config.isInert else {
      return (
        nil,
        [
          finding(
            "inert", "'augmentation' changes nothing: everything in it is off",
            help: "give one of: \(AugmentationConfig.keys.map(\.name).joined(separator: ", "))",
            severity: .warning)
        ]
      )
    }
    return (config, [])
  }

  private func shiftFindings(_ shift: PixelShift) -> [Diagnostic] {
    let directions = [
      (shift.vertical, shape[0], "height"), (shift.horizontal, shape[1], "width"),
    ]
    return directions.filter { $0.0 >= $0.1 }.prefix(1).map { length, extent, side in
      finding(
        "contradiction",
        "a shift by \(length) moves images out of sight, whose \(side) is \(extent)",
        at: "shift", help: "make it smaller than the \(side)")
    }
  }

  private func cutoutFindings(_ side: Int) -> [Diagnostic] {
    guard side > min(shape[0], shape[1]) else { return [] }
    return [
      finding(
        "contradiction",
        "a cutout of \(side)×\(side) is larger than the images, which are \(shape[0])×\(shape[1])",
        at: "cutout", help: "make it smaller than the images")
    ]
  }

  private func finding(
    _ code: String, _ message: String, at key: String? = nil, help: String,
    severity: Diagnostic.Severity = .error
  ) -> Diagnostic {
    context.finding(
      code, message, at: [.key("augmentation")] + (key.map { [.key($0)] } ?? []), help: help,
      severity: severity)
  }
}
