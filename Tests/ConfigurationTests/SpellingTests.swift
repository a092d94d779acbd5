import Configuration
import Testing

struct SpellingTests {
  @Test(arguments: [
    ("sdg", "sgd"), ("Adam", "adam"), ("learningRate", "learning_rate"),
    ("lerning_rate", "learning_rate"), ("batchsize", "batch_size"), ("eps", "epsilon"),
    ("momentum_factor", "momentum"),
  ])
  func nearWordsAreFound(word: String, candidate: String) {
    let names = ["batch_size", "learning_rate", "sgd", "adam", "epsilon", "momentum"]
    #expect(Spelling.nearest(to: word, among: names) == candidate)
  }

  @Test(arguments: [
    ("BayesianOptimization", "bayesian_optimization", true), ("CMA-ES", "cma_es", true),
    ("batch size", "batch_size", true), ("batch", "batch_size", false), ("a", "b", false),
  ])
  func namesDifferByMoreThanTheirWriting(first: String, second: String, isSame: Bool) {
    #expect(Spelling.isSame(first, second) == isSame)
  }

  @Test(arguments: [
    ("colour", ["epochs", "batch_size"]), ("x", ["y", "z"]), ("class", ["c", "d"]),
    ("class", ["", "_"]), ("", ["a", "units"]), ("units", []),
  ])
  func farWordsAreNot(word: String, candidates: [String]) {
    #expect(Spelling.nearest(to: word, among: candidates) == nil)
  }

  @Test(arguments: [
    ("", "", 0), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abc", "abcd", 1),
    ("abc", "axc", 1), ("kitten", "sitting", 3), ("", "abc", 3), ("ca", "abc", 3),
  ])
  func distanceCountsEdits(first: String, second: String, distance: Int) {
    #expect(Spelling.distance(first, second) == distance)
    #expect(Spelling.distance(second, first) == distance)
  }

  @Test func longWordsCostNothing() {
    let long = String(repeating: "a", count: 1_000_000)
    #expect(Spelling.nearest(to: long, among: ["units"]) == nil)
  }

  @Test func listsAndCountsReadAsText() {
    #expect(Spelling.list([], "or") == "")
    #expect(Spelling.list(["a"], "or") == "a")
    #expect(Spelling.list(["a", "b", "c"], "or") == "a, b or c")
    #expect(Spelling.count(1, "row") == "1 row")
    #expect(Spelling.count(1234, "class", plural: "classes") == "1,234 classes")
    #expect(Spelling.existence(of: 1, "row") == "there is 1 row")
    #expect(Spelling.existence(of: 0, "row") == "there are 0 rows")
    #expect(Spelling.grouped(.min) == "-9,223,372,036,854,775,808")
    #expect(Spelling.article("optimizer") == "an")
    #expect(Spelling.article("layer") == "a")
  }
}
