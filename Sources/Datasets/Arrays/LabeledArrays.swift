import Numerics

/// A pair of files that belong together.
struct LabeledArrays: Sendable {
  enum Labels: Sendable {
    case integers([Int32])
    /// Shape `count × width`.
    case numbers([Float], width: Int)
  }

  let features: IDXFile
  let labels: Labels
  var count: Int { features.header.dimensions[0] }
  /// The shape of one example in the file.
  var storedShape: [Int] { Array(features.header.dimensions.dropFirst()) }
  /// The labels or numbers of each example.
  var labelWidth: Int { if case .numbers(_, let width) = labels { width } else { 1 } }
}

/// The training files as they were read, with what does not depend on how they are divided.
struct TrainingArrays: Sendable {
  let arrays: LabeledArrays
  /// The shape of one example as the network sees it.
  let shape: [Int]
  let task: LearningTask

  /// All of them.
  var rows: [Int32] { (0..<arrays.count).map { Int32($0) } }

  /// The classes of the examples; `nil` where the target is no class.
  var strata: FoldStrata? {
    guard task == .classification, case .integers(let labels) = arrays.labels else { return nil }
    return FoldStrata(codes: labels) { String($0) }
  }
}

/// The examples of a part that lie in one pair of files.
struct ArrayPart: Sendable {
  let arrays: LabeledArrays
  let rows: [Int32]
}
