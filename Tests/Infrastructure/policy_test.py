#!/usr/bin/env python3
"""Checks what Terraform would make of infra/aws, by its plan's JSON: who may do what, what is open, encrypted, kept.

Without arguments it plans a new account, once with containers and a key of one's own, once with Lambda and the
services' keys; then it breaks the plan in known ways, and each of these must be noticed. With --plan it checks one
plan: after an apply nothing in it is unknown any more.
"""

import argparse
import copy
import json
import pathlib
import re
import sys
from collections.abc import Callable

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import terraform
from policies import PREFIX, arn, report, violations

# What is broken on purpose: a name, the resource's address, what is done to it, and the check that must see it.


def setting(name: str, value: object) -> Callable[[dict], None]:
    return lambda after: after.__setitem__(name, value)


def statement(change: Callable[[list[dict]], None], name: str = "policy") -> Callable[[dict], None]:
    def apply(after: dict) -> None:
        document = json.loads(after[name])
        change(document["Statement"])
        after[name] = json.dumps(document)

    return apply


def grant(action: str, resource: str) -> Callable[[dict], None]:
    return statement(lambda s: s.append({"Effect": "Allow", "Action": [action], "Resource": [resource]}))


def container(**changes: object) -> Callable[[dict], None]:
    sound = {
        "name": "probe", "readonlyRootFilesystem": True, "user": "10001",
        "linuxParameters": {"capabilities": {"drop": ["ALL"]}},
        "logConfiguration": {"logDriver": "awslogs"}, "environment": [], "stopTimeout": 60,
        "healthCheck": {"command": ["CMD", "media-probe", "--healthy"]},
    }  # fmt: skip
    return setting("container_definitions", json.dumps([sound | changes]))


def backlog(change: Callable[[str], str]) -> Callable[[dict], None]:
    def apply(after: dict) -> None:
        rule = after["target_tracking_scaling_policy_configuration"][0]["customized_metric_specification"][0]
        returned(rule["metrics"], change)

    return apply


def returned(metrics: list[dict], change: Callable[[str], str]) -> None:
    """Changes the expression that the others are for."""
    for metric in metrics:
        if metric["return_data"]:
            metric["expression"] = change(metric["expression"])


BACKLOG = 'module.functions.aws_appautoscaling_policy.backlog["probe"]'
PROBE = 'module.functions.module.task["probe"]'
PROBE_POLICY = f'{PROBE}.aws_iam_role_policy.run["pipeline"]'
PROBE_QUEUE = f'module.queues.aws_sqs_queue.lane["{PREFIX}-probe"]'
INGEST_POLICY = f'module.queues.aws_sqs_queue_policy.lane["{PREFIX}-ingest"]'
BALANCER_RULE = f'module.network.aws_vpc_security_group_ingress_rule.balancer["{terraform.SEARCH_CIDR}-443"]'
BREAKAGE: list[tuple[str, str, Callable[[dict], None], str]] = [
    ("any action", PROBE_POLICY, grant("s3:*", "arn:aws:s3:::media-000000000000-us-east-1"), "check_wildcards"),
    ("any resource", PROBE_POLICY, grant("secretsmanager:GetSecretValue", "*"), "check_wildcards"),
    ("another stage's queue", PROBE_POLICY, grant("sqs:ReceiveMessage", arn("media-embed")), "check_stage_roles"),
    (
        "another prefix",
        PROBE_POLICY,
        grant("s3:PutObject", "arn:aws:s3:::media-000000000000-us-east-1/derived/*"),
        "check_stage_roles",
    ),
    ("a right that is missing", PROBE_POLICY, statement(lambda s: s.pop(0)), "check_stage_roles"),
    ("a policy unseen", PROBE_POLICY, setting("policy", None), "check_unknown"),
    (
        "a queue for everybody",
        INGEST_POLICY,
        statement(lambda s: s[1].update(Principal="*")),
        "check_resource_policies",
    ),
    ("any account's bucket", INGEST_POLICY, statement(lambda s: s[1].pop("Condition")), "check_resource_policies"),
    ("a queue without TLS", INGEST_POLICY, statement(lambda s: s.pop(0)), "check_resource_policies"),
    (
        "a bucket without TLS",
        "module.storage.aws_s3_bucket_policy.media",
        statement(lambda s: s[0].pop("Condition")),
        "check_resource_policies",
    ),
    (
        "a public bucket",
        "module.storage.aws_s3_bucket_public_access_block.media",
        setting("block_public_policy", False),
        "check_buckets",
    ),
    (
        "one version",
        "module.storage.aws_s3_bucket_versioning.media",
        setting("versioning_configuration", [{"status": "Suspended"}]),
        "check_buckets",
    ),
    (
        "claim checks lost",
        "module.storage.aws_s3_bucket_lifecycle_configuration.media",
        lambda a: a["rule"][0]["expiration"][0].update(days=14),
        "check_buckets",
    ),
    (
        "uploads expire",
        "module.storage.aws_s3_bucket_lifecycle_configuration.media",
        lambda a: a["rule"][1].update(expiration=[{"days": 90}]),
        "check_buckets",
    ),
    (
        "one lane's events lost",
        "module.storage.aws_s3_bucket_notification.media",
        lambda a: a["queue"].pop(),
        "check_buckets",
    ),
    (
        "an open port",
        'module.network.aws_vpc_security_group_ingress_rule.database["workers"]',
        setting("cidr_ipv4", "0.0.0.0/0"),
        "check_open",
    ),
    (
        "another port",
        BALANCER_RULE,
        setting("to_port", 65535),
        "check_open",
    ),
    ("Search for everybody", BALANCER_RULE, setting("cidr_ipv4", "0.0.0.0/0"), "check_open"),
    ("a public database", "module.database.aws_db_instance.media", setting("publicly_accessible", True), "check_open"),
    (
        "a public task",
        'module.functions.aws_ecs_service.stage["probe"]',
        lambda a: a["network_configuration"][0].update(assign_public_ip=True),
        "check_open",
    ),
    (
        "Search without TLS",
        "module.search.aws_lb_listener.http",
        lambda a: a["default_action"][0].update(type="forward"),
        "check_open",
    ),
    ("no rate limit", "module.search.aws_wafv2_web_acl.search", setting("rule", []), "check_open"),
    (
        "a plain database",
        "module.database.aws_db_instance.media",
        setting("storage_encrypted", False),
        "check_encryption",
    ),
    (
        "a password in the state",
        "module.database.aws_secretsmanager_secret_version.media",
        setting("secret_string", "x"),
        "check_encryption",
    ),
    ("no backups", "module.database.aws_db_instance.media", setting("backup_retention_period", 0), "check_kept"),
    (
        "a database to be deleted",
        "module.database.aws_db_instance.media",
        setting("deletion_protection", False),
        "check_kept",
    ),
    ("logs for ever", f"{PROBE}.aws_cloudwatch_log_group.this", setting("retention_in_days", 0), "check_kept"),
    ("no dead letters", PROBE_QUEUE, setting("redrive_policy", None), "check_kept"),
    ("messages for a day", PROBE_QUEUE, setting("message_retention_seconds", 86_400), "check_kept"),
    (
        "another's dead letters",
        'module.queues.aws_sqs_queue_redrive_allow_policy.dead["probe"]',
        setting("redrive_allow_policy", '{"redrivePermission": "allowAll"}'),
        "check_kept",
    ),
    (
        "an alarm of another queue",
        'module.observability.aws_cloudwatch_metric_alarm.dead["probe"]',
        setting("dimensions", {"QueueName": "x"}),
        "check_alarms",
    ),
    (
        "the age of what is worked on",
        'module.observability.aws_cloudwatch_metric_alarm.oldest["media-probe"]',
        lambda a: returned(a["metric_query"], lambda text: "age"),
        "check_alarms",
    ),
    (
        "connections unwatched",
        'module.observability.aws_cloudwatch_metric_alarm.database["connections"]',
        setting("metric_name", "CPUUtilization"),
        "check_alarms",
    ),
    ("another weight of work", BACKLOG, backlog(lambda text: text.replace("333", "250")), "check_scaling"),
    ("late metrics as none", BACKLOG, backlog(lambda text: text.replace("REPEAT", "0")), "check_scaling"),
    (
        "late metrics as none, of the first task",
        'module.functions.aws_cloudwatch_metric_alarm.first["probe"]',
        lambda a: returned(a["metric_query"], lambda text: text.replace("REPEAT", "0")),
        "check_scaling",
    ),
    (
        "a first task that takes others away",
        'module.functions.aws_appautoscaling_policy.first["probe"]',
        lambda a: a["step_scaling_policy_configuration"][0].update(adjustment_type="ExactCapacity"),
        "check_scaling",
    ),
    (
        "other limits",
        'module.functions.aws_appautoscaling_target.stage["probe"]',
        setting("max_capacity", 1000),
        "check_scaling",
    ),
    (
        "a root to write to",
        f"{PROBE}.aws_ecs_task_definition.this",
        container(readonlyRootFilesystem=False),
        "check_containers",
    ),
    ("a root user", f"{PROBE}.aws_ecs_task_definition.this", container(user="0"), "check_containers"),
    ("no time to stop", f"{PROBE}.aws_ecs_task_definition.this", container(stopTimeout=5), "check_containers"),
    (
        "twice the tasks",
        'module.functions.aws_ecs_service.stage["probe"]',
        setting("deployment_maximum_percent", 200),
        "check_containers",
    ),
    (
        "a health check that asks the database",
        "module.search.aws_lb_target_group.search",
        lambda a: a["health_check"][0].update(path="/health"),
        "check_containers",
    ),
    (
        "a password in an address",
        f"{PROBE}.aws_ecs_task_definition.this",
        container(environment=[{"name": "DATABASE_URL", "value": "postgresql://media:x@host/media"}]),
        "check_containers",
    ),
    (
        "a password in the environment",
        f"{PROBE}.aws_ecs_task_definition.this",
        container(environment=[{"name": "PGPASSWORD", "value": "x"}]),
        "check_containers",
    ),
]


SIGN_IN = {
    "issuer": "https://id.example.com", "authorization_endpoint": "https://id.example.com/authorize",
    "token_endpoint": "https://id.example.com/token", "user_info_endpoint": "https://id.example.com/me",
    "client_id": "media",
}  # fmt: skip
PROMETHEUS = {
    "remote_write_url": f"https://aps-workspaces.{terraform.REGION}.amazonaws.com/workspaces/ws-1/api/v1/remote_write",
    "workspace_arn": f"arn:aws:aps:{terraform.REGION}:{terraform.ACCOUNT}:workspace/ws-1",
}
# Variables that must be refused, and a part of what Terraform says.
REFUSED: list[tuple[dict, str]] = [
    ({"search_ingress_cidrs": ["0.0.0.0/0"]}, "has no sign-in of its own"),
    ({"search_sign_in": SIGN_IN}, "Both of search_sign_in and search_sign_in_secret"),
    ({"database": {}}, "connections, and the database takes 800"),
]


def refused(folder: pathlib.Path, endpoints: dict[str, str]) -> list[str]:
    """What Terraform takes although it must not."""
    wrong = []
    for number, (variables, text) in enumerate(REFUSED):
        workspace = terraform.Workspace(folder / f"refused-{number}", endpoints, **variables)
        done = workspace.run("plan", quiet=True, check=False)
        if done.returncode == 0 or text not in " ".join(re.sub("[│╷╵]", " ", done.stdout).split()):
            wrong.append(f"{variables}: Terraform does not say: {text}")
    return wrong


def unnoticed(document: dict) -> list[str]:
    """Breaks the plan in known ways; returns what no check has seen."""
    missed = []
    for name, address, change, check in BREAKAGE:
        broken = copy.deepcopy(document)
        found = [c for c in broken["resource_changes"] if c["address"] == address]
        if not found:
            missed.append(f"{name}: there is no {address} to break")
            continue
        change(found[0]["change"]["after"])
        if check not in violations(broken):
            missed.append(f"{name}: {check} has not seen it")
    queue = copy.deepcopy(document)
    for entry in queue["resource_changes"]:
        if entry["address"] == PROBE_QUEUE:
            entry["change"]["after"]["kms_master_key_id"] = None
            entry["change"]["after_unknown"]["kms_master_key_id"] = False
    if "check_encryption" not in violations(queue):
        missed.append("a plain queue: check_encryption has not seen it")
    return missed


def main() -> None:
    parser = argparse.ArgumentParser(prog="Tests/Infrastructure/policy_test.py", description=__doc__)
    parser.add_argument("--plan", type=pathlib.Path, help="a plan, as `terraform show -json` prints it")
    arguments = parser.parse_args()
    if arguments.plan:
        sys.exit(0 if report(str(arguments.plan), json.loads(arguments.plan.read_text())) else 1)
    folder = terraform.ROOT / ".local/aws-policy-test"
    with terraform.servers(folder, moto=False) as endpoints:
        containers = terraform.Workspace(folder / "containers", endpoints, protect_data=True).plan()
        functions = terraform.Workspace(
            folder / "lambda", endpoints, protect_data=False, variant="lambda", customer_managed_key=False,
            search_ingress_cidrs=["0.0.0.0/0"], search_sign_in=SIGN_IN, search_sign_in_secret="test",
            prometheus=PROMETHEUS, database=terraform.VARIABLES["database"] | {"max_connections": 3000},
        ).plan()  # fmt: skip
        wrong = refused(folder, endpoints)
    good = report("containers, own key", containers)
    good = report("lambda, services' keys", functions) and good
    missed = unnoticed(containers)
    print(f"broken on purpose: {len(BREAKAGE) + 1} ways, {len(missed)} not noticed")
    for line in missed:
        print(f"  WRONG: {line}")
    print(f"refused by Terraform: {len(REFUSED)} sets of variables, {len(wrong)} not refused")
    for line in wrong:
        print(f"  WRONG: {line}")
    if not good or missed or wrong:
        sys.exit(1)
    print("policy test: all as it must be")


if __name__ == "__main__":
    main()
