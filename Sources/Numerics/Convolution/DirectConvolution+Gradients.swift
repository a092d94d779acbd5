extension DirectConvolution {
  package func beginGradients(
    _ operands: ConvolutionGradients, scratch: UnsafeMutablePointer<Float>
  ) {
    room(scratch).kernelGradient.update(repeating: 0, count: kernel.elements)
  }

  package func addGradients(
    block: Int, _ operands: ConvolutionGradients, scratch: UnsafeMutablePointer<Float>
  ) {
    let room = room(scratch)
    let lines = lines(of: block)
    for image in images(of: block, examples: operands.examples) {
      let gradient =
        operands.outputGradient
        + (image * window.output.height + lines.lowerBound) * window.output.width * filters
      if operands.kernelGradient != nil {
        let source = self.source(
          of: lines, in: operands.images + image * window.inputCount, room)
        addKernelGradient(source, lines.count, gradient, room)
      }
      guard let inputGradient = operands.inputGradient else { continue }
      if lines.lowerBound == 0 {
        room.imageGradient.update(repeating: 0, count: border.elements)
      }
      addPatchGradients(lines, gradient, operands.kernel, room)
      if lines.upperBound == window.output.height {
        border.copyInside(of: room.imageGradient, into: inputGradient + image * window.inputCount)
      }
    }
  }

  /// `kernelGradient += patchesᵀ · outputGradient` for some lines.
  private func addKernelGradient(
    _ source: (values: UnsafePointer<Float>, pitch: Int), _ lines: Int,
    _ gradient: UnsafePointer<Float>, _ room: Room
  ) {
    let kernel = kernel
    if !hasWholeLanes {
      LaneRows(rows: lines * window.output.width, columns: filters)
        .widen(gradient, into: room.outputs, stride: kernel.width)
    }
    RegisterProduct(
      lines: window.size.height, rows: kernel.wideRun, columns: kernel.columns, runs: lines,
      run: window.output.width / kernel.outputs,
      a: .init(
        values: source.values, line: window.dilation.height * source.pitch, row: 1,
        run: window.stride.height * source.pitch, step: step),
      b: .init(values: hasWholeLanes ? gradient : UnsafePointer(room.outputs), row: kernel.columns),
      c: .init(
        values: room.kernelGradient, line: kernel.wideRun * kernel.row, row: kernel.row),
      start: .target
    ).multiply()
  }

  /// Adds the gradients of the patches of some lines, `outputGradient · kernelᵀ`, to the pixels they
  /// were taken from.
  private func addPatchGradients(
    _ lines: Range<Int>, _ gradient: UnsafePointer<Float>, _ kernel: UnsafePointer<Float>,
    _ room: Room
  ) {
    let row = self.kernel.transposedRow
    var gradient = gradient
    for line in lines {
      var first = 0
      while first < window.output.width {
        let count = min(pixelsPerChunk, window.output.width - first)
        RegisterProduct(
          rows: count, columns: self.kernel.transposedColumns, run: filters,
          a: .init(values: gradient, row: filters), b: .init(values: kernel, row: row),
          c: .init(values: room.patches, row: row)
        ).multiply()
        scatter(first..<first + count, of: line, room)
        gradient += count * filters
        first += count
      }
    }
  }

  /// Adds patches to the lines that they overlap on. What lies beyond a row of the window is zero.
  private func scatter(_ columns: Range<Int>, of line: Int, _ room: Room) {
    let pitch = border.pitch
    let top = room.imageGradient + line * window.stride.height * pitch
    let width = run.wholeLanes
    for column in columns {
      var source = room.patches + (column - columns.lowerBound) * kernel.transposedRow
      var target = top + column * window.stride.width * window.channels
      for _ in 0..<window.size.height {
        var index = 0
        while index < width {
          (target + index).lanes += (source + index).lanes
          index += Lanes.scalarCount
        }
        source += width
        target += window.dilation.height * pitch
      }
    }
  }

  package func endGradients(
    _ operands: ConvolutionGradients, scratch: UnsafeMutablePointer<Float>
  ) {
    guard let kernelGradient = operands.kernelGradient else { return }
    kernel.gradient(of: room(scratch).kernelGradient, into: kernelGradient)
  }
}
