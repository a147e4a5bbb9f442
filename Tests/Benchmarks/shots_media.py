"""Makes clips whose shot boundaries are known to the frame, from real footage, real pictures and generated patterns.

The clips are synthetic joins: what is joined is partly real, where and how it is joined is drawn by a seeded generator
and made by ffmpeg (concat and xfade). Each set has takes, pictures and seconds of the street of its own, so that
what a detector was tuned on is not what it is measured on.
"""

import concurrent.futures
import json
import pathlib
import random
import subprocess

REVISION = 4
EXAMPLES = pathlib.Path("/usr/share/doc/opencv-doc/examples/data")
RATE = 25
# One picture, shown on and on.
STILL = f"loop=loop=-1:size=1:start=0,setpts=N/{RATE}/TB"
# Takes without a cut inside: first frame and frame count of Megamind.avi.
TAKES = [(3, 94), (100, 53), (156, 43), (202, 66)]
PICTURES = """Blender_Suzanne1.jpg HappyFish.jpg WindowsLogo.jpg aero1.jpg aloeL.jpg apple.jpg baboon.jpg
basketball1.png board.jpg
box_in_scene.png building.jpg butterfly.jpg cards.png chicky_512.png ela_original.jpg
ellipses.jpg fruits.jpg graf1.png home.jpg imageTextR.png left.jpg left01.jpg left07.jpg leuvenA.jpg
licenseplate_motion.jpg messi5.jpg
opencv-logo.png orange.jpg pca_test1.jpg pic1.png pic3.png pic6.png rubberwhale1.png smarties.png squirrel_cls.jpg
starry_night.jpg stuff.jpg sudoku.png text_defocus.jpg text_motion.jpg""".split()
# Seed, clips (width and height), transitions in each.
SETS = {
    "dev": (11, [(640, 360)] * 4, 30),
    "test": (29, [(640, 360)] * 9 + [(1280, 720)], 42),
}
WIPES = ["wipeleft", "wiperight", "wipeup", "wipedown", "slideleft", "circleopen", "smoothright"]


def ffmpeg(arguments: list[object], data: bytes | None = None) -> bytes:
    words = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-threads", "1", *map(str, arguments)]
    if data is not None:
        words.remove("-nostdin")
    return subprocess.run(words, input=data, check=True, stdout=subprocess.PIPE).stdout


class Clip:
    """One clip: its takes, and between them its transitions."""

    def __init__(self, path: pathlib.Path, part: str, seed: str, size: tuple[int, int], count: int) -> None:
        self.path, self.part, self.count = path, part, count
        self.width, self.height = size
        self.random = random.Random(seed)
        self.bytes = self.width * self.height * 3 // 2
        half = 0 if part == "dev" else 1
        self.pictures = PICTURES[half::2]
        self.takes = TAKES[half::2]
        self.last = ""

    def make(self) -> None:
        out = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{self.width}x{self.height}", "-r", RATE, "-i", "-"]
        command = ["ffmpeg", "-v", "error", "-y", *map(str, out), "-c:v", "libx264", "-threads", "1"]
        partial = self.path.with_suffix(".part.mp4")
        with subprocess.Popen([*command, str(partial)], stdin=subprocess.PIPE) as encoder:
            truth = self.write(encoder.stdin)
            encoder.stdin.close()
        if encoder.returncode != 0:
            raise SystemExit(f"{self.path}: the encoder failed")
        self.path.with_suffix(".json").write_text(json.dumps(truth))
        partial.rename(self.path)

    def write(self, pipe) -> list[dict]:
        truth: list[dict] = []
        position = 0
        held = self.segment()
        for _ in range(self.count):
            following = self.segment()
            kind, middle, used = self.transition(held, following)
            kept = held[: len(held) - used * self.bytes]
            pipe.write(kept)
            position += len(kept) // self.bytes
            length = len(middle) // self.bytes
            pipe.write(middle)
            if kind == "cut":
                truth.append({"kind": kind, "start": position, "end": position})
            elif kind == "gap":
                truth.append({"kind": kind, "start": position, "end": position + length})
            else:
                truth.append({"kind": kind, "start": position, "end": position + length - 1})
            position += length
            held = following[used * self.bytes :]
        pipe.write(held)
        return truth

    def transition(self, before: bytes, after: bytes) -> tuple[str, bytes, int]:
        """Its kind, its frames, and how many frames of each side it takes."""
        draw = self.random.random()
        black = b"\x10" * (self.width * self.height) + b"\x80" * (self.width * self.height // 2)
        if draw < 0.50:
            return "cut", b"", 0
        if draw < 0.56:
            return "gap", black * self.random.randint(5, 12), 0
        if draw < 0.62:
            length, dark = self.random.randint(8, 14), self.random.randint(2, 10)
            out = self.filtered(before[-length * self.bytes :], f"fade=t=out:s=0:n={length}")
            back = self.filtered(after[: length * self.bytes], f"fade=t=in:s=0:n={length}")
            return "fade", out + black * dark + back, length
        if draw < 0.84:
            return "dissolve", *self.crossed(before, after, "fade", self.random.randint(6, 25))
        if draw < 0.91:
            name = self.random.choice(["fadeblack", "fadeblack", "fadewhite"])
            return "fade", *self.crossed(before, after, name, self.random.randint(14, 25))
        return "wipe", *self.crossed(before, after, self.random.choice(WIPES), self.random.randint(10, 22))

    def crossed(self, before: bytes, after: bytes, name: str, steps: int) -> tuple[bytes, int]:
        count = steps + 1
        raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{self.width}x{self.height}", "-r", RATE]
        files = []
        for side, data in (("a", before[-count * self.bytes :]), ("b", after[: count * self.bytes])):
            files.append(self.path.with_suffix(f".{side}.yuv"))
            files[-1].write_bytes(data)
        graph = f"[0][1]xfade=transition={name}:duration={steps / RATE}:offset=0"
        inputs = [word for file in files for word in [*raw, "-i", file]]
        made = ffmpeg([*inputs, "-filter_complex", graph, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"])
        for file in files:
            file.unlink()
        if len(made) != count * self.bytes:
            raise SystemExit(f"xfade made {len(made) // self.bytes} frames of {count}")
        return made, count

    def filtered(self, data: bytes, graph: str) -> bytes:
        raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{self.width}x{self.height}", "-r", RATE]
        return ffmpeg([*raw, "-i", "-", "-vf", graph, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"], data)

    def segment(self) -> bytes:
        """A take of its own, never of the scene before."""
        while True:
            name, source, graph, limit = self.draw()
            if name != self.last:
                break
        self.last = name
        # Room for a transition on both sides and some frames between.
        count = min(self.random.randint(62, 84), limit)
        if limit < 62:
            graph = f"loop=loop=-1:size={limit}:start=0,{graph}" if limit < 20 else graph
            graph = f"setpts=PTS*{62 / limit:.3f},fps={RATE},{graph}"
            count = 62
        graph += "".join(f",{effect}" for effect in self.effects(count))
        inputs = list(source)
        if self.random.random() < 0.15:
            picture = self.random.choice(self.pictures)
            inputs += ["-i", EXAMPLES / picture]
            side = self.height // 3
            speed = self.width * self.random.uniform(0.4, 1.6) / count * self.random.choice([-1, 1])
            begin = -side if speed > 0 else self.width
            graph = (
                f"[0]{graph}[back];[1]scale={side}:{side},{STILL}[front];"
                f"[back][front]overlay=x='{begin}+n*{speed:.2f}':y={self.random.randint(0, self.height - side)}"
            )
        graph += f",fps={RATE},setsar=1,format=yuv420p"
        options = ["-filter_complex", graph, "-frames:v", count, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"]
        made = ffmpeg([*inputs, *options])
        if len(made) < count * self.bytes:
            made += made[-self.bytes :] * (count - len(made) // self.bytes)
        return made

    def draw(self) -> tuple[str, list, str, int]:
        """A scene's name, its input, its filters and how many frames it has."""
        size = f"{self.width}:{self.height}"
        fit = f"scale={size}:force_original_aspect_ratio=increase,crop={size}"
        mirror = ",hflip" if self.random.random() < 0.5 else ""
        drawn = self.random.random()
        if drawn < 0.2:
            start, count = self.random.choice(self.takes)
            source = ["-ss", f"{start / 23.976:.3f}", "-i", EXAMPLES / "Megamind.avi"]
            return f"take{start}", source, f"setpts=N/{RATE}/TB,{fit}{mirror}", count
        if drawn < 0.38:
            first = (0 if self.part == "dev" else 40) + self.random.uniform(0, 24)
            column, row = self.random.choice([(0, 0), (1, 0), (0, 1), (1, 1)])
            crop = f"crop=400:300:{column * 360}:{row * 270}"
            source = ["-ss", f"{first:.1f}", "-i", EXAMPLES / "vtest.avi"]
            return f"street{column}{row}", source, f"setpts=N/{RATE}/TB,{crop},{fit}{mirror}", 130
        if drawn < 0.43:
            source = ["-i", EXAMPLES / "tree.avi"]
            return "tree", source, f"setpts=N/{RATE}/TB,{fit}{mirror}", 68
        if drawn < 0.55:
            name = self.random.choice(["testsrc2", "mandelbrot", "gradients"])
            seed = f":seed={self.random.randint(1, 9)}" if name == "gradients" else ""
            source = ["-f", "lavfi", "-i", f"{name}=size={self.width}x{self.height}:rate={RATE}{seed}"]
            return name, source, "null", 130
        picture = self.random.choice(self.pictures)
        source = ["-i", EXAMPLES / picture]
        return picture, source, self.motion(), 130

    def motion(self) -> str:
        """How a camera moves over a picture."""
        width, height = self.width, self.height
        grown = f"{width * 3 // 2 // 2 * 2}:{height * 3 // 2 // 2 * 2}"
        big = f"scale={grown}:force_original_aspect_ratio=increase,{STILL}"
        drawn = self.random.random()
        if drawn < 0.2:
            fit = f"scale={width}:{height}:force_original_aspect_ratio=increase,crop={width}:{height}"
            return f"{fit},{STILL}"
        if drawn < 0.45:
            step = self.random.uniform(0.0006, 0.003)
            return f"{big},zoompan=z='min(1+on*{step:.5f},1.5)':d=1:fps={RATE}:s={width}x{height}"
        if drawn < 0.8:
            speed = self.random.uniform(0.5, 9) * width / 640
            travel = f"abs(mod(n*{speed:.2f},2*(iw-ow))-(iw-ow))"
            return f"{big},crop={width}:{height}:x='{travel}':y='(ih-oh)/2'"
        reach = self.random.uniform(2, 10) * width / 640
        shake = f"x='(iw-ow)/2+{reach:.1f}*sin(n*1.7)':y='(ih-oh)/2+{reach:.1f}*sin(n*1.1+1)'"
        return f"{big},crop={width}:{height}:{shake}"

    def effects(self, count: int) -> list[str]:
        made = []
        if self.random.random() < 0.15:
            made.append(f"eq=brightness='0.12*sin(n/{self.random.randint(6, 14)})':eval=frame")
        if self.random.random() < 0.3:
            made.append(f"noise=alls={self.random.randint(6, 22)}:allf=t:all_seed={self.random.randint(1, 9999)}")
        if self.random.random() < 0.25:
            for _ in range(self.random.randint(1, 3)):
                first = self.random.randint(28, count - 30)
                last = first + self.random.randint(0, 2)
                made.append(f"lutyuv=y='val*0.35+150':enable='between(n,{first},{last})'")
        return made


def make(folder: pathlib.Path, part: str, jobs: int = 2) -> list[pathlib.Path]:
    """Makes the clips of a set that are not there yet; their truth lies beside them as JSON."""
    seed, sizes, count = SETS[part]
    folder = folder / f"{part}-{REVISION}"
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{index:02}.mp4" for index in range(len(sizes))]
    clips = [
        Clip(path, part, f"{seed}/{index}", sizes[index], count)
        for index, path in enumerate(paths)
        if not path.exists()
    ]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        list(pool.map(Clip.make, clips))
    return paths

