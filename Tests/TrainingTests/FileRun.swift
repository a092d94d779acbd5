import Configuration
import Datasets
import Numerics
import TestSupport
import Training

/// A configuration with files in a folder of its own, checked as `check` does.
struct FileRun {
  let workspace: Workspace
  /// `nil` where something is wrong.
  let plan: RunPlan?
  let diagnostics: [Diagnostic]

  /// - Parameters:
  ///   - files: by their names.
  ///   - data: the members of the section, which name the files.
  ///   - training: more members of the section.
  init(
    _ files: [String: [UInt8]], data: String, layers: String = #"{"type": "dense"}"#,
    model: String = "", training: String = ""
  ) throws {
    workspace = try Workspace()
    for (name, bytes) in files { try workspace.write(name, bytes) }
    try workspace.write(
      "config.json",
      """
      {
        "name": "files", "seed": 3, "data": {\(data)},
        "model": {"layers": [\(layers)]\(model)},
        "training": {"epochs": 2, "batch_size": 8\(training)}
      }
      """)
    (plan, diagnostics) = RunPlan.check(path: workspace.path("config.json"))
  }

  /// The plan of a configuration that has no errors.
  var sound: RunPlan {
    get throws {
      guard let plan else { throw Failure(diagnostics) }
      return plan
    }
  }

  /// The model file of the network as it begins.
  var model: [UInt8] {
    get throws {
      let plan = try sound
      let loop = immortal(
        try TrainingLoop(plan, sets: plan.data.makeSets(), pool: ThreadPool(threads: 1)))
      return TrainedModel.bytes(
        plan: plan, memory: loop.memory, summary: .object([:]), version: "test")
    }
  }

  /// Images of height 4 and width 3 with bytes of three classes, as `images` and `labels`.
  static func images(_ count: Int = 12) -> [String: [UInt8]] {
    [
      "images": IDXSamples.file(
        type: 8, dimensions: [UInt32(count), 4, 3],
        data: (0..<count * 12).map { UInt8(truncatingIfNeeded: $0 * 7) }),
      "labels": IDXSamples.file(
        type: 8, dimensions: [UInt32(count)], data: (0..<count).map { UInt8($0 % 3) }),
    ]
  }

  /// Members of the data section for these files.
  static let imageData = #""format": "idx", "train": {"features": "images", "labels": "labels"}"#
}

extension JSONValue {
  /// The same value with something else at a place.
  ///
  /// - Parameters:
  ///   - path: keys and indices from the outside in; what is not there yet becomes a member.
  ///   - value: `nil` to leave the place out.
  func replacing(_ path: [String], by value: JSONValue?) -> JSONValue? {
    guard let step = path.first else { return value }
    let rest = Array(path.dropFirst())
    if let items, let index = Int(step) {
      return .array(
        items.enumerated().compactMap { $0 == index ? $1.replacing(rest, by: value) : $1 })
    }
    guard let members else { return self }
    let changed = (self[step] ?? .object([:])).replacing(rest, by: value)
    guard members.contains(where: { $0.key == step }) else {
      return .object(members + (changed.map { [JSONMember(step, $0)] } ?? []))
    }
    return .object(
      members.compactMap { member in
        member.key == step ? changed.map { JSONMember(step, $0) } : member
      })
  }

  init(parsing text: String) { self = JSONParser.parse(SourceText(name: "test", text)).value }
}
