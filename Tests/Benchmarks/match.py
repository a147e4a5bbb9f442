"""Finds copies among unrelated videos that share a black opening, a title and credits.

Twenty-one videos are made of real footage, pictures with a moving camera and synthetic sources, each with a sound of its
own; then copies of some: trimmed, encoded otherwise, letterboxed, re-scaled, within another video, with another sound.
All go one after another through what the stages run (MediaBenchmark match), and each pair found is held to what was
made. The joins and motions are synthetic, and the titles are the same frames in all.
"""
import argparse
import json
import os
import random
import statistics
import subprocess
import sys
from pathlib import Path

import stub

DATA = Path("/usr/share/doc/opencv-doc/examples/data")
FOLDER = Path(".local/benchmarks/match")
SIZE, RATE = "480x270", 25
OFFSET_LIMIT, OFFSET_AIM = 0.5, 0.25
ORIGINAL_COUNT = 21
BLACK, TITLE, CREDITS = 2.0, 4.0, 12.0
ENCODE = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "128k",
          "-ar", "44100", "-ac", "2"]
SENTENCES = [
    "The harbour opens at nine and the boats leave in the order of their numbers",
    "Every measurement was taken twice and the smaller one was written down",
    "Nobody had seen the old map since the library burned in the winter",
    "Take two cups of flour and a little salt and wait until the water boils",
    "The train to the north stops at every village but the last one",
    "Our neighbours built a wall of stone around the orchard on the hill",
    "A signal is sampled and held and then it is compared with the next",
    "She counted the windows of the tower and found one too many",
    "In spring the river carries the ice past the mill and under the bridge",
    "The committee asked for a report about the cost of the new roof",
    "Seven engineers agreed on the design and one of them changed his mind",
    "The garden was quiet until the children found the gate unlocked",
]


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, arguments)], check=True)


def make(path, *arguments):
    """Makes a file once: a run that was broken off leaves none of that name."""
    if path.exists():
        return path
    part = path.with_name("part-" + path.name)
    ffmpeg(*arguments, part)
    part.rename(path)
    return path


def duration(path):
    answer = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", path],
                            check=True, capture_output=True, text=True)
    return float(answer.stdout)


def camera(picture, seconds, number):
    """A camera that moves over a picture; two of three also come nearer."""
    frames = int(seconds * RATE)
    zoom = ["1.6", "1.2+0.9*on/%d" % frames, "2.1-0.9*on/%d" % frames][number % 3]
    across = ["(iw-iw/zoom)*on/%d" % frames, "(iw-iw/zoom)*(1-on/%d)" % frames, "(iw-iw/zoom)/2"][number // 3 % 3]
    down = ["(ih-ih/zoom)*on/%d" % frames, "(ih-ih/zoom)*(1-on/%d)" % frames][number // 2 % 2]
    return ["-loop", "1", "-i", picture], (
        f"scale=960:540:force_original_aspect_ratio=increase,crop=960:540,"
        f"zoompan=z='{zoom}':x='{across}':y='{down}':d={frames}:s={SIZE}:fps={RATE},trim=duration={seconds}")


def sources():
    """What videos are made of, each used once: (inputs, filter, seconds)."""
    found = []
    for start in range(0, 72, 6):
        found.append((["-ss", str(start), "-t", "6", "-i", DATA / "vtest.avi"], "null", 6.0, "fixed"))
    for start in range(0, 10, 5):
        found.append((["-ss", str(start), "-t", "5", "-i", DATA / "Megamind.avi"], "null", 5.0, "film"))
    for start in range(0, 24, 6):
        found.append((["-ss", str(start), "-t", "6", "-i", DATA / "tree.avi"], "null", 6.0, "tree"))
    left_out = {"mask.png", "templ.png", "tmpl.png", "pca_test1.jpg", "gradient.png", "detect_blob.png", "alphabet_36.txt",
                "rubberwhale2.png", "basketball2.png", "leuvenB.jpg", "aloeR.jpg", "aloeGT.png", "graf3.png",
                "ela_modified.jpg", "Blender_Suzanne2.jpg", "box.png", "aero3.jpg", "opencv-logo-white.png",
                "opencv-logo.png", "text_motion.jpg", "imageTextR.png"}
    pictures = [p for p in sorted(DATA.iterdir()) if p.suffix in (".jpg", ".png") and p.name not in left_out
                and not (p.stem.startswith(("left", "right")) and p.stem not in ("left05",))]
    for number, picture in enumerate(pictures):
        inputs, filters = camera(picture, 5.0, number)
        found.append((inputs, filters, 5.0, "picture"))
    for number in range(8):
        source = [f"mandelbrot=size={SIZE}:rate={RATE}:start_scale={2.2 - number * 0.2}:end_pts=200",
                  f"cellauto=size={SIZE}:rate={RATE}:rule={[110, 30, 90, 150][number // 2 % 4]}:random_seed={number}",
                  f"life=size=320x180:rate={RATE}:seed={number}:ratio=0.2:mold=10:life_color=#C83232:death_color=#202060"
                  ][number % 3]
        found.append((["-f", "lavfi", "-t", "5", "-i", source], "null", 5.0, "synthetic"))
    return found


def speech(number):
    """A sound of its own for every number: somebody says words in disorder, over notes of a tune."""
    path = FOLDER / f"sound-{number}.wav"
    chosen = random.Random(number)
    pool = sorted({word for sentence in SENTENCES for word in sentence.split()})
    text = ". ".join(" ".join(chosen.sample(pool, 9)) for _ in range(8))
    voice = ["kal", "slt", "rms", "awb"][number % 4]
    words = FOLDER / f"words-{number}.txt"
    words.write_text(text)
    note = f"floor(12*abs(sin({number + 1}.7*floor(3*t)+{number})))"
    tune = f"0.08*sin(2*PI*220*pow(2\\,{note}/12)*t)"
    return make(path, "-f", "lavfi", "-i", f"flite=textfile={words}:voice={voice}", "-f", "lavfi", "-t", "40", "-i",
                f"aevalsrc='{tune}':s=16000", "-filter_complex",
                "[0]aresample=16000,apad=whole_dur=40[a];[a][1]amix=duration=shortest:normalize=0[o]", "-map", "[o]",
                "-t", "40")


def common():
    """The opening, title and credits of every video."""
    black = make(FOLDER / "black.mp4", "-f", "lavfi", "-i", f"color=black:s={SIZE}:r={RATE}", "-f", "lavfi", "-i",
                 "anullsrc=r=44100:cl=stereo", "-t", BLACK, *ENCODE)
    logo = DATA / "opencv-logo.png"
    title = make(FOLDER / "title.mp4", "-loop", "1", "-i", logo, "-f", "lavfi", "-i",
                 "aevalsrc='0.3*sin(2*PI*(300+200*floor(t*3))*t)':s=44100", "-filter_complex",
                 f"[0]scale=800:800,zoompan=z='1+on/80':d=100:s={SIZE}:fps={RATE},hue=h=10*t[v]",
                 "-map", "[v]", "-map", "1", "-t", TITLE, *ENCODE)
    lines = "\n\n".join(f"{job} by {name}" for job in ("Directed", "Written", "Lit", "Cut", "Sung", "Painted")
                        for name in ("A Miller", "B Smith", "C Baker", "D Cook"))
    text = FOLDER / "credits.txt"
    text.write_text(lines)
    credits = make(FOLDER / "credits.mp4", "-f", "lavfi", "-i", f"color=black:s={SIZE}:r={RATE}", "-f", "lavfi", "-i",
                   "aevalsrc='0.2*sin(2*PI*(220+55*floor(mod(t*2,7)))*t)+0.1*sin(2*PI*(440+110*floor(mod(t*3,5)))*t)':s=44100",
                   "-filter_complex",
                   f"[0]drawtext=textfile={text}:fontcolor=white:fontsize=34:x=(w-tw)/2:y=h-90*t[v]",
                   "-map", "[v]", "-map", "1", "-t", CREDITS, *ENCODE)
    return black, title, credits


def body(number, parts):
    """An original's own part: some sources one after another, with its own sound."""
    inputs, filters, total = [], [], 0.0
    for index, (source, chain, seconds, _) in enumerate(parts):
        inputs += source
        filters.append(f"[{index}:v]{chain},fps={RATE},scale={SIZE.replace('x', ':')},setsar=1,trim=duration={seconds},"
                       f"setpts=PTS-STARTPTS[v{index}]")
        total += seconds
    joined = "".join(f"[v{index}]" for index in range(len(parts)))
    filters.append(f"{joined}concat=n={len(parts)}:v=1:a=0[v]")
    return make(FOLDER / f"body-{number:02}.mp4", *inputs, "-i", speech(number), "-filter_complex", ";".join(filters),
                "-map", "[v]", "-map", f"{len(parts)}:a", "-t", total, *ENCODE), total


def joined(path, *pieces):
    inputs = [argument for piece in pieces for argument in ("-i", piece)]
    chains = ";".join(f"[{index}:v]fps={RATE},scale={SIZE.replace('x', ':')},setsar=1[v{index}];"
                      f"[{index}:a]aresample=44100[a{index}]" for index in range(len(pieces)))
    labels = "".join(f"[v{index}][a{index}]" for index in range(len(pieces)))
    return make(path, *inputs, "-filter_complex", f"{chains};{labels}concat=n={len(pieces)}:v=1:a=1[v][a]",
                "-map", "[v]", "-map", "[a]", *ENCODE)


def originals():
    rest = sources()
    random.Random(4).shuffle(rest)
    opening = common()
    made = []
    for number in range(ORIGINAL_COUNT):
        count = 4 if len(rest) >= 4 * (ORIGINAL_COUNT - number) else 3
        parts, rest = rest[:count], rest[count:]
        if len(parts) < 2:
            raise SystemExit("there is too little footage in opencv-doc")
        content, seconds = body(number, parts)
        path = joined(FOLDER / f"original-{number:02}.mp4", *opening[:2], content, opening[2])
        made.append((path, content, seconds))
    return made


def copies(made):
    """Copies of originals: (path, of, [(start here, start there, length)], relations that are right)."""
    head = BLACK + TITLE
    out = []

    def add(name, number, segments, relations, *arguments):
        path = make(FOLDER / name, *arguments)
        out.append((path, made[number][0], segments, relations))

    for number in (0, 1, 2):
        source, _, seconds = made[number]
        start = head + 1.4 + number
        length = seconds + CREDITS - 3 - 1.4 - number
        add(f"trimmed-{number}.mp4", number, [(0, start, length)], {"trimmed"}, "-ss", start, "-i", source, "-t", length,
            "-c:v", "libx264", "-preset", "veryfast", "-crf", "24", "-c:a", "aac", "-b:a", "96k")
    whole = lambda number: [(0, 0, duration(made[number][0]))]
    codecs = [("mpeg4", ["-c:v", "mpeg4", "-b:v", "350k", "-c:a", "libmp3lame", "-b:a", "64k"], "avi"),
              ("mjpeg", ["-c:v", "mjpeg", "-q:v", "12", "-pix_fmt", "yuvj420p", "-c:a", "flac"], "mkv"),
              ("mpeg2", ["-c:v", "mpeg2video", "-b:v", "800k", "-c:a", "mp2", "-b:a", "96k"], "ts")]
    for number, (name, options, suffix) in enumerate(codecs, 3):
        add(f"transcoded-{name}.{suffix}", number, whole(number), {"transcode"}, "-i", made[number][0], *options)
    add("padded-letterbox.mp4", 6, whole(6), {"transcode"}, "-i", made[6][0], "-vf", "pad=iw:iw*3/4:0:(oh-ih)/2", *ENCODE)
    add("padded-pillarbox.mp4", 7, whole(7), {"transcode"}, "-i", made[7][0], "-vf", "pad=ih*2.2:ih:(ow-iw)/2:0", *ENCODE)
    add("padded-both.mp4", 8, whole(8), {"transcode"}, "-i", made[8][0], "-vf", "pad=800:600:80:120", *ENCODE)
    add("scaled-down.mp4", 9, whole(9), {"transcode"}, "-i", made[9][0], "-vf", "scale=256:144,fps=15", *ENCODE)
    add("scaled-up.mp4", 10, whole(10), {"transcode"}, "-i", made[10][0], "-vf", "scale=1280:720", *ENCODE)
    add("scaled-otherwise.mp4", 11, whole(11), {"transcode"}, "-i", made[11][0], "-vf", "scale=480:360,setsar=1,fps=30",
        *ENCODE)
    for place, number, host in ((0, 12, 13), (1, 14, 15), (2, 16, 17)):
        content, seconds = made[number][1], made[number][2]
        around, host_seconds = made[host][1], made[host][2]
        cut = host_seconds / 2
        first = make(FOLDER / f"host-{host}-a.mp4", "-i", around, "-t", cut, *ENCODE)
        second = make(FOLDER / f"host-{host}-b.mp4", "-ss", cut, "-i", around, *ENCODE)
        path = joined(FOLDER / f"embedded-{place}.mp4", first, content, second)
        at, length = duration(first), duration(content)
        out.append((path, made[number][0], [(at, head, length)], {"contained", "trimmed"}))
        out.append((path, made[host][0], [(0, head, at), (at + length, head + at, host_seconds - at)],
                    {"contained", "trimmed", "transcode", "overlaid"}))
    for number in (18, 19):
        other = speech(40 + number)
        add(f"other-sound-{number}.mp4", number, whole(number), {"overlaid"}, "-i", made[number][0], "-i", other,
            "-filter_complex", "[1:a]apad[a]", "-map", "0:v", "-map", "[a]", "-shortest", *ENCODE)
    add("watermarked.mp4", 20, whole(20), {"transcode", "overlaid"}, "-i", made[20][0], "-i", DATA / "opencv-logo-white.png",
        "-filter_complex", "[1]scale=90:-1[l];[0][l]overlay=W-w-20:20[v]", "-map", "[v]", "-map", "0:a", *ENCODE)
    return out


def is_right(expected, found):
    """The found segment for an expected one: its offset error, and the share of it that was found."""
    start, there, length = expected
    best = None
    for here, other, size in found:
        covered = min(start + length, here + size) - max(start, here)
        if covered > 0 and (best is None or covered > best[1]):
            best = ((other - here) - (there - start), covered)
    return best and (abs(best[0]), sum(
        max(0, min(start + length, h + s) - max(start, h)) for h, o, s in found
        if abs((o - h) - (there - start)) <= OFFSET_LIMIT) / length)


def main():
    argparse.ArgumentParser(prog="Tests/Benchmarks/run match", description=__doc__).parse_args()
    program = stub.build("MediaBenchmark")
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = originals()
    expected = copies(made)
    paths = [path for path, _, _ in made] + list(dict.fromkeys(path for path, *_ in expected))
    answer = json.loads(subprocess.run([program, "match", *map(str, paths)], check=True,
                                       stdout=subprocess.PIPE, text=True).stdout)
    (FOLDER / "answer.json").write_text(json.dumps(answer, indent=1))
    pairs = {}
    for pair in answer["pairs"]:
        pairs[frozenset((pair["first"], pair["second"]))] = pair
    wanted = {frozenset((path.name, of.name)): (path, of, segments, relations)
              for path, of, segments, relations in expected}
    # Two embeddings share nothing; a copy shares with what its original is embedded in, and that is right too.
    allowed = set(wanted)
    errors, found_count, total, right, missing = [], 0, 0, 0, []
    for key, (path, of, segments, relations) in wanted.items():
        pair = pairs.get(key)
        total += len(segments)
        if pair is None:
            missing.append(f"{path.name} of {of.name}: not found")
            continue
        right += pair["relation"] in relations
        if pair["relation"] not in relations:
            missing.append(f"{path.name} of {of.name}: told to be {pair['relation']}")
        by_basis = {}
        for evidence in pair["evidence"]:
            by_basis[evidence["by"]] = [
                ((s["startMilliseconds"], s["otherStartMilliseconds"]) if pair["first"] == path.name else
                 (s["otherStartMilliseconds"], s["startMilliseconds"])) + (s["lengthMilliseconds"],)
                for s in evidence["segments"]]
        found = [tuple(value / 1000 for value in s) for s in by_basis.get("picture") or by_basis.get("sound")]
        for segment in segments:
            best = is_right(segment, found)
            if best is None:
                missing.append(f"{path.name} of {of.name}: {segment} not found")
                continue
            errors.append(best[0])
            found_count += best[0] <= OFFSET_LIMIT and best[1] >= 0.5
            if best[0] > OFFSET_LIMIT or best[1] < 0.5:
                missing.append(f"{path.name} of {of.name}: {segment} off by {best[0]:.2f} s, {best[1]:.0%} found")
    false = [pair for key, pair in pairs.items() if key not in allowed]
    seconds = sum(duration(path) for path in paths)
    fingerprint = sum(f["fingerprintSeconds"] for f in answer["files"])
    match = sum(f["matchSeconds"] for f in answer["files"])
    print(f"{ORIGINAL_COUNT} unrelated videos and {len(paths) - ORIGINAL_COUNT} made from them, {seconds:.0f} s in all;"
          f" {BLACK + TITLE:.0f} s of opening and {CREDITS:.0f} s of credits are common to the first")
    rows = [
        ("segments found", f"{found_count} of {total}", "all", found_count == total),
        ("offset error, median", f"{statistics.median(errors):.3f} s", f"{OFFSET_AIM} s",
         statistics.median(errors) <= OFFSET_AIM),
        ("offset error, worst", f"{max(errors):.3f} s", f"{OFFSET_LIMIT} s", max(errors) <= OFFSET_LIMIT),
        ("relations right", f"{right} of {len(wanted)}", "all", right == len(wanted)),
        ("false merges", str(len(false)), "0", not false),
        ("CPU to fingerprint", f"{fingerprint:.1f} s, {seconds / fingerprint:.0f}x real time", "", True),
        ("CPU to match", f"{match:.2f} s, {match / len(paths) * 1000:.0f} ms a file", "", True),
    ]
    print("| what | result | goal | |\n| --- | --- | --- | --- |")
    for name, result, goal, passed in rows:
        print(f"| {name} | {result} | {goal} | {'' if not goal else 'met' if passed else 'MISSED'} |")
    for line in missing:
        print(f"missed: {line}")
    for pair in false:
        shared = [(e["by"], e["coverage"], e["otherCoverage"], e["segments"]) for e in pair["evidence"]]
        print(f"false: {pair['first']} and {pair['second']}: {pair['relation']} {shared}")
    return 0 if all(passed for *_, passed in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
