import Configuration
import Datasets

/// A file of the data that a run which goes on finds under another name than it began with. It has to hold the same bytes.
struct MovedFile {
  /// As the configuration in the folder of the run named it, and as it does now.
  let old: String
  let new: String

  /// The files that a plan names differently than the checkpoint that it goes on from: those whose contents the checkpoint
  /// knows, so that they can be compared. Whatever else is different between the two is a change of the settings.
  static func all(in plan: RunPlan, of folder: String, since checkpoint: Checkpoint) -> [MovedFile]
  {
    pairs(in: plan, of: folder, since: checkpoint).filter { checkpoint.knows($0) }
  }

  /// The resolved configuration with moved files under their old names.
  static func undone(
    in plan: RunPlan, of folder: String, since checkpoint: Checkpoint
  ) -> JSONValue {
    let pairs = pairs(in: plan, of: folder, since: checkpoint)
    var config = plan.config.mappingPaths { plan.path(from: folder, to: $0) }
    var index = 0
    config.data?.mapPaths { path in
      defer { index += 1 }
      guard pairs.indices.contains(index), checkpoint.knows(pairs[index]) else { return path }
      return pairs[index].old
    }
    return config.json
  }

  /// The old and the new name of each file, place by place; none if there are other places than there were.
  private static func pairs(
    in plan: RunPlan, of folder: String, since checkpoint: Checkpoint
  ) -> [MovedFile] {
    let old = checkpoint.dataPaths
    let new = plan.config.dataPaths.map { plan.path(from: folder, to: $0) }
    guard old.count == new.count else { return [] }
    return zip(old, new).map { MovedFile(old: $0, new: $1) }
  }
}

extension Checkpoint {
  /// The files of the data, as its configuration names them.
  fileprivate var dataPaths: [String] {
    let source = SourceText(name: "checkpoint", config.compactText)
    guard let loaded = try? LoadedConfig.parse(source), !loaded.hasErrors else { return [] }
    return loaded.config.dataPaths
  }

  /// Whether it tells what a file held that has another name now.
  fileprivate func knows(_ file: MovedFile) -> Bool {
    file.old != file.new && data.files.contains { $0.path == file.old }
  }
}

extension RunDirectory {
  /// A finding about a file of the data that is no longer where it was, with what to do about it.
  func tellingHowToName(_ finding: Diagnostic, _ loaded: LoadedConfig) -> Diagnostic {
    guard finding.code == "file-not-found", finding.help == nil else { return finding }
    var told = finding
    let section = ConfigPath.root.key("data")
    for node in loaded.document["data"]?.nodes(under: section) ?? [] {
      guard let name = node.value.string,
        finding.message.contains(Spelling.file(loaded.resolve(name)))
      else { continue }
      guard !PipedInput.isDescriptor(loaded.resolve(name)) else {
        told.help =
          "the run read it from a pipe, and cannot go on; begin a new run with the parameters of this one: --set model.initial_parameters=…"
        return told
      }
      let file = name.split(separator: "/").last.map { String($0) } ?? name
      told.help =
        "name the file where it is now, by its whole path since others start in '\(path)': --set \(node.path)=/…/\(file)"
      return told
    }
    return finding
  }
}
