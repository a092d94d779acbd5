import Configuration
import Foundation
import SwiftProtobuf
import Training

/// Writes an event file that TensorBoard reads: figures, histograms, and the settings of a run as a session of the
/// hyperparameter view.
///
/// Source: the formats of the TensorBoard project, version 2.21; see `tensorboard.proto`.
package struct EventWriter {
  private let append: ([UInt8]) throws -> Void

  /// - Parameter append: takes the bytes of one record after the other.
  package init(_ append: @escaping ([UInt8]) throws -> Void) { self.append = append }

  /// How a session ended.
  package enum Status: Sendable {
    case success
    case failure
    /// It may go on.
    case running

    fileprivate var proto: TensorBoardStatus {
      switch self {
      case .success: .success
      case .failure: .failure
      case .running: .running
      }
    }
  }

  /// Seconds since 1970.
  private var now: Double { Date().timeIntervalSince1970 }

  // MARK: - Sessions

  /// Begins a file: the version of the format, and the settings of the session.
  ///
  /// - Parameter group: sessions of the same name are one line of the view.
  package func begin(_ settings: [(name: String, value: JSONValue)], group: String) throws {
    try write(0) { $0.fileVersion = "brain.Event:2" }
    var start = TensorBoardSessionStartInfo()
    for (name, value) in settings { start.hparams[name] = Self.setting(value) }
    start.groupName = group
    start.startTimeSecs = now
    try write("_hparams_/session_start_info") { $0.sessionStartInfo = start }
  }

  package func end(_ status: Status) throws {
    try write("_hparams_/session_end_info") {
      $0.sessionEndInfo = .with {
        $0.status = status.proto
        $0.endTimeSecs = now
      }
    }
  }

  /// Numbers, truth values and texts become columns; anything else is a text, since lists would be left out.
  private static func setting(_ value: JSONValue) -> Google_Protobuf_Value {
    switch value.kind {
    case .boolean(let isTrue): return .init(boolValue: isTrue)
    case .number(let number): return .init(numberValue: number.value)
    case .string(let text): return .init(stringValue: text)
    default: return .init(stringValue: value.compactText)
    }
  }

  private func write(_ tag: String, _ fill: (inout TensorBoardHParamsPluginData) -> Void) throws {
    var data = TensorBoardHParamsPluginData()
    fill(&data)
    let content: [UInt8] = try data.serializedBytes()
    try write(
      0,
      [
        .with {
          $0.tag = tag
          $0.metadata.pluginData.pluginName = "hparams"
          $0.metadata.pluginData.content = Data(content)
        }
      ])
  }

  // MARK: - Figures

  package func write(_ scalars: [(tag: String, value: Double)], step: Int) throws {
    try write(
      step,
      scalars.map { scalar in
        .with {
          $0.tag = scalar.tag
          $0.simpleValue = Float(scalar.value)
        }
      })
  }

  func write(_ step: Int, _ values: [TensorBoardSummary.Value]) throws {
    guard !values.isEmpty else { return }
    try write(step) { $0.summary.value = values }
  }

  private func write(_ step: Int, _ fill: (inout TensorBoardEvent) -> Void) throws {
    var event = TensorBoardEvent()
    event.wallTime = now
    event.step = Int64(step)
    fill(&event)
    try append(EventRecord.bytes(of: event.serializedBytes()))
  }
}
