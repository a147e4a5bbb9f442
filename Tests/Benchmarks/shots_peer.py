"""PySceneDetect with its default settings over one file; prints where its scenes begin, in frames, as JSON."""

import json
import sys

import scenedetect

detectors = {"adaptive": scenedetect.AdaptiveDetector, "content": scenedetect.ContentDetector}
scenes = scenedetect.detect(sys.argv[2], detectors[sys.argv[1]]())
print(json.dumps([start.frame_num for start, _ in scenes[1:]]))
