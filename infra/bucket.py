"""The bucket's objects and the catalog's rows, side by side in psql."""

import collections.abc
import importlib.util
import os
import pathlib
import subprocess
import sys
import typing

ROOT = pathlib.Path(__file__).resolve().parents[1]


def fail(text: str) -> typing.NoReturn:
    sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {text}")


def need_boto3() -> None:
    """Goes on in the repository's virtual environment where this Python has no boto3."""
    if importlib.util.find_spec("boto3") is not None:
        return
    venv = ROOT / ".local/venv"
    if pathlib.Path(sys.prefix) == venv:
        fail("boto3 is missing in .local/venv: remove that folder, and run infra/local/environment")
    subprocess.run([ROOT / "infra/local/environment"], check=True)
    os.execv(venv / "bin/python", ["python", *sys.argv])


def client() -> typing.Any:
    import boto3

    return boto3.client("s3", endpoint_url=os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL"))


def pages(s3: typing.Any, bucket: str, prefixes: collections.abc.Iterable[str]) -> collections.abc.Iterator[list[dict]]:
    """The objects under the prefixes, a thousand at a time."""
    for prefix in prefixes:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            yield page.get("Contents", [])


def line(found: dict) -> str:
    """An object as a row of COPY's text format: a key may hold any character."""
    key = found["Key"].translate({92: r"\\", 9: r"\t", 10: r"\n", 13: r"\r"})
    return f"{key}\t{found['Size']}\t{found['LastModified'].isoformat()}\n"


def compare(
    database: str,
    variables: dict[str, str],
    objects: collections.abc.Iterator[list[dict]],
    statements: str,
) -> tuple[int, list[str]]:
    """Runs statements in one transaction that has the objects in the table `listed`, as one tenant.

    Returns how many objects there were, and psql's lines; ends the program where psql fails.
    """
    psql = os.path.join(os.environ["PG_BIN"], "psql") if os.environ.get("PG_BIN") else "psql"
    command = [psql, "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]
    command += [f"--set={name}={value}" for name, value in variables.items()] + [f"--dbname={database}"]
    count = 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            fail("psql has no pipes")
        try:
            process.stdin.write(
                "BEGIN;\nSELECT set_config('media.tenant', :'tenant', true) \\g /dev/null\n"
                'CREATE TEMP TABLE listed (key text COLLATE "C", byte_count bigint, modified timestamptz)'
                " ON COMMIT DROP;\nCOPY listed FROM STDIN;\n"
            )
            for page in objects:
                count += len(page)
                process.stdin.writelines(line(found) for found in page)
            process.stdin.write(f"\\.\nANALYZE listed;\n{statements}\nCOMMIT;\n")
            process.stdin.close()
        except BrokenPipeError:
            fail("psql has ended before all was said to it; nothing was changed")
        lines = process.stdout.read().splitlines()
    if process.returncode != 0:
        fail("the catalog could not be compared; nothing was changed")
    return count, lines
