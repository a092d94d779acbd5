import Studies
import Testing

struct DistributionTests {
  /// Each text was written by Optuna 5.0.0.
  static let texts: [(Distribution, String)] = [
    (
      .float(low: 0, high: 1, step: nil, isLogarithmic: false),
      #"{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}"#
    ),
    (
      .float(low: 1e-5, high: 1e16, step: nil, isLogarithmic: true),
      #"{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 1e+16, "log": true}}"#
    ),
    (
      .float(low: 0, high: 0.9, step: 0.3, isLogarithmic: false),
      #"{"name": "FloatDistribution", "attributes": {"step": 0.3, "low": 0.0, "high": 0.9, "log": false}}"#
    ),
    (
      .integer(low: 1, high: 9, step: 4, isLogarithmic: false),
      #"{"name": "IntDistribution", "attributes": {"log": false, "step": 4, "low": 1, "high": 9}}"#
    ),
    (
      .integer(low: 1, high: 1000, step: 1, isLogarithmic: true),
      #"{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 1, "high": 1000}}"#
    ),
    (
      .categorical([
        .text("relu"), .null, .boolean(true), .integer(3), .double(0.5), .text("é\n\"🥧"),
        .double(1e100),
        .double(.infinity), .other("100000000000000000000"), .double(.nan), .double(1),
        .other("[1, \"a\"]"),
      ]),
      #"{"name": "CategoricalDistribution", "attributes": {"choices": ["relu", null, true, 3, 0.5, "#
        + #""\u00e9\n\"\ud83e\udd67", 1e+100, Infinity, 100000000000000000000, NaN, 1.0, [1, "a"]]}}"#
    ),
  ]

  @Test(arguments: texts)
  func textsAreThoseOfOptuna(distribution: Distribution, text: String) {
    #expect(distribution.text == text)
    #expect(Distribution(text: text) == distribution)
  }

  @Test(arguments: [
    (
      #"{"name": "UniformDistribution", "attributes": {"low": 0, "high": 1.5}}"#,
      Distribution.float(low: 0, high: 1.5, step: nil, isLogarithmic: false)
    ),
    (
      #"{"name": "LogUniformDistribution", "attributes": {"low": 0.1, "high": 1}}"#,
      .float(low: 0.1, high: 1, step: nil, isLogarithmic: true)
    ),
    (
      #"{"name": "DiscreteUniformDistribution", "attributes": {"low": 0, "high": 1, "q": 0.25}}"#,
      .float(low: 0, high: 1, step: 0.25, isLogarithmic: false)
    ),
    (
      #"{"name": "IntUniformDistribution", "attributes": {"low": 1, "high": 9, "step": 2}}"#,
      .integer(low: 1, high: 9, step: 2, isLogarithmic: false)
    ),
    (
      #"{"name": "IntLogUniformDistribution", "attributes": {"low": 1, "high": 8, "step": 1}}"#,
      .integer(low: 1, high: 8, step: 1, isLogarithmic: true)
    ),
    (
      #"{"type": "int", "low": 1, "high": 8}"#,
      .integer(low: 1, high: 8, step: 1, isLogarithmic: false)
    ),
    (
      #"{"type": "float", "low": 1, "high": 8, "log": true}"#,
      .float(low: 1, high: 8, step: nil, isLogarithmic: true)
    ),
    (#"{"type": "categorical", "choices": [1, "1"]}"#, .categorical([.integer(1), .text("1")])),
  ])
  func olderTextsAreRead(text: String, distribution: Distribution) {
    #expect(Distribution(text: text) == distribution)
  }

  @Test(arguments: [
    "", "{}", "[]", #"{"name": "IntDistribution"}"#, #"{"name": "Other", "attributes": {}}"#,
    #"{"name": "IntDistribution", "attributes": {"log": false, "step": 0, "low": 1, "high": 9}}"#,
    #"{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1.5, "high": 9}}"#,
    #"{"name": "CategoricalDistribution", "attributes": {"choices": []}}"#,
  ])
  func othersAreNot(text: String) {
    #expect(Distribution(text: text) == nil)
  }

  @Test func numbersMeanValues() {
    let choices = Distribution.categorical([.text("a"), .null])
    #expect(choices.meaning(of: 1) == .null)
    for value in [-1, 0.5, 2, .nan, .infinity, 1e300] { #expect(choices.meaning(of: value) == nil) }
    #expect(
      Distribution.integer(low: 1, high: 3, step: 1, isLogarithmic: false).meaning(of: 2)
        == .integer(2))
    #expect(rate.meaning(of: 0.25) == .double(0.25))
  }

  @Test func rangesMayMoveInAStudy() {
    func integers(_ high: Int, _ isLogarithmic: Bool) -> Distribution {
      .integer(low: 1, high: high, step: 1, isLogarithmic: isLogarithmic)
    }
    #expect(integers(3, false).isCompatible(with: integers(9, false)))
    #expect(!integers(3, false).isCompatible(with: integers(3, true)))
    #expect(!integers(3, false).isCompatible(with: rate))
  }

  @Test func choicesMustNotChangeInAStudy() {
    let wider = Distribution.float(low: 0, high: 2, step: nil, isLogarithmic: true)
    #expect(rate.isCompatible(with: wider))
    #expect(!rate.isCompatible(with: .float(low: 0, high: 2, step: nil, isLogarithmic: false)))
    #expect(!rate.isCompatible(with: .integer(low: 1, high: 2, step: 1, isLogarithmic: true)))
    #expect(
      !Distribution.categorical([.null]).isCompatible(with: .categorical([.null, .boolean(true)])))
    #expect(
      Distribution.categorical([.double(.nan)]).isCompatible(with: .categorical([.double(.nan)])))
  }
}
