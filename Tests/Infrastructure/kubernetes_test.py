#!/usr/bin/env python3
"""Holds infra/kubernetes to the topology, to Kubernetes' schemas and to what must never be."""

from __future__ import annotations

import json
import shutil
import subprocess
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import yaml

INFRA = Path(__file__).resolve().parent.parent.parent / "infra"
KUBERNETES = INFRA / "kubernetes"
TOPOLOGY = json.loads((INFRA / "topology.json").read_text())
STAGES: dict[str, dict[str, Any]] = {stage["name"]: stage for stage in TOPOLOGY["stages"]}
SCHEMAS = json.loads((Path(__file__).parent / "keda-schema.json").read_text())
OVERLAYS = ("aws", "gcp")
# The oldest that has all that is used (a pod's sleep before it stops), and a recent one.
VERSIONS = ("1.30", "1.34")
QUEUES = {"aws": ("queueURL", "queueLength"), "gcp": ("subscriptionName", "value")}


def built(overlay: str) -> list[dict[str, Any]]:
    command = ["kubectl", "kustomize", str(KUBERNETES / "overlays" / overlay)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: {done.stderr}")
    return [document for document in yaml.safe_load_all(done.stdout) if document]


def pod(document: dict[str, Any]) -> dict[str, Any] | None:
    if document["kind"] in ("Deployment", "Job"):
        return document["spec"]["template"]
    return None


class GeneratedTests(unittest.TestCase):
    def test_what_is_made_of_the_topology_is_up_to_date(self) -> None:
        done = subprocess.run(
            [str(KUBERNETES / "generate"), "--check"], capture_output=True, text=True, check=False, timeout=60
        )
        self.assertEqual(done.returncode, 0, done.stderr)


@unittest.skipUnless(shutil.which("kubectl"), "kubectl is not installed: no overlay is built")
class OverlayTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.overlays = {overlay: built(overlay) for overlay in OVERLAYS}

    def of(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for overlay, documents in self.overlays.items():
            for document in documents:
                if document["kind"] == kind:
                    yield overlay, document

    def pods(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for overlay, documents in self.overlays.items():
            for document in documents:
                template = pod(document)
                if template:
                    yield f"{overlay} {document['metadata']['name']}", template

    def named(self, overlay: str, kind: str) -> dict[str, dict[str, Any]]:
        return {
            document["metadata"]["name"]: document for document in self.overlays[overlay] if document["kind"] == kind
        }

    # Schemas

    def test_every_object_is_of_kubernetes_or_keda_s_schema(self) -> None:
        for overlay, documents in self.overlays.items():
            self.assertGreater(len(documents), 40)
            for document in documents:
                if document["apiVersion"].startswith("keda.sh/"):
                    jsonschema.validate(document, SCHEMAS[document["kind"]])
                    continue
                for version in VERSIONS:
                    with self.subTest(overlay=overlay, name=document["metadata"]["name"], version=version):
                        kubernetes_validate.validate(document, version, strict=True)

    def test_a_misspelt_field_is_refused(self) -> None:
        deployment = json.loads(json.dumps(next(document for _, document in self.of("Deployment"))))
        deployment["spec"]["template"]["spec"]["terminationGracePeriod"] = 1
        with self.assertRaises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(deployment, VERSIONS[0], strict=True)
        scaled = json.loads(json.dumps(next(document for _, document in self.of("ScaledObject"))))
        scaled["spec"]["triggers"][0]["metadata"]["queueLenght"] = "1"
        with self.assertRaises(jsonschema.ValidationError):
            jsonschema.validate(scaled, SCHEMAS["ScaledObject"])

    def test_nothing_is_left_to_be_put_in(self) -> None:
        for overlay in OVERLAYS:
            text = json.dumps(self.overlays[overlay])
            for word in ("ACCOUNT", "PROJECT/", "@PROJECT", "HOST/", '"REGION"', '"BUCKET"', '"URL"', "local-config"):
                self.assertNotIn(word, text, overlay)
            for _, template in self.pods():
                for container in template["spec"]["containers"]:
                    self.assertRegex(container["image"], r"/media@sha256:[0-9a-f]{64}$")

    # The topology

    def test_each_stage_has_its_deployment_account_and_scale(self) -> None:
        for overlay in OVERLAYS:
            for kind in ("Deployment", "ServiceAccount", "ScaledObject"):
                names = set(self.named(overlay, kind))
                self.assertLessEqual({f"media-{name}" for name in STAGES}, names, f"{overlay} {kind}")
            self.assertEqual(set(self.named(overlay, "ScaledObject")), {f"media-{name}" for name in STAGES})

    def test_each_stage_is_scaled_as_the_topology_says(self) -> None:
        scaling = TOPOLOGY["scaling"]
        for overlay, document in self.of("ScaledObject"):
            stage = STAGES[document["metadata"]["name"].removeprefix("media-")]
            spec = document["spec"]
            self.assertEqual(spec["scaleTargetRef"], {"name": document["metadata"]["name"]})
            self.assertEqual((spec["minReplicaCount"], spec["maxReplicaCount"]), (stage["minTasks"], stage["maxTasks"]))
            self.assertEqual(spec["pollingInterval"], scaling["metricSeconds"])
            self.assertEqual(spec["cooldownPeriod"], scaling["inCooldownSeconds"])
            where, target = QUEUES[overlay]
            queues = {trigger["metadata"][where].rsplit("/", 1)[1] for trigger in spec["triggers"]}
            self.assertEqual(queues, {f"media-{stage['name']}", f"media-{stage['name']}-bulk"})
            targets = {trigger["metadata"][target] for trigger in spec["triggers"]}
            self.assertEqual(targets, {str(stage["backlogPerTask"])})
            authentications = self.named(overlay, "TriggerAuthentication")
            for trigger in spec["triggers"]:
                self.assertIn(trigger["authenticationRef"]["name"], authentications)

    def test_keda_alone_sets_a_stage_s_replicas(self) -> None:
        for _, document in self.of("Deployment"):
            self.assertNotIn("replicas", document["spec"])

    def test_each_stage_has_the_topology_s_resources(self) -> None:
        for overlay in OVERLAYS:
            deployments = self.named(overlay, "Deployment")
            for name, stage in STAGES.items():
                (container,) = deployments[f"media-{name}"]["spec"]["template"]["spec"]["containers"]
                resources = container["resources"]
                self.assertEqual(resources["requests"]["cpu"], f"{int(stage['cpus'] * 1000)}m")
                self.assertEqual(resources["requests"]["memory"], f"{stage['memoryMB']}Mi")
                self.assertEqual(resources["limits"]["memory"], f"{stage['memoryMB']}Mi")
                self.assertNotIn("cpu", resources["limits"])
                variables = {entry["name"]: entry.get("value") for entry in container["env"]}
                self.assertLess(int(variables["MEDIA_QUARANTINE_MEMORY_MB"]), stage["memoryMB"])

    # How pods run

    def test_every_pod_runs_without_rights(self) -> None:
        for where, template in self.pods():
            spec = template["spec"]
            self.assertEqual(spec["securityContext"]["runAsUser"], 10001, where)
            self.assertIs(spec["securityContext"]["runAsNonRoot"], True, where)
            self.assertEqual(spec["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"}, where)
            self.assertIs(spec["automountServiceAccountToken"], False, where)
            self.assertFalse({"hostNetwork", "hostPID", "hostIPC"} & set(spec), where)
            for volume in spec["volumes"]:
                self.assertNotIn("hostPath", volume, where)
            for container in spec["containers"]:
                context = container["securityContext"]
                self.assertIs(context["readOnlyRootFilesystem"], True, where)
                self.assertIs(context["allowPrivilegeEscalation"], False, where)
                self.assertEqual(context["capabilities"], {"drop": ["ALL"]}, where)
                mounts = {mount["mountPath"]: mount for mount in container["volumeMounts"]}
                self.assertIn("/tmp", mounts, where)
                self.assertTrue(all(mount.get("readOnly") for path, mount in mounts.items() if path != "/tmp"), where)
                self.assertIn("memory", container["resources"]["limits"], where)

    def test_workers_are_asked_whether_they_live_and_have_time_to_end(self) -> None:
        for _, document in self.of("Deployment"):
            name = document["metadata"]["name"].removeprefix("media-")
            spec = document["spec"]["template"]["spec"]
            (container,) = spec["containers"]
            self.assertGreaterEqual(spec["terminationGracePeriodSeconds"], 30, name)
            if name not in STAGES:
                self.assertIn("readinessProbe", container, name)
                continue
            for probe in ("startupProbe", "livenessProbe"):
                self.assertEqual(container[probe]["exec"]["command"], [f"media-{name}", "--healthy"])
            # The heartbeat is fresh for 60 s: no sooner than that can a worker be taken for dead.
            liveness = container["livenessProbe"]
            self.assertGreaterEqual(liveness["periodSeconds"] * liveness["failureThreshold"], 60)
            # What is at work may end; one that hangs is not waited for.
            variables = {entry["name"]: entry.get("value") for entry in container["env"]}
            stop = int(variables["MEDIA_STOP_SECONDS"])
            self.assertEqual(stop, min(STAGES[name]["timeoutSeconds"], 3600), name)
            self.assertEqual(spec["terminationGracePeriodSeconds"], stop + 45, name)
            self.assertEqual(liveness["terminationGracePeriodSeconds"], 45, name)
            self.assertIn({"name": "MEDIA_HEARTBEAT_FILE", "value": "/tmp/heartbeat"}, container["env"])

    def test_every_account_is_the_cloud_s_and_its_own(self) -> None:
        keys = {"aws": "eks.amazonaws.com/role-arn", "gcp": "iam.gke.io/gcp-service-account"}
        for overlay in OVERLAYS:
            identities = {}
            for name, account in self.named(overlay, "ServiceAccount").items():
                if name == "media-modelserver":  # needs nothing of the cloud
                    self.assertNotIn("annotations", account["metadata"])
                    continue
                identities[name] = account["metadata"]["annotations"][keys[overlay]]
                self.assertIn(name, identities[name])
            self.assertEqual(len(set(identities.values())), len(STAGES) + 2)
            users = [
                template["spec"]["serviceAccountName"] for where, template in self.pods() if where.startswith(overlay)
            ]
            self.assertEqual(len(users), len(set(users)))

    def test_no_secret_is_in_the_files(self) -> None:
        self.assertEqual(list(self.of("Secret")), [])
        for where, template in self.pods():
            for container in template["spec"]["containers"]:
                for entry in container.get("env", []):
                    if any(word in entry["name"] for word in ("PASSWORD", "SECRET", "KEY")):
                        self.assertIn("secretKeyRef", entry["valueFrom"], where)
        for overlay in OVERLAYS:
            settings = self.named(overlay, "ConfigMap")["media-settings"]["data"]
            self.assertNotRegex(settings["DATABASE_URL"], r"//[^@]*:[^@]*@")
            self.assertRegex(settings["DATABASE_URL"], r"sslmode=verify-(ca|full)&")

    def test_on_google_cloud_each_function_signs_with_its_own_key(self) -> None:
        for name, document in self.named("gcp", "Deployment").items():
            (container,) = document["spec"]["template"]["spec"]["containers"]
            secrets = [source["secretRef"]["name"] for source in container.get("envFrom", []) if "secretRef" in source]
            self.assertEqual(secrets, [] if name == "media-modelserver" else [f"{name}-store-key"])

    def test_search_is_restarted_for_itself_and_asked_only_where_its_database_answers(self) -> None:
        for overlay in OVERLAYS:
            (search,) = self.named(overlay, "Deployment")["media-search"]["spec"]["template"]["spec"]["containers"]
            paths = {probe: search[probe]["httpGet"]["path"] for probe in search if probe.endswith("Probe")}
            self.assertEqual(
                paths, {"startupProbe": "/live", "livenessProbe": "/live", "readinessProbe": "/health"}, overlay
            )

    def test_the_migration_knows_the_database(self) -> None:
        for overlay in OVERLAYS:
            (migrate,) = self.named(overlay, "Job")["media-migrate"]["spec"]["template"]["spec"]["containers"]
            self.assertIn({"configMapRef": {"name": "media-settings"}}, migrate["envFrom"])
            self.assertIn("DATABASE_URL", self.named(overlay, "ConfigMap")["media-settings"]["data"])
            self.assertIn("PGPASSWORD", {entry["name"] for entry in migrate["env"]})

    # The network

    def test_on_google_cloud_names_are_resolved_on_the_node_too(self) -> None:
        policy = self.named("gcp", "NetworkPolicy")["media-names-on-the-node"]["spec"]
        self.assertEqual(policy["podSelector"], {})
        (rule,) = policy["egress"]
        blocks = {to["ipBlock"]["cidr"] for to in rule["to"]}
        self.assertEqual(blocks, {"169.254.20.10/32", "169.254.169.254/32"})
        self.assertEqual({(port["protocol"], port["port"]) for port in rule["ports"]}, {("UDP", 53), ("TCP", 53)})

    def test_nothing_comes_in_but_to_search_and_from_callers_of_models(self) -> None:
        for overlay in OVERLAYS:
            policies = self.named(overlay, "NetworkPolicy")
            deny = policies["media-deny"]["spec"]
            self.assertEqual(deny, {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]})
            doors = {name for name, policy in policies.items() if policy["spec"].get("ingress")}
            self.assertEqual(doors, {"media-search", "media-modelserver"})

    def test_only_those_who_ask_models_may(self) -> None:
        for where, template in self.pods():
            name = where.split()[1].removeprefix("media-")
            asks = name == "search" or bool(STAGES.get(name, {}).get("models"))
            self.assertEqual(template["metadata"]["labels"].get("media/models") == "true", asks, where)
            uses = name != "modelserver"
            self.assertEqual(template["metadata"]["labels"].get("media/database") == "true", uses, where)

    def test_search_stays_up(self) -> None:
        for overlay in OVERLAYS:
            budget = self.named(overlay, "PodDisruptionBudget")["media-search"]["spec"]
            scale = self.named(overlay, "HorizontalPodAutoscaler")["media-search"]["spec"]
            search = self.named(overlay, "Deployment")["media-search"]["spec"]["template"]["metadata"]["labels"]
            self.assertLess(budget["maxUnavailable"], scale["minReplicas"])
            for selector in (
                budget["selector"]["matchLabels"],
                self.named(overlay, "Service")["media-search"]["spec"]["selector"],
            ):
                self.assertLessEqual(selector.items(), search.items())
            ingress = self.named(overlay, "Ingress")["media-search"]["spec"]
            self.assertEqual(ingress["tls"][0]["hosts"], [ingress["rules"][0]["host"]])


if __name__ == "__main__":
    unittest.main()
