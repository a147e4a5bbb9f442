"""A copy of infra/aws whose provider speaks to servers on loopback, and those servers: ministack, and moto for what
ministack does not know."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
REGION = "us-east-1"
ACCOUNT = "000000000000"
SEARCH_CIDR = "198.51.100.0/24"
START_SECONDS = 60
STOP_SECONDS = 20

# ministack does not know Application Auto Scaling; its DescribeAlarms leaves out most of what an alarm is; and its
# service discovery wants the namespace where the provider does not say it.
MOTO_SERVICES = ["applicationautoscaling", "cloudwatch", "servicediscovery"]
MINISTACK_SERVICES = [
    "acm", "budgets", "ec2", "ecr", "ecs", "elbv2", "iam", "kms", "lambda", "logs", "rds", "s3", "secretsmanager",
    "sns", "sqs", "sts", "wafv2",
]  # fmt: skip

VARIABLES = {
    "region": REGION,
    "image_tag": "test-1",
    "search_certificate_arn": f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/00000000-0000-0000-0000-000000000000",
    "search_ingress_cidrs": [SEARCH_CIDR],
    # Enough for the topology's own limits, which are what is checked.
    "database": {"instance_class": "db.m7g.2xlarge", "max_connections": 2500},
    "upload_origins": ["https://media.example.com"],
    "alarm_emails": ["operations@example.com"],
    "protect_data": False,
}


def mirror() -> pathlib.Path | None:
    """The first folder that holds the provider; None where Terraform must ask its registry."""
    named = os.environ.get("TF_PLUGIN_MIRROR")
    places = [pathlib.Path(named)] if named else []
    places += [pathlib.Path.home() / ".terraform.d/plugins", pathlib.Path("/usr/share/terraform/plugins")]
    places += sorted(pathlib.Path("/opt").glob("*plugins*"))
    return next((place for place in places if any(place.glob("*/hashicorp/aws"))), None)


def certificate(endpoints: dict[str, str]) -> str:
    """The ARN of a new certificate for Search."""
    body = json.dumps({"DomainName": "media.example.com"}).encode()
    request = urllib.request.Request(endpoints["acm"], body)
    request.add_header("Content-Type", "application/x-amz-json-1.1")
    request.add_header("X-Amz-Target", "CertificateManager.RequestCertificate")
    request.add_header("Authorization", f"AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/acm/aws4_request")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["CertificateArn"]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """A server of the Python environment, on a port of its own."""

    def __init__(self, name: str, arguments: list[str], folder: pathlib.Path, health: str, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"{name}.log"
        (folder / name).mkdir(parents=True, exist_ok=True)
        python = ROOT / ".local/venv/bin/python"
        settings = {key: value.replace("PORT", str(self.port)) for key, value in settings.items()}
        arguments = [argument.replace("PORT", str(self.port)) for argument in arguments]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [python, *arguments], stdout=log, stderr=log, cwd=folder / name, env=os.environ | settings
            )
        self._wait(name, health)

    def _wait(self, name: str, health: str) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(self.url + health, timeout=5).close()
                return
            time.sleep(0.2)
        self.stop()
        sys.exit(f"{name} did not start; its log is {self.log}")

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextlib.contextmanager
def servers(folder: pathlib.Path, moto: bool = True) -> Iterator[dict[str, str]]:
    """Runs the servers; gives their URLs by service of the provider."""
    subprocess.run([ROOT / "infra/local/environment"], check=True)
    folder.mkdir(parents=True, exist_ok=True)
    started: list[Server] = []
    try:
        settings = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": "PORT", "PERSIST_STATE": "0", "S3_PERSIST": "0"}
        settings |= {"IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0", "LOG_LEVEL": "WARNING"}
        script = str(HERE / "ministack_server.py")
        cloud = Server("ministack", [script], folder, "/_ministack/health", **settings)
        started.append(cloud)
        endpoints = dict.fromkeys(MINISTACK_SERVICES + MOTO_SERVICES, cloud.url)
        if moto:
            arguments = [str(HERE / "moto_server.py"), "-H", "127.0.0.1", "-p", "PORT"]
            second = Server("moto", arguments, folder, "/moto-api/data.json", MOTO_ACCOUNT_ID=ACCOUNT)
            started.append(second)
            endpoints |= dict.fromkeys(MOTO_SERVICES, second.url)
        yield endpoints
    finally:
        for server in started:
            server.stop()


class Workspace:
    """A copy of infra/aws in a folder, with its provider's endpoints on loopback."""

    def __init__(self, folder: pathlib.Path, endpoints: dict[str, str], **variables: object) -> None:
        if not shutil.which("terraform"):
            sys.exit("no terraform on the PATH: install 1.11 or later")
        self.folder = folder / "infra/aws"
        shutil.rmtree(folder / "infra", ignore_errors=True)
        ignored = shutil.ignore_patterns(".terraform*", "*.tfstate*", "*.tfvars", "backend.tf")
        shutil.copytree(ROOT / "infra/aws", self.folder, ignore=ignored)
        shutil.copy(ROOT / "infra/topology.json", folder / "infra")
        (self.folder / "loopback_override.tf.json").write_text(
            json.dumps({"provider": {"aws": [self._provider(endpoints)]}})
        )
        (self.folder / "terraform.tfvars.json").write_text(json.dumps(VARIABLES | variables))
        self._environment = os.environ | {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
        if found := mirror():
            settings = folder / "terraform.rc"
            settings.write_text(f'provider_installation {{\n  filesystem_mirror {{ path = "{found}" }}\n}}\n')
            self._environment["TF_CLI_CONFIG_FILE"] = str(settings)
        self.run("init", "-backend=false", quiet=True)

    @staticmethod
    def _provider(endpoints: dict[str, str]) -> dict:
        return {
            "access_key": "test", "secret_key": "test", "skip_credentials_validation": True,
            "skip_metadata_api_check": True, "s3_use_path_style": True, "max_retries": 3, "endpoints": [endpoints],
        }  # fmt: skip

    def run(
        self, command: str, *arguments: str, quiet: bool = False, check: bool = True
    ) -> subprocess.CompletedProcess:
        """Runs Terraform; what it prints is shown where it fails, or where it is not to be quiet."""
        # `state list` takes neither option.
        options = {"state": [], "show": ["-no-color"], "output": ["-no-color"]}.get(
            command, ["-input=false", "-no-color"]
        )
        done = subprocess.run(
            ["terraform", command, *options, *arguments],
            cwd=self.folder, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        if not quiet or (check and done.returncode):
            print(done.stdout, flush=True)
        if check and done.returncode:
            sys.exit(f"terraform {command} has failed")
        return done

    def plan(self) -> dict:
        """What Terraform would make, as JSON."""
        self.run("plan", "-out=test.tfplan", quiet=True)
        return json.loads(self.run("show", "-json", "test.tfplan", quiet=True).stdout)

    def outputs(self) -> dict:
        listed = json.loads(self.run("output", "-json", quiet=True).stdout)
        return {name: output["value"] for name, output in listed.items()}
