"""Hashes the pictures named in a list as a script around the peers does: `hash_peer.py phash|pdqhash LIST`.

One line each: the hash in hexadecimal, and the path.
"""

import sys


def phash():
    import imagehash
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    return lambda path: str(imagehash.phash(Image.open(path)))


def pdqhash():
    import cv2
    import numpy
    import pdqhash

    cv2.setNumThreads(1)

    def compute(path: str) -> str:
        vector, _ = pdqhash.compute(cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB))
        return numpy.packbits(vector).tobytes().hex()

    return compute


if __name__ == "__main__":
    compute = {"phash": phash, "pdqhash": pdqhash}[sys.argv[1]]()
    for path in open(sys.argv[2]).read().splitlines():
        print(compute(path), path)
