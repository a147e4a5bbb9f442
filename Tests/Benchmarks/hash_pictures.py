"""The pictures of the benchmark `hash`: real ones, out of Debian's and Python's packages, each scene once."""

import pathlib
import subprocess

PACKAGES = [
    "gnome-backgrounds",
    "lomiri-wallpapers-16.04",
    "lomiri-wallpapers-20.04",
    "mate-backgrounds",
    "plasma-workspace-wallpapers",
    "ukui-wallpapers",
]
OPENCV = pathlib.Path("/usr/share/doc/opencv-doc/examples/data")
SUFFIXES = {".jpg", ".png", ".webp"}

# Further pictures of a scene that is there already, drawn shapes, patterns and logos, what shows nothing without its
# transparency, and what is smaller than a thumbnail.
LEFT_OUT = {
    "Elephants_3840x2160.jpg", "Elephants_5640x3172.jpg", "MATE-Stripes-Light.png", "Ubuntu-Mate-Dark-no-logo.png",
    "Ubuntu-Mate-Radioactive-no-logo.png", "Ubuntu-Mate-Warm-no-logo.png", "screenshot.jpg", "screenshot.png",
    "vnc-l.webp", "aero3.jpg", "aloeGT.png", "aloeR.jpg", "basketball2.png", "box.png", "chessboard.png",
    "chessboard_GRAY.png", "chessboard_RGB.png", "Blender_Suzanne2.jpg", "detect_blob.png", "digits.png",
    "ela_modified.jpg", "gradient.png", "graf3.png", "imageTextR.png", "leuvenB.jpg", "left.jpg", "right.jpg",
    "mask.png", "ml.png", "notes.png", "opencv-logo-white.png", "rubberwhale2.png", "templ.png", "tmpl.png",
    "microaneurysms.png", "symbolic-l.webp", "wood-l.webp", "Arc-Colors-Transparent-Wallpaper.png", "Flow.png",
    "Gulp.png", "Silk.png", "Spring.png", "Waves.png", "MATE-Stripes-Dark.png", "Stripes.png", "opencv-logo.png",
    "logo.png", "cards.png", "pic1.png", "pic2.png", "pic3.png", "pic4.png", "pic5.png", "pic6.png",
    "motorcycle_right.png", "phantom.png", "pca_test1.jpg", "color.png", "horse.png",
}


def unpack(folder: pathlib.Path) -> pathlib.Path:
    """Downloads the packages once, and unpacks them without installing."""
    tree = folder / "tree"
    (folder / "packages").mkdir(parents=True, exist_ok=True)
    for name in PACKAGES:
        if not list((folder / "packages").glob(f"{name}_*.deb")):
            subprocess.run(["apt-get", "-q", "download", name], cwd=folder / "packages", check=True)
            archive = next((folder / "packages").glob(f"{name}_*.deb"))
            subprocess.run(["dpkg-deb", "-x", archive, tree], check=True)
    return tree


def find(folder: pathlib.Path, site_packages: pathlib.Path) -> list[pathlib.Path]:
    """Every picture once, the largest of a wallpaper's sizes, in a fixed order."""
    if not OPENCV.is_dir():
        subprocess.run(["apt-get", "-q", "-y", "install", "opencv-doc"], check=True)
    tree = unpack(folder)
    roots = [tree, OPENCV, site_packages / "skimage/data", site_packages / "sklearn/datasets/images"]
    found = []
    for root in roots:
        for path in sorted(root.rglob("*")):
            if path.suffix not in SUFFIXES or path.is_symlink() or path.name in LEFT_OUT or "images_dark" in path.parts:
                continue
            if path.name.endswith("-d.webp") or (path.parent == OPENCV and is_series(path.stem)):
                continue
            found.append(path)
    largest: dict[pathlib.Path, pathlib.Path] = {}
    others = []
    for path in found:
        if path.parent.name != "images" or "wallpapers" not in path.parts:
            others.append(path)
        elif path.parent not in largest or path.stat().st_size > largest[path.parent].stat().st_size:
            largest[path.parent] = path
    return others + list(largest.values())


def is_series(stem: str) -> bool:
    """The chessboards that calibrate two cameras: one of them is enough."""
    return stem[:-2] in ("left", "right") and stem != "left01"
