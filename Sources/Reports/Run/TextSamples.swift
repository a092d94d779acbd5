import Configuration
import Datasets
import Numerics
import Training

/// Texts that a model writes.
struct TextSamples {
  let run: ReportedRun

  private static let tokens = 400
  private static let temperatures = [0.5, 0.8, 1.0]

  var section: Page.Section {
    Page.Section(
      "texts", "Texts", lead: "What the model writes, always the same for the same model.", blocks)
  }

  private var blocks: [Page.Block?] {
    let path = run.path + "/model.safetensors"
    guard let generator = try? TextGenerator(path: path, pool: ThreadPool(threads: 1)) else {
      return []
    }
    return Self.temperatures.map { temperature in
      var sampler = TokenSampler()
      sampler.temperature = temperature
      var bytes: [UInt8] = []
      generator.generate(after: [], count: Self.tokens, sampler) {
        bytes += $0
        return true
      }
      return .text("Temperature \(temperature)", String(decoding: bytes, as: UTF8.self))
    }
  }
}
