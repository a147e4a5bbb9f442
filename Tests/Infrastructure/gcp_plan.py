"""Plans infra/gcp without a provider and without an account: see provider_stub.py."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import provider_stub

INFRA = Path(__file__).resolve().parent.parent.parent / "infra"
PROJECT = "acme-media"
REGION = "europe-west1"
IMAGE = f"{REGION}-docker.pkg.dev/{PROJECT}/media/media@sha256:{'0' * 64}"
NUMBER = "123456789012"
PUBSUB_AGENT = f"serviceAccount:service-{NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com"
STORAGE_AGENT = f"serviceAccount:service-{NUMBER}@gs-project-accounts.iam.gserviceaccount.com"
ANSWERS = {
    "google_project": {"number": NUMBER, "project_id": PROJECT},
    "google_storage_project_service_account": {"email_address": STORAGE_AGENT.removeprefix("serviceAccount:")},
}


def account(planned: dict[str, Any]) -> dict[str, str]:
    email = f"{planned['account_id']}@{PROJECT}.iam.gserviceaccount.com"
    return {"email": email, "member": f"serviceAccount:{email}", "name": f"projects/{PROJECT}/serviceAccounts/{email}"}


# Names that a service makes of a resource's arguments, as its documentation says.
RULES: provider_stub.Rules = {
    "google_service_account": account,
    "google_pubsub_topic": lambda planned: {"id": f"projects/{PROJECT}/topics/{planned['name']}"},
    "google_pubsub_subscription": lambda planned: {"id": f"projects/{PROJECT}/subscriptions/{planned['name']}"},
    "google_secret_manager_secret": lambda planned: {"id": f"projects/{PROJECT}/secrets/{planned['secret_id']}"},
    "google_secret_manager_secret_version": lambda planned: {"version": "1"},
    "google_project_iam_custom_role": lambda planned: {"name": f"projects/{PROJECT}/roles/{planned['role_id']}"},
    "google_storage_hmac_key": lambda planned: {"access_id": f"GOOG{planned['service_account_email'].split('@')[0]}"},
    "google_sql_database_instance": lambda planned: {"private_ip_address": "10.30.0.3"},
    "random_id": lambda planned: {"hex": "a1b2c3"},
    "google_compute_network": lambda planned: {"id": f"projects/{PROJECT}/global/networks/{planned['name']}"},
    "google_compute_global_address": lambda planned: {"address": "10.30.0.0"},
    "google_cloud_run_v2_service": lambda planned: {"uri": f"https://{planned['name']}-x.a.run.app"},
}


class TerraformError(Exception):
    pass


class Workspace:
    """A copy of infra/gcp in which Terraform runs against the stubs."""

    def __init__(self, rules: provider_stub.Rules) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="media-gcp-"))
        shutil.copytree(INFRA / "gcp", self.folder / "gcp", ignore=shutil.ignore_patterns(".terraform*"))
        shutil.copy(INFRA / "topology.json", self.folder)
        self.root = self.folder / "gcp"
        # The state's bucket is not there; the commands' own settings are of no use here.
        (self.root / "backend_override.tf").write_text('terraform {\n  backend "local" {}\n}\n')
        (self.folder / "cli").touch()
        self.stubs = provider_stub.serve(ANSWERS, rules)
        self.environment = {
            **os.environ,
            **self.stubs.__enter__(),
            "TF_CLI_CONFIG_FILE": str(self.folder / "cli"),
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
        }
        self.run("init", "-input=false")

    def close(self) -> None:
        self.stubs.__exit__(None, None, None)
        shutil.rmtree(self.folder)

    def run(self, *arguments: str) -> str:
        colours = () if arguments[0] == "show" else ("-no-color",)
        command = ["terraform", f"-chdir={self.root}", arguments[0], *colours, *arguments[1:]]
        done = subprocess.run(command, env=self.environment, text=True, capture_output=True, timeout=300)
        if done.returncode != 0:
            raise TerraformError(f"terraform {' '.join(arguments)}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def plan(self, **variables: Any) -> dict[str, Any]:
        given = {"project": PROJECT, "region": REGION, "image": IMAGE, **variables}
        (self.root / "test.auto.tfvars.json").write_text(json.dumps(given))
        self.run("plan", "-input=false", "-refresh=false", "-out=plan")
        return json.loads(self.run("show", "-json", "plan"))


def resources(plan: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """What would be made of a type, by address."""
    return {
        change["address"]: change["change"]["after"]
        for change in plan["resource_changes"]
        if change["mode"] == "managed" and change["type"] == kind
    }
