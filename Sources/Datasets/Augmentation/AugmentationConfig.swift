import Configuration

/// Random changes of training images that leave what they show as it is; each image is changed anew
/// in every epoch.
package struct AugmentationConfig: ConfigObject, Equatable {
  package var shift = PixelShift()
  /// A probability.
  package var horizontalFlip = 0.0
  /// A probability.
  package var verticalFlip = 0.0
  /// In degrees.
  package var rotation = 0.0
  package var zoom = 0.0
  /// In pixels.
  package var cutout = 0

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "shift", \.shift, .pixelShift, unit: "pixels",
      synonyms: [
        "translate", "translation", "random_translation", "width_shift_range",
        "height_shift_range", "random_crop",
      ],
      help:
        "The largest shift by whole pixels, or [vertical, horizontal]; all from −shift to shift are equally likely.",
      guidance: .amount(
        tooLow: """
          At 0 the network learns where things are in the training images, and fails on others \
          that are not centered.
          """,
        tooHigh:
          "What is shown leaves the image: the training loss stays above the validation loss.",
        typical: "A tenth of the side: 2 for 28×28, 4 for 32×32 (He et al. 2016).",
        example: #""shift": 2"#)),
    Key(
      "horizontal_flip", \.horizontalFlip, .probability,
      synonyms: ["flip", "random_flip", "random_horizontal_flip", "mirror", "hflip"],
      help: "The probability that left and right change places; true is 0.5, false 0.",
      guidance: .amount(
        tooLow: "At 0 each image is seen from one side only.",
        tooHigh: "At 1 every image is turned over, as if none had been: 0.5 varies most.",
        typical: "0.5 for photographs; 0 for letters, digits and whatever has a left and a right.",
        example: #""horizontal_flip": true"#)),
    Key(
      "vertical_flip", \.verticalFlip, .probability,
      synonyms: ["random_vertical_flip", "vflip", "upside_down"],
      help: "The probability that top and bottom change places; true is 0.5, false 0.",
      guidance: .amount(
        tooLow: "At 0 up stays up, which is right for photographs.",
        tooHigh:
          "What is never upside down in use is learned for nothing: the loss falls more slowly.",
        typical: "0; 0.5 for images from above or through a microscope.",
        example: #""vertical_flip": 0.5"#)),
    .number(
      "rotation", \.rotation, in: .between(0, 180), unit: "degrees",
      synonyms: ["rotate", "degrees", "random_rotation", "rotation_range"],
      help: "The largest rotation about the center, to either side.",
      guidance: .amount(
        tooLow: "At 0 slanted images in use are unlike all that was learned.",
        tooHigh: "Labels no longer hold: a 6 becomes a 9, and the training loss stays high.",
        typical: "10 to 15 for digits and photographs, 180 where there is no up.",
        example: #""rotation": 10"#)),
    .number(
      "zoom", \.zoom, in: .between(0, 0.9),
      synonyms: ["scale", "random_zoom", "zoom_range", "random_affine"],
      help: "The largest change of size: 0.1 makes images 0.9 to 1.1 times as large.",
      guidance: .amount(
        tooLow: "At 0 things of another size in use are unlike all that was learned.",
        tooHigh: """
          Things become too small to tell, or reach beyond the image: the training loss stays \
          high.
          """,
        typical: "0.1 to 0.2.",
        example: #""zoom": 0.1"#)),
    .integer(
      "cutout", \.cutout, in: .between(0, 16_777_216), unit: "pixels",
      synonyms: ["random_erasing", "erasing", "cut_out", "erase"],
      help: "The side of a square around a random pixel that is set to the background.",
      guidance: .amount(
        tooLow: "At 0 the network may rest on one conspicuous detail.",
        tooHigh: "What decides is covered too often: the training loss stays high.",
        typical: "A quarter to half of the side: 16 for CIFAR-10 (DeVries and Taylor 2017).",
        example: #""cutout": 8"#)),
  ]

  package var isInert: Bool { self == AugmentationConfig() }
}

/// The largest shift in each direction, in whole pixels.
package struct PixelShift: Sendable, Equatable {
  package var vertical = 0
  package var horizontal = 0

  package init() {}

  package init(vertical: Int, horizontal: Int) {
    self.vertical = vertical
    self.horizontal = horizontal
  }
}

extension Codec where Value == PixelShift {
  /// One number, or one for each direction.
  static var pixelShift: Codec {
    let length = Codec<Int>.integer(in: .between(0, 16_777_216))
    let lengths = Codec<[Int]>.oneOrMore(length)
    return Codec(
      form: .either([length.form, .list(length.form, atLeast: 1, atMost: 2)]),
      read: { json, reading in
        guard let values = lengths.read(json, &reading) else { return nil }
        guard values.count <= 2 else {
          reading.report(
            code: "wrong-type",
            "'\(reading.path.name)' must be one number or [vertical, horizontal]",
            at: json.location)
          return nil
        }
        return PixelShift(vertical: values[0], horizontal: values[values.count - 1])
      },
      write: { shift in
        lengths.write(
          shift.vertical == shift.horizontal
            ? [shift.vertical] : [shift.vertical, shift.horizontal])
      })
  }
}

extension Codec where Value == Double {
  /// A number from 0 to 1; `true` is an even chance.
  static var probability: Codec {
    let number = Codec.number(in: .between(0, 1))
    return Codec(
      form: .either([.boolean, number.form]),
      read: { json, reading in
        json.boolean.map { $0 ? 0.5 : 0 } ?? number.read(json, &reading)
      },
      write: number.write)
  }
}
