import TestSupport
import Testing

@Suite struct ExplainTests {
  @Test(arguments: [
    ("training.optimizer", "optimizer adam"), ("adam", "beta1"), ("momentum", "optimizer sgd"),
    ("model.layers", "layer dropout"), ("dropout", "default 0.5"), ("batch_size", "in examples"),
    ("model.layers[0].units", "layer dense"), ("cosine", "schedule cosine"),
  ])
  func answersPathsTypesAndKeys(topic: String, answer: String) throws {
    let result = try Program.run("explain", topic, in: Checkout.url.path)
    #expect(result.exitCode == 0)
    #expect(result.output.contains(answer))
  }

  @Test func suggestsTheNearestTopic() throws {
    let result = try Program.run("explain", "momentun", in: Checkout.url.path)
    #expect(result.exitCode == 64)
    #expect(result.errors.contains("did you mean 'momentum'?"))
  }

  @Test func infoNamesTheLibrary() throws {
    let result = try Program.run("info", "--format", "json", in: Checkout.url.path)
    #expect(result.exitCode == 0)
    #expect(result.events.first?["threads"]?.integer != nil)
    #expect(result.events.first?["blas"]?.string != nil)
  }

  @Test func wrongUseHasItsExitCode() throws {
    for arguments in [["train"], ["nonsense"], ["train", "x.json", "--threads", "0"]] {
      #expect(try Program.run(arguments, in: Checkout.url.path).exitCode == 64)
    }
  }
}
