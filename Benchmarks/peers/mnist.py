"""MNIST as arrays: images from 0 to 1 and labels."""

import struct

import numpy as np


def read(path):
    raw = path.read_bytes()
    shape = struct.unpack(f">{raw[3]}I", raw[4 : 4 + 4 * raw[3]])
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def load(folder, count):
    images = read(folder / f"images-{count}-idx3-ubyte").astype(np.float32) / 255
    return images, read(folder / f"labels-{count}-idx1-ubyte").astype(np.int64)
