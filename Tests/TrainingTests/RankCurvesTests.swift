import Testing
import Training

/// The values are those of scikit-learn 1.9.1: `roc_curve` with all thresholds, `precision_recall_curve`,
/// `roc_auc_score`, `average_precision_score` and `calibration_curve` by quantiles.
@Suite struct RankCurvesTests {
  private static let actual = [1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 1, 0]
  private static let probabilities: [Float] = [
    0.95, 0.9, 0.85, 0.7, 0.7, 0.6, 0.55, 0.5, 0.4, 0.35, 0.3, 0.05,
  ]
  private static let weights: [Float] = [1, 2, 1, 0.5, 1, 1, 3, 1, 1, 2, 1, 1]

  private func curves(weights: [Float]?, bins: Int = 10) throws -> RankCurves {
    let answers = Self.actual.indices.map { index in
      RankedAnswer(
        probability: Self.probabilities[index], isActual: Self.actual[index] == 1,
        weight: weights?[index] ?? 1)
    }
    return try #require(RankCurves(answers, bins: bins))
  }

  private func expect(_ values: [Double], _ wanted: [Double]) {
    #expect(values.count == wanted.count)
    for (value, wanted) in zip(values, wanted) { #expect(abs(value - wanted) < 1e-6) }
  }

  @Test func ofAnswersThatWeighTheSame() throws {
    let curves = try curves(weights: nil)
    expect(
      curves.receiverOperating.map(\.x),
      [
        0, 0, 0.166667, 0.166667, 0.333333, 0.5, 0.5, 0.666667, 0.833333, 0.833333, 0.833333, 1,
      ])
    expect(
      curves.receiverOperating.map(\.y),
      [0, 0.166667, 0.166667, 0.333333, 0.5, 0.5, 0.666667, 0.666667, 0.666667, 0.833333, 1, 1])
    expect(
      curves.precisionRecall.map(\.y).reversed(),
      [0.5, 0.545455, 0.5, 0.444444, 0.5, 0.571429, 0.5, 0.6, 0.666667, 0.5, 1])
    expect(
      curves.precisionRecall.map(\.x).reversed(),
      [
        1, 1, 0.833333, 0.666667, 0.666667, 0.666667, 0.5, 0.5, 0.333333, 0.166667, 0.166667,
      ])
    expect([curves.area, curves.averagePrecision], [0.569444, 0.647258])
  }

  @Test func ofAnswersWithWeights() throws {
    let curves = try curves(weights: Self.weights)
    expect(
      curves.receiverOperating.map(\.x),
      [
        0, 0, 0.285714, 0.285714, 0.428571, 0.571429, 0.571429, 0.714286, 0.857143, 0.857143,
        0.857143, 1,
      ])
    expect(
      curves.receiverOperating.map(\.y),
      [
        0, 0.117647, 0.117647, 0.235294, 0.294118, 0.294118, 0.647059, 0.647059, 0.647059, 0.882353,
        1, 1,
      ])
    expect([curves.area, curves.averagePrecision], [0.441176, 0.607227])
  }

  @Test func binsHoldAsManyAnswersEach() throws {
    let curves = try curves(weights: nil, bins: 2)
    expect(curves.calibration.map(\.predicted), [0.358333, 0.783333])
    expect(curves.calibration.map(\.actual), [0.5, 0.5])
    expect([curves.calibrationError], [(0.141667 + 0.283333) / 2])
  }

  @Test func oneKindOfAnswerHasNoCurve() {
    #expect(RankCurves([RankedAnswer(probability: 0.5, isActual: true)]) == nil)
    #expect(
      RankCurves([
        RankedAnswer(probability: 0.5, isActual: false),
        RankedAnswer(probability: 0.5, isActual: true, weight: 0),
      ]) == nil)
  }
}
