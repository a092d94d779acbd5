/// What figures are called where people read them.
enum FigureTitle {
  private static let abbreviations = ["roc", "auc", "mse", "rmse", "mae", "f1"]

  /// `roc_auc` is ROC AUC, `top_k_accuracy` is Top k accuracy.
  static func of(_ name: String) -> String {
    let words = name.split(separator: "_").map { word in
      abbreviations.contains(String(word)) ? word.uppercased() : String(word).written
    }
    let text = words.joined(separator: " ")
    return text.prefix(1).uppercased() + text.dropFirst()
  }
}

extension String {
  /// A name of the configuration in words.
  var spaced: String { String(written.map { $0 == "_" ? " " : $0 }) }

  /// A figure, alone or behind its part, as people write it: `test.r2` is test.R².
  var written: String {
    self == "r2" || hasSuffix(".r2") ? dropLast(2) + "R²" : self
  }
}
