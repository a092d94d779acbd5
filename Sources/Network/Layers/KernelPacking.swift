import Numerics

/// Lays a kernel out as the right factor of products.
enum KernelPacking {
  case panels(PanelPacking)
  case bfloat16(BFloat16Packing)

  var tileCount: Int {
    switch self {
    case .panels(let packing): packing.tileCount
    case .bfloat16(let packing): packing.tileCount
    }
  }

  /// Elements that it fills.
  var elements: Int {
    switch self {
    case .panels(let packing): packing.packed.elements
    case .bfloat16(let packing): packing.elements
    }
  }

  func pack(tile: Int) {
    switch self {
    case .panels(let packing): packing.pack(tile: tile)
    case .bfloat16(let packing): packing.pack(tile: tile)
    }
  }
}
