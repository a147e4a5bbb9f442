#!/usr/bin/env python3
"""Holds infra/gcp to the topology, to the provider's schema and to what must never be."""

from __future__ import annotations

import json
import re
import shutil
import unittest
from collections import defaultdict
from pathlib import Path
from typing import Any

import hcl2
import yaml

import gcp_plan
from gcp_plan import INFRA, PROJECT, PUBSUB_AGENT, REGION, STORAGE_AGENT, resources

TOPOLOGY = json.loads((INFRA / "topology.json").read_text())
STAGES: dict[str, dict[str, Any]] = {stage["name"]: stage for stage in TOPOLOGY["stages"]}
FACTS = json.loads((Path(__file__).parent / "google-provider.json").read_text())
LANES = ("", "-bulk")
PREFIX = "media"
# The API that a resource is made by, by what its type begins with.
APIS = {
    "google_artifact_registry_": "artifactregistry",
    "google_billing_": "billingbudgets",
    "google_cloud_run_": "run",
    "google_compute_": "compute",
    "google_dns_": "dns",
    "google_kms_": "cloudkms",
    "google_logging_": "logging",
    "google_monitoring_": "monitoring",
    "google_parameter_manager_": "parametermanager",
    "google_project_iam_custom_role": "iam",
    "google_project_iam_member": "cloudresourcemanager",
    "google_project_service": "serviceusage",
    "google_pubsub_": "pubsub",
    "google_secret_manager_": "secretmanager",
    "google_service_account": "iam",
    "google_service_networking_": "servicenetworking",
    "google_sql_": "sqladmin",
    "google_storage_": "storage",
}
# Made by none: images are scanned, operators and workers on GKE act as an account, collectors send traces.
OTHER_APIS = {"containerscanning", "iamcredentials", "cloudtrace"}
# Arguments of Terraform's own, which every resource takes.
META = {"count", "for_each", "depends_on", "lifecycle", "provider"}
FULL = {
    "kms_key": f"projects/{PROJECT}/locations/{REGION}/keyRings/media/cryptoKeys/media",
    "search": {"domain": "search.example.com"},
    "collector_image": "example/collector@sha256:" + "1" * 64,
    "operators": ["group:operators@example.com"],
    "upload_origins": ["https://upload.example.com"],
    "internet": True,
    "alert_emails": ["media@example.com"],
    "budget": {"account": "000000-000000-000000", "amount": 5000},
}


def member(name: str) -> str:
    return f"serviceAccount:{PREFIX}-{name}@{PROJECT}.iam.gserviceaccount.com"


def queue(path: str) -> str:
    """projects/P/topics/media-probe-bulk -> probe-bulk"""
    return path.rsplit("/", 1)[1].removeprefix(f"{PREFIX}-")


def grants(plan: dict[str, Any]) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Every grant of the plan: address, member, role, and the whole of it."""
    return [
        (address, grant["member"], grant["role"], grant)
        for kind in sorted({change["type"] for change in plan["resource_changes"] if "_iam_" in change["type"]})
        if kind != "google_project_iam_custom_role"
        for address, grant in resources(plan, kind).items()
    ]


class SourceTests(unittest.TestCase):
    """What the files say, read without Terraform."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.files = {path: hcl2.loads(path.read_text()) for path in sorted((INFRA / "gcp").rglob("*.tf"))}

    def declared(self, word: str = "resource"):
        for path, content in self.files.items():
            for entry in content.get(word, []):
                for kind, named in entry.items():
                    for name, body in named.items():
                        yield f"{path.relative_to(INFRA)}: {clean(kind)}.{clean(name)}", clean(kind), body

    def check(self, where: str, body: dict[str, Any], facts: dict[str, Any], top: bool) -> list[str]:
        wrong = []
        given = set()
        for key, value in body.items():
            name = clean(key)
            if name.startswith("__") or (top and name in META):
                continue
            if name == "dynamic":
                for entry in value:
                    for block, inner in entry.items():
                        given.add(clean(block))
                        if clean(block) not in facts["blocks"]:
                            wrong.append(f"{where} has no block {clean(block)}")
                            continue
                        for content in inner["content"]:
                            wrong += self.check(
                                f"{where}.{clean(block)}", content, facts["blocks"][clean(block)], False
                            )
                continue
            given.add(name)
            if name in facts["blocks"]:
                for content in value if isinstance(value, list) else [value]:
                    wrong += self.check(f"{where}.{name}", content, facts["blocks"][name], False)
            elif name not in facts["attributes"]:
                wrong.append(f"{where} has no argument {name}")
            elif facts["attributes"][name]["is"] == "computed":
                wrong.append(f"{where}: {name} can't be set")
        needed = {name for name, attribute in facts["attributes"].items() if attribute["is"] == "required"}
        needed |= {name for name, block in facts["blocks"].items() if block["min"] > 0}
        return wrong + [f"{where} needs {name}" for name in sorted(needed - given)]

    def test_every_argument_is_one_of_the_provider_s_schema(self) -> None:
        wrong = []
        count = 0
        for word, part in (("resource", "resources"), ("data", "data")):
            for where, kind, body in self.declared(word):
                provider = kind.split("_")[0]
                self.assertIn(
                    kind, FACTS[provider][part], f"run Tests/Infrastructure/provider_schema.py: {kind} is new"
                )
                wrong += self.check(where, body, FACTS[provider][part][kind], True)
                count += 1
        self.assertGreater(count, 60)
        self.assertEqual(wrong, [])

    def test_the_provider_is_pinned_to_the_version_of_the_schema(self) -> None:
        text = (INFRA / "gcp" / "versions.tf").read_text()
        for provider in ("google", "random"):
            self.assertRegex(
                text, rf'source +=.*hashicorp/{provider}"\n +version += "{re.escape(FACTS[provider]["version"])}"'
            )

    def test_every_api_that_a_resource_is_made_by_is_enabled_before(self) -> None:
        root = (INFRA / "gcp" / "main.tf").read_text()
        (enabled,) = re.findall(r"\n  services = \[(.*?)\]", root, re.DOTALL)
        enabled = set(re.findall(r'"(\w+)"', enabled))
        first = (INFRA / "gcp" / "README.md").read_text().partition("\n2. ")[0]
        by_hand = set(re.findall(r"(\w+)\.googleapis\.com", first))
        needed = set()
        for where, kind, _ in self.declared():
            if kind.startswith("google_"):
                apis = {api for begin, api in APIS.items() if kind.startswith(begin)}
                self.assertEqual(len(apis), 1, f"{where}: which API is it made by?")
                needed |= apis
        self.assertLessEqual(needed, enabled | by_hand)
        self.assertEqual(enabled - needed, OTHER_APIS)
        waits = [body for entry in self.files[INFRA / "gcp" / "main.tf"]["module"] for body in entry.values()]
        waits += [body for where, kind, body in self.declared() if where.startswith("gcp/main.tf")]
        self.assertGreater(len(waits), 8)
        for body in waits:
            if clean(body.get("service", "")) != "${each.value}.googleapis.com":
                self.assertIn("google_project_service.this", str(body.get("depends_on")))

    def test_what_holds_data_can_not_be_destroyed_by_mistake(self) -> None:
        guarded = {kind for _, kind, body in self.declared() if "prevent_destroy" in str(body.get("lifecycle"))}
        self.assertEqual(guarded, {"google_storage_bucket", "google_sql_database_instance"})

    def test_the_scaler_s_instance_counts_are_left_alone(self) -> None:
        for where, kind, body in self.declared():
            if kind == "google_cloud_run_v2_worker_pool":
                self.assertIn("manual_instance_count", str(body["lifecycle"]), where)


def clean(name: str) -> str:
    return name.strip('"')


@unittest.skipUnless(shutil.which("terraform"), "terraform is not installed: nothing is planned")
class PlanTests(unittest.TestCase):
    """What Terraform would make."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.workspace = gcp_plan.Workspace(gcp_plan.RULES)
        cls.addClassCleanup(cls.workspace.close)
        cls.workspace.run("validate")
        cls.plan = cls.workspace.plan()
        cls.full = cls.workspace.plan(**FULL)
        cls.plans = (cls.plan, cls.full)

    # Queues

    def test_each_stage_has_two_lanes_and_dead_letters(self) -> None:
        names = {f"{PREFIX}-{stage}{suffix}" for stage in STAGES for suffix in (*LANES, "-dlq")}
        for kind in ("google_pubsub_topic", "google_pubsub_subscription"):
            self.assertEqual({made["name"] for made in resources(self.plan, kind).values()}, names)

    def test_each_subscription_of_a_lane_has_its_lease_dead_letters_retries_and_retention(self) -> None:
        for made in resources(self.plan, "google_pubsub_subscription").values():
            name = made["name"].removeprefix(f"{PREFIX}-")
            self.assertEqual(queue(made["topic"]), name)
            self.assertEqual(made["expiration_policy"], [{"ttl": ""}], name)
            self.assertIsNone(made["enable_exactly_once_delivery"], name)
            if name.endswith("-dlq"):
                self.assertEqual(made["dead_letter_policy"], [])
                self.assertEqual(made["message_retention_duration"], "2678400s")
                continue
            stage = STAGES[name.removesuffix("-bulk")]
            self.assertEqual(made["ack_deadline_seconds"], stage["leaseSeconds"])
            self.assertEqual(made["message_retention_duration"], "1209600s")
            (policy,) = made["dead_letter_policy"]
            self.assertEqual(queue(policy["dead_letter_topic"]), f"{stage['name']}-dlq")
            self.assertEqual(policy["max_delivery_attempts"], 100)
            self.assertEqual(len(made["retry_policy"]), 1)

    def test_pubsub_may_move_messages_to_their_dead_letters(self) -> None:
        publishes = {
            queue(grant["topic"])
            for grant in resources(self.plan, "google_pubsub_topic_iam_member").values()
            if grant["member"] == PUBSUB_AGENT and grant["role"] == "roles/pubsub.publisher"
        }
        acknowledges = {
            queue(grant["subscription"])
            for grant in resources(self.plan, "google_pubsub_subscription_iam_member").values()
            if grant["member"] == PUBSUB_AGENT and grant["role"] == "roles/pubsub.subscriber"
        }
        self.assertEqual(publishes, {f"{stage}-dlq" for stage in STAGES})
        self.assertEqual(acknowledges, {f"{stage}{lane}" for stage in STAGES for lane in LANES})

    def test_uploads_are_told_to_ingest(self) -> None:
        told = {}
        for made in resources(self.plan, "google_storage_notification").values():
            told[made["object_name_prefix"]] = queue(made["topic"])
            self.assertEqual(made["payload_format"], "JSON_API_V1")
            self.assertEqual(set(made["event_types"]), {"OBJECT_FINALIZE", "OBJECT_DELETE", "OBJECT_ARCHIVE"})
        self.assertEqual(told, {"uploads/": "ingest", "bulk/": "ingest-bulk"})
        by_storage = {
            queue(grant["topic"])
            for grant in resources(self.plan, "google_pubsub_topic_iam_member").values()
            if grant["member"] == STORAGE_AGENT
        }
        self.assertEqual(by_storage, {"ingest", "ingest-bulk"})

    # Access

    def test_each_function_reaches_its_own_queues_alone(self) -> None:
        takes, sends, describes = defaultdict(set), defaultdict(set), defaultdict(set)
        for _, who, role, grant in grants(self.full):
            if "subscription" in grant:
                (takes if role == "roles/pubsub.subscriber" else describes)[who].add(queue(grant["subscription"]))
                self.assertIn(role, {"roles/pubsub.subscriber", "roles/pubsub.viewer"})
            elif "topic" in grant:
                sends[who].add(queue(grant["topic"]))
                self.assertEqual(role, "roles/pubsub.publisher")
        for name, stage in STAGES.items():
            own = {f"{name}{lane}" for lane in LANES}
            to = {f"{receiver}{lane}" for receiver in (name, "publish", *stage["sends"]) for lane in LANES}
            self.assertEqual(takes[member(name)], own, name)
            self.assertEqual(sends[member(name)], to | {f"{name}-dlq"}, name)
            self.assertEqual(describes[member(name)], own | to | {f"{name}-dlq"}, name)
        self.assertEqual(takes[member("operator")], {f"{name}-dlq" for name in STAGES})
        agents = {PUBSUB_AGENT, STORAGE_AGENT}
        known = {member(name) for name in (*STAGES, "operator")} | agents
        self.assertEqual(set(takes) | set(sends) | set(describes), known)

    def test_each_function_reaches_its_own_prefixes_alone(self) -> None:
        allowed = defaultdict(set)
        for _, who, role, grant in grants(self.full):
            if "bucket" not in grant:
                continue
            if role == f"projects/{PROJECT}/roles/media_list_objects":
                self.assertEqual(grant["condition"], [])
                continue
            (condition,) = grant["condition"]
            prefixes = re.findall(r'startsWith\("projects/_/buckets/[\w-]+/objects/([^"]+)"\)', condition["expression"])
            self.assertEqual(len(prefixes), condition["expression"].count("||") + 1)
            allowed[(who, role)] |= set(prefixes)
        for name, stage in STAGES.items():
            self.assertEqual(
                allowed[(member(name), "roles/storage.objectViewer")],
                {*stage["reads"], *stage["writes"], "payloads/"},
                name,
            )
            self.assertEqual(allowed[(member(name), "roles/storage.objectUser")], {*stage["writes"], "payloads/"}, name)
        self.assertEqual(allowed[(member("search"), "roles/storage.objectViewer")], {"derived/"})
        self.assertNotIn((member("search"), "roles/storage.objectUser"), allowed)
        self.assertEqual({role for _, role in allowed}, {"roles/storage.objectViewer", "roles/storage.objectUser"})

    def test_the_role_to_list_objects_can_do_no_more(self) -> None:
        (role,) = resources(self.plan, "google_project_iam_custom_role").values()
        self.assertEqual(role["permissions"], ["storage.objects.list"])

    def test_each_function_reads_its_own_secrets_alone(self) -> None:
        reads = defaultdict(set)
        for _, who, role, grant in grants(self.full):
            if "secret_id" in grant:
                self.assertEqual(role, "roles/secretmanager.secretAccessor")
                reads[who].add(grant["secret_id"].rsplit("/", 1)[-1])
        common = {f"{PREFIX}-database-password", f"{PREFIX}-database-authority", f"{PREFIX}-models"}
        for name in (*STAGES, "search"):
            self.assertEqual(reads[member(name)], common | {f"{PREFIX}-{name}-store-key", f"{PREFIX}-collector"}, name)
        self.assertEqual(reads[member("migrate")], common)
        self.assertEqual(reads[member("operator")], common | {f"{PREFIX}-operator-store-key"})
        self.assertEqual(reads[member("modelserver")], set())

    def test_nobody_has_a_basic_role_and_only_search_may_be_public(self) -> None:
        everybody = []
        for plan in self.plans:
            for address, who, role, _ in grants(plan):
                self.assertNotRegex(role, r"^roles/(owner|editor|viewer)$", address)
                self.assertNotRegex(role, r"admin", address)
                if who in ("allUsers", "allAuthenticatedUsers"):
                    everybody.append(address)
        self.assertEqual(everybody, ['module.search[0].google_cloud_run_v2_service_iam_member.invokers["allUsers"]'])

    def test_grants_on_the_whole_project_are_those_that_metrics_need(self) -> None:
        made = resources(self.full, "google_project_iam_member").values()
        found = {(grant["member"], grant["role"]) for grant in made}
        scaler = member("scaler")
        expected = {(scaler, "roles/monitoring.viewer"), (scaler, "roles/parametermanager.parameterViewer")}
        expected |= {
            (member(name), role)
            for name in (*STAGES, "search")
            for role in ("roles/monitoring.metricWriter", "roles/cloudtrace.agent", "roles/logging.logWriter")
        }
        self.assertEqual(found, expected)

    def test_only_the_model_server_asks_for_no_identity_and_it_is_internal(self) -> None:
        for plan in self.plans:
            for made in resources(plan, "google_cloud_run_v2_service").values():
                open_door = made["invoker_iam_disabled"] is True
                self.assertEqual(open_door, made["name"] == f"{PREFIX}-modelserver")
                self.assertNotEqual(made["ingress"], "INGRESS_TRAFFIC_ALL")
                if open_door:
                    self.assertEqual(made["ingress"], "INGRESS_TRAFFIC_INTERNAL_ONLY")

    def test_every_container_has_an_account_of_its_own(self) -> None:
        accounts = []
        for kind in ("google_cloud_run_v2_worker_pool", "google_cloud_run_v2_service"):
            accounts += [made["template"][0]["service_account"] for made in resources(self.plan, kind).values()]
        accounts += [
            made["template"][0]["template"][0]["service_account"]
            for made in resources(self.plan, "google_cloud_run_v2_job").values()
            if made["name"] != f"{PREFIX}-prepare"  # as `migrate`: both make what the tables need
        ]
        self.assertEqual(len(accounts), len(set(accounts)))
        self.assertEqual(len(accounts), len(STAGES) + 5)
        self.assertTrue(all(accounts))

    def test_nothing_comes_into_the_network_and_out_go_only_google_s_apis_and_the_database(self) -> None:
        for plan, internet in ((self.plan, False), (self.full, True)):
            rules = resources(plan, "google_compute_firewall").values()
            self.assertFalse([rule for rule in rules if rule["direction"] == "INGRESS" and rule["allow"]])
            self.assertEqual(
                [rule["source_ranges"] for rule in rules if rule["direction"] == "INGRESS"], [["0.0.0.0/0"]]
            )
            opened = {(rule["destination_ranges"][0], *rule["allow"][0]["ports"]) for rule in rules if rule["allow"]}
            self.assertEqual(opened, {("199.36.153.8/30", "443"), ("10.30.0.0/20", "5432")})
            closed = [rule for rule in rules if rule["direction"] == "EGRESS" and rule["deny"]]
            self.assertEqual(len(closed), 0 if internet else 1)
            self.assertEqual(len(resources(plan, "google_compute_router_nat")), 1 if internet else 0)

    # Data

    def test_the_bucket_is_private_versioned_and_cleaned(self) -> None:
        (made,) = resources(self.full, "google_storage_bucket").values()
        self.assertEqual(made["public_access_prevention"], "enforced")
        self.assertTrue(made["uniform_bucket_level_access"])
        self.assertEqual(made["versioning"], [{"enabled": True}])
        self.assertFalse(made["force_destroy"])
        self.assertEqual(made["encryption"], [{"default_kms_key_name": FULL["kms_key"]}])
        self.assertEqual(made["cors"][0]["origin"], FULL["upload_origins"])
        payloads = [
            rule["condition"][0]["age"]
            for rule in made["lifecycle_rule"]
            if rule["condition"][0]["matches_prefix"] == ["payloads/"]
        ]
        self.assertEqual(payloads, [35])

    def test_the_database_is_private_encrypted_and_backed_up(self) -> None:
        for plan in self.plans:
            (made,) = resources(plan, "google_sql_database_instance").values()
            (settings,) = made["settings"]
            (address,) = settings["ip_configuration"]
            self.assertIs(address["ipv4_enabled"], False)
            self.assertEqual(address["ssl_mode"], "ENCRYPTED_ONLY")
            self.assertEqual(address["authorized_networks"], [])
            self.assertTrue(address["private_network"])
            (backup,) = settings["backup_configuration"]
            self.assertTrue(backup["enabled"] and backup["point_in_time_recovery_enabled"])
            self.assertGreaterEqual(backup["backup_retention_settings"][0]["retained_backups"], 7)
            self.assertTrue(made["deletion_protection"] and settings["deletion_protection_enabled"])
            self.assertEqual(settings["availability_type"], "REGIONAL")
            self.assertGreaterEqual(int(made["database_version"].removeprefix("POSTGRES_")), 16)
        self.assertEqual(made["encryption_key_name"], FULL["kms_key"])

    def test_the_key_given_encrypts_what_it_can(self) -> None:
        for made in resources(self.full, "google_pubsub_topic").values():
            self.assertEqual(made["kms_key_name"], FULL["kms_key"])
        agents = {grant["member"] for grant in resources(self.full, "google_kms_crypto_key_iam_member").values()}
        self.assertEqual(len(agents), 4)

    def test_connections_that_workers_may_open_are_allowed(self) -> None:
        (made,) = resources(self.plan, "google_sql_database_instance").values()
        flags = {flag["name"]: flag["value"] for flag in made["settings"][0]["database_flags"]}
        alerts = resources(self.plan, "google_monitoring_alert_policy").values()
        (limit,) = [
            alert["conditions"][0]["condition_threshold"][0]["threshold_value"]
            for alert in alerts
            if "connections" in alert["display_name"]
        ]
        self.assertLess(limit, int(flags["max_connections"]))
        at_most = 20 + 2 * sum(
            most * min(STAGES[name]["concurrency"] + 1, 4) for name, most in self.most_workers(self.plan).items()
        )
        for made in resources(self.plan, "google_cloud_run_v2_service").values():
            if made["name"] == f"{PREFIX}-search":
                at_most += 2 * 4 * made["template"][0]["scaling"][0]["max_instance_count"]
        self.assertEqual(self.plan["planned_values"]["outputs"]["connections"]["value"], at_most)
        self.assertLessEqual(at_most, int(flags["max_connections"]))

    def most_workers(self, plan: dict[str, Any]) -> dict[str, int]:
        """By stage, what the scaler may set."""
        (made,) = resources(plan, "google_parameter_manager_parameter_version").values()
        scaled = [entry["spec"] for entry in yaml.safe_load(made["parameter_data"])["spec"]["scaledObjects"]]
        return {
            spec["scaleTargetRef"]["name"].rsplit("/", 1)[1].removeprefix(f"{PREFIX}-"): spec["maxReplicaCount"]
            for spec in scaled
        }

    def test_more_workers_than_the_database_has_connections_for_are_refused(self) -> None:
        wanted = {name: stage["maxTasks"] for name, stage in STAGES.items()}
        with self.assertRaisesRegex(gcp_plan.TerraformError, r"4660\s+connections"):
            self.workspace.plan(max_tasks=wanted)
        plan = self.workspace.plan(max_tasks=wanted, database={"connections": 4660})
        self.assertEqual(self.most_workers(plan), wanted)
        with self.assertRaisesRegex(gcp_plan.TerraformError, r"\d+\s+connections"):
            self.workspace.plan(scaler="none", instances={"scenes": 200})
        with self.assertRaisesRegex(gcp_plan.TerraformError, "max_tasks names stages"):
            self.workspace.plan(max_tasks={"scene": 1})

    # Functions

    def test_each_stage_is_a_worker_pool_of_the_topology_s_size(self) -> None:
        pools = {made["name"]: made for made in resources(self.plan, "google_cloud_run_v2_worker_pool").values()}
        self.assertEqual(set(pools), {f"{PREFIX}-{name}" for name in STAGES})
        for name, stage in STAGES.items():
            (template,) = pools[f"{PREFIX}-{name}"]["template"]
            (container,) = template["containers"]
            limits = container["resources"][0]["limits"]
            self.assertEqual(container["command"], [f"/usr/local/bin/media-{name}"])
            self.assertIn(limits["cpu"], {"1", "2", "4", "6", "8"})
            self.assertGreaterEqual(int(limits["cpu"]), stage["cpus"])
            self.assertEqual(int(limits["memory"].removesuffix("Mi")), max(512, stage["memoryMB"]))
            self.assertEqual(template["vpc_access"][0]["egress"], "ALL_TRAFFIC")
            variables = {entry["name"]: entry.get("value") for entry in container["env"]}
            self.assertLess(int(variables["MEDIA_QUARANTINE_MEMORY_MB"]), stage["memoryMB"])
            self.assertEqual(variables["DATABASE_URL"].partition("?")[2].split("&")[0], "sslmode=verify-ca")
            self.assertNotIn("password", variables["DATABASE_URL"])
            secret = {entry["name"] for entry in container["env"] if entry["value_source"]}
            self.assertEqual(secret, {"PGPASSWORD", "AWS_SECRET_ACCESS_KEY"})

    def test_the_scaler_follows_the_topology(self) -> None:
        (made,) = resources(self.plan, "google_parameter_manager_parameter_version").values()
        spec = yaml.safe_load(made["parameter_data"])["spec"]
        self.assertEqual(spec["pollingInterval"], TOPOLOGY["scaling"]["metricSeconds"])
        seen = set()
        for entry in (scaled["spec"] for scaled in spec["scaledObjects"]):
            name = entry["scaleTargetRef"]["name"].rsplit("/", 1)[1].removeprefix(f"{PREFIX}-")
            stage = STAGES[name]
            seen.add(name)
            self.assertEqual(entry["minReplicaCount"], stage["minTasks"])
            self.assertLessEqual(entry["maxReplicaCount"], stage["maxTasks"])
            waiting = {trigger["metadata"]["subscriptionName"].rsplit("/", 1)[1] for trigger in entry["triggers"]}
            self.assertEqual(waiting, {f"{PREFIX}-{name}{lane}" for lane in LANES})
            self.assertEqual(
                {trigger["metadata"]["value"] for trigger in entry["triggers"]}, {str(stage["backlogPerTask"])}
            )
            down = entry["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"]
            # Kubernetes' autoscaler takes no more than an hour.
            window = 3600 if stage["timeoutSeconds"] > 3600 else TOPOLOGY["scaling"]["inCooldownSeconds"]
            self.assertEqual(down["stabilizationWindowSeconds"], window)
        self.assertEqual(seen, set(STAGES))

    def test_each_job_knows_the_database(self) -> None:
        jobs = resources(self.plan, "google_cloud_run_v2_job").values()
        self.assertEqual(
            {made["name"] for made in jobs}, {f"{PREFIX}-{name}" for name in ("prepare", "migrate", "operator")}
        )
        for made in jobs:
            (container,) = made["template"][0]["template"][0]["containers"]
            self.assertLessEqual({"DATABASE_URL", "PGPASSWORD"}, {entry["name"] for entry in container["env"]})

    def test_search_is_not_restarted_for_its_database(self) -> None:
        (made,) = [
            made
            for made in resources(self.plan, "google_cloud_run_v2_service").values()
            if made["name"] == f"{PREFIX}-search"
        ]
        (container,) = made["template"][0]["containers"]
        for probe in ("startup_probe", "liveness_probe"):
            self.assertEqual(container[probe][0]["http_get"][0]["path"], "/live")

    def test_the_models_file_names_the_model_server(self) -> None:
        (made,) = [
            value
            for address, value in resources(self.plan, "google_secret_manager_secret_version").items()
            if address.endswith("google_secret_manager_secret_version.models[0]")
        ]
        models = json.loads(made["secret_data"])
        self.assertEqual(set(models["routes"]), {"embed", "transcribe", "readText"})
        for model in models["models"].values():
            self.assertRegex(model["url"], r"^https://media-modelserver[^/]*$")

    # What is watched

    def test_alerts_name_a_runbook_and_who_is_told(self) -> None:
        for made in resources(self.full, "google_monitoring_alert_policy").values():
            (runbook,) = re.findall(r"Runbook: infra/runbooks/([\w-]+\.md)$", made["documentation"][0]["content"])
            if (INFRA / "runbooks" / "README.md").exists():
                self.assertTrue((INFRA / "runbooks" / runbook).exists(), f"there is no infra/runbooks/{runbook}")
            (condition,) = made["conditions"]
            if condition["condition_threshold"]:
                self.assertIn("metric.type=", condition["condition_threshold"][0]["filter"])
        self.assertEqual(len(resources(self.full, "google_monitoring_notification_channel")), 1)

    def test_a_message_that_is_worked_on_is_not_taken_for_one_that_waits(self) -> None:
        conditions = [made["conditions"][0] for made in resources(self.plan, "google_monitoring_alert_policy").values()]
        ages = {}
        for condition in conditions:
            for threshold in condition["condition_threshold"]:
                if "oldest_unacked_message_age" in threshold["filter"]:
                    for name in re.findall(rf'subscription_id="{PREFIX}-(\w+)"', threshold["filter"]):
                        ages[name] = threshold["threshold_value"]
        self.assertEqual(ages, {name: stage["timeoutSeconds"] + 1800 for name, stage in STAGES.items()})
        # So long nobody waits to learn that no worker is there.
        (query,) = [
            query["query"] for condition in conditions for query in condition["condition_prometheus_query_language"]
        ]
        lanes = f'{{monitored_resource="pubsub_subscription",subscription_id=~"{PREFIX}-({"|".join(sorted(STAGES))})"}}'
        for metric in ("num_undelivered_messages", "ack_message_count", "mod_ack_deadline_message_count"):
            self.assertIn(f"pubsub_googleapis_com:subscription_{metric}{lanes}", query)

    def test_the_dashboard_is_whole(self) -> None:
        (made,) = resources(self.plan, "google_monitoring_dashboard").values()
        tiles = json.loads(made["dashboard_json"])["mosaicLayout"]["tiles"]
        self.assertEqual(len(tiles), 10)
        places = {(tile["xPos"], tile["yPos"]) for tile in tiles}
        self.assertEqual(len(places), len(tiles))
        filters = json.dumps(tiles)
        for stage in STAGES:
            self.assertIn(stage, filters)

    def test_there_is_a_budget_and_an_end_to_logs(self) -> None:
        (budget,) = resources(self.full, "google_billing_budget").values()
        self.assertEqual(budget["amount"][0]["specified_amount"][0]["units"], "5000")
        (logs,) = resources(self.full, "google_logging_project_bucket_config").values()
        self.assertEqual(logs["retention_days"], 30)

    # Variants

    def test_without_an_image_there_is_a_registry_and_no_container(self) -> None:
        plan = self.workspace.plan(image="")
        for kind in ("google_cloud_run_v2_worker_pool", "google_cloud_run_v2_service", "google_cloud_run_v2_job"):
            self.assertEqual(resources(plan, kind), {})
        self.assertEqual(len(resources(plan, "google_artifact_registry_repository")), 1)

    def test_on_kubernetes_each_account_acts_as_its_own_function(self) -> None:
        plan = self.workspace.plan(image="", kubernetes_namespace="media", internet=True)
        acts = {
            grant["member"].partition("/")[2].rstrip("]"): grant["service_account_id"].rsplit("/", 1)[1].split("@")[0]
            for grant in resources(plan, "google_service_account_iam_member").values()
        }
        self.assertEqual(acts, {f"{PREFIX}-{name}": f"{PREFIX}-{name}" for name in (*STAGES, "search", "migrate")})

    def test_with_a_fixed_number_of_workers_there_is_no_scaler(self) -> None:
        plan = self.workspace.plan(scaler="none", instances={"scenes": 7})
        pools = resources(plan, "google_cloud_run_v2_worker_pool").values()
        counts = {made["name"]: made["scaling"][0]["manual_instance_count"] for made in pools}
        self.assertEqual(counts["media-scenes"], 7)
        self.assertEqual(counts["media-probe"], 1)
        self.assertEqual(resources(plan, "google_parameter_manager_parameter"), {})

    def test_search_is_public_behind_a_rate_limit_or_not_at_all(self) -> None:
        self.assertEqual(resources(self.plan, "google_compute_security_policy"), {})
        (policy,) = resources(self.full, "google_compute_security_policy").values()
        limits = [rule for rule in policy["rule"] if rule["action"] == "throttle"]
        self.assertEqual(limits[0]["rate_limit_options"][0]["rate_limit_threshold"][0]["count"], 600)
        (backend,) = resources(self.full, "google_compute_backend_service").values()
        self.assertEqual(backend["protocol"], "HTTPS")

    def test_a_wrong_image_or_prefix_is_refused(self) -> None:
        for wrong in ({"image": "media:latest"}, {"prefix": "a-name-that-is-too-long"}, {"scaler": "other"}):
            with self.assertRaises(gcp_plan.TerraformError):
                self.workspace.plan(**wrong)


@unittest.skipUnless(shutil.which("terraform"), "terraform is not installed: nothing is planned")
class StubTests(unittest.TestCase):
    """That the stub refuses what the provider's schema does not know: a check that can't fail is none."""

    def setUp(self) -> None:
        self.workspace = gcp_plan.Workspace({})
        self.addCleanup(self.workspace.close)
        self.file = self.workspace.root / "modules" / "storage" / "main.tf"

    def test_what_is_known_only_after_the_apply_hinders_no_plan(self) -> None:
        self.assertGreater(len(self.workspace.plan()["resource_changes"]), 400)

    def test_a_misspelt_argument_a_missing_one_and_a_wrong_type_are_refused(self) -> None:
        text = self.file.read_text()
        for right, wrong in (
            ("public_access_prevention ", "public_access_preventon "),
            ('payload_format     = "JSON_API_V1"\n', ""),
            ("age = 7", 'age = "a week"'),
            ("versioning {\n", "versions {\n"),
        ):
            self.assertIn(right, text)
            self.file.write_text(text.replace(right, wrong))
            with self.assertRaises(gcp_plan.TerraformError, msg=wrong):
                self.workspace.run("validate")


if __name__ == "__main__":
    unittest.main()
