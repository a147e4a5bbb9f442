"""What must hold of infra/aws, checked on a plan's JSON: who may do what, what is open, what is encrypted and kept."""

import json
import re
from collections.abc import Callable, Iterator

import metric_math
import terraform

TOPOLOGY = json.loads((terraform.ROOT / "infra/topology.json").read_text())
STAGES = {stage["name"]: stage for stage in TOPOLOGY["stages"]}
PREFIX = "media"
LAMBDA_SECONDS = 900
# Of a stage's queues: the newest datapoints are not there yet, bulk's queue was never used.
LATE = {"waiting_i": [20, 30, None], "waiting_b": [None] * 3, "busy_i": [4, None, None], "busy_b": [None] * 3}
URL_PASSWORD = r"://[^/@:]+:[^/@]+@"

# Actions that AWS knows no narrower resource for, or whose resources have no names before they are made.
ANY_RESOURCE = {
    "ecr:GetAuthorizationToken", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
    "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
}  # fmt: skip
# Resources whose last part only may be anything: objects of a prefix, a log group's streams, the cluster's tasks.
ANY_END = [
    re.compile(r"arn:aws:s3:::[a-z0-9-]+/(uploads|bulk|derived|payloads|payloads/doctor)/\*"),
    re.compile(r"arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:/media/[a-z-]+:\*"),
    re.compile(r"arn:aws:ecs:[a-z0-9-]+:\d{12}:task/media/\*"),
]
# A key's policy speaks of the key as "*"; the account's IAM decides over it, and services use it for themselves.
KEY_ACTIONS = {"kms:Decrypt", "kms:Encrypt", "kms:DescribeKey", "kms:GenerateDataKey*", "kms:ReEncrypt*"}
# Known after the apply only: they name a key, a secret or a log group that does not exist before.
UNKNOWN_POLICIES = {"key", "secrets", "flow"}


class Resource:
    def __init__(self, change: dict, expressions: dict) -> None:
        self.address, self.type, self.name = change["address"], change["type"], change["name"]
        self.index = change.get("index")
        self.values = change["change"].get("after") or {}
        self.unknown = change["change"].get("after_unknown") or {}
        # As it is written, whatever the service adds.
        self.written = expressions
        self.references = re.findall(r'"references": \[([^]]*)\]', json.dumps(expressions))

    def __getitem__(self, name: str) -> object:
        return self.values.get(name)

    def policy(self, name: str = "policy") -> list[dict] | None:
        """The statements of a policy; None where it is not known yet."""
        return json.loads(self.values[name])["Statement"] if self.values.get(name) else None

    def encrypted_by(self, name: str) -> bool:
        """Whether a key is named, or one that is to be made."""
        return bool(self.values.get(name)) or self.unknown.get(name) is True


class Plan:
    def __init__(self, document: dict) -> None:
        self.document = document
        self.resources = [
            Resource(change, self._expressions(change))
            for change in document["resource_changes"]
            if change["mode"] == "managed" and change["change"]["actions"] != ["delete"]
        ]
        self.own_key = bool(self.all("aws_kms_key"))

    def all(self, kind: str) -> list[Resource]:
        return [resource for resource in self.resources if resource.type == kind]

    def _expressions(self, change: dict) -> dict:
        """How the resource is written."""
        module = self.document["configuration"]["root_module"]
        path = re.sub(r"\[[^]]*\]", "", change.get("module_address") or "").split(".")
        for name in path[1::2]:
            module = module["module_calls"][name]["module"]
        found = next(r for r in module["resources"] if r["type"] == change["type"] and r["name"] == change["name"])
        return found.get("expressions", {})


def listed(value: object) -> list:
    return value if isinstance(value, list) else [value]


def arn(queue: str) -> str:
    return f"arn:aws:sqs:{terraform.REGION}:{terraform.ACCOUNT}:{queue}"


def lanes(stage: str) -> set[str]:
    return {arn(f"{PREFIX}-{stage}"), arn(f"{PREFIX}-{stage}-bulk")}


def role_policies(plan: Plan) -> Iterator[tuple[Resource, list[dict]]]:
    for resource in plan.all("aws_iam_role_policy"):
        if (statements := resource.policy()) is not None:
            yield resource, statements


def check_wildcards(plan: Plan) -> Iterator[str]:
    for resource, statements in role_policies(plan):
        for statement in statements:
            actions, targets = listed(statement["Action"]), listed(statement["Resource"])
            if any("*" in action for action in actions) or "NotAction" in statement or "NotResource" in statement:
                yield f"{resource.address}: an action with a wildcard: {actions}"
            for target in targets:
                if target == "*" and not set(actions) <= ANY_RESOURCE:
                    yield f"{resource.address}: {actions} on every resource"
                elif "*" in target and target != "*" and not any(known.fullmatch(target) for known in ANY_END):
                    flow = resource.name == "flow" and target.endswith("log-group:/media/network:*")
                    if not flow:
                        yield f"{resource.address}: {actions} on {target}"
    for resource in plan.all("aws_iam_role_policy_attachment"):
        yield f"{resource.address}: a policy that others wrote"
    for resource in plan.all("aws_iam_role"):
        for statement in resource.policy("assume_role_policy") or []:
            if set(statement["Principal"]) != {"Service"}:
                yield f"{resource.address}: may be taken on by {statement['Principal']}"
    for key in plan.all("aws_kms_key"):
        for statement in key.policy() or []:
            root = statement["Principal"] == {"AWS": f"arn:aws:iam::{terraform.ACCOUNT}:root"}
            if not root and (not set(listed(statement["Action"])) <= KEY_ACTIONS or "Condition" not in statement):
                yield f"{key.address}: {statement.get('Sid')} is too wide"


def check_unknown(plan: Plan) -> Iterator[str]:
    """What can't be read before the apply is what is said above, and speaks of nothing else."""
    for resource in plan.all("aws_iam_role_policy"):
        if resource.policy() is None and resource.name not in UNKNOWN_POLICIES:
            yield f"{resource.address}: its policy can't be known before the apply"


def check_resource_policies(plan: Plan) -> Iterator[str]:
    for kind in ("aws_sqs_queue_policy", "aws_s3_bucket_policy", "aws_sns_topic_policy"):
        for resource in plan.all(kind):
            statements = resource.policy() or []
            if not any(is_tls_only(statement) for statement in statements):
                yield f"{resource.address}: lets in what does not come by TLS"
            for statement in statements:
                if statement["Effect"] == "Allow" and not is_own_service(statement):
                    yield f"{resource.address}: {statement.get('Sid')} lets in others than this account's services"
    for queue in plan.all("aws_sqs_queue"):
        policies = {(policy.name, policy.index) for policy in plan.all("aws_sqs_queue_policy")}
        if (queue.name, queue.index) not in policies:
            yield f"{queue.address}: has no policy"


def is_tls_only(statement: dict) -> bool:
    return (
        statement["Effect"] == "Deny"
        and statement["Principal"] == "*"
        and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
    )


def is_own_service(statement: dict) -> bool:
    condition = statement.get("Condition", {}).get("StringEquals", {})
    return set(statement["Principal"]) == {"Service"} and condition.get("aws:SourceAccount") == terraform.ACCOUNT


def check_stage_roles(plan: Plan) -> Iterator[str]:
    """Each role reaches its own queues and prefixes, as the topology has them, and no more."""
    seen = set()
    for resource, statements in role_policies(plan):
        found = re.search(r'module\.(?:task|lambda)\["([a-z]+)"\]', resource.address)
        if not found:
            allowed = "operator" in resource.address
            if not allowed and any(a.startswith("sqs:") for s in statements for a in listed(s["Action"])):
                yield f"{resource.address}: has no business with queues"
            continue
        stage = STAGES[found[1]]
        reached: dict[str, set[str]] = {}
        for statement in statements:
            for action in listed(statement["Action"]):
                reached.setdefault(action, set()).update(listed(statement["Resource"]))
        if resource.index != "pipeline":
            if any(action.split(":")[0] in {"sqs", "s3"} for action in reached):
                yield f"{resource.address}: reaches queues or objects beside the policy that is checked"
            continue
        seen.add(stage["name"])
        own = lanes(stage["name"])
        sent = own | {arn(f"{PREFIX}-{stage['name']}-dlq")}
        sent = sent.union(*(lanes(other) for other in [*stage["sends"], "publish"]))
        bucket = f"arn:aws:s3:::{PREFIX}-{terraform.ACCOUNT}-{terraform.REGION}"
        reads = {f"{bucket}/{prefix}*" for prefix in [*stage["reads"], "payloads/"]}
        writes = {f"{bucket}/{prefix}*" for prefix in [*stage["writes"], "payloads/"]}
        wanted = dict.fromkeys(
            ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"), own
        ) | {"sqs:SendMessage": sent, "sqs:GetQueueUrl": sent, "s3:GetObject": reads, "s3:ListBucket": {bucket}}
        wanted |= dict.fromkeys(("s3:PutObject", "s3:AbortMultipartUpload"), writes)
        for action in wanted.keys() | {a for a in reached if a.split(":")[0] in {"sqs", "s3"}}:
            if reached.get(action, set()) != wanted.get(action, set()):
                difference = sorted(reached.get(action, set()) ^ wanted.get(action, set()))
                yield f"{resource.address}: {action} is not what the topology says: {difference}"
        others = {a for a in reached if a.split(":")[0] not in {"sqs", "s3"}}
        if extra := others - {"ecs:GetTaskProtection", "ecs:UpdateTaskProtection"}:
            yield f"{resource.address}: {sorted(extra)} are not a stage's"
    if missing := STAGES.keys() - seen:
        yield f"no role for {sorted(missing)}"


def check_buckets(plan: Plan) -> Iterator[str]:
    settings = {
        "aws_s3_bucket_public_access_block": lambda r: all(
            r[name] is True
            for name in ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
        ),
        "aws_s3_bucket_versioning": lambda r: r["versioning_configuration"][0]["status"] == "Enabled",
        "aws_s3_bucket_server_side_encryption_configuration": lambda r: bool(
            r["rule"][0]["apply_server_side_encryption_by_default"][0]["sse_algorithm"]
        ),
        "aws_s3_bucket_ownership_controls": lambda r: r["rule"][0]["object_ownership"] == "BucketOwnerEnforced",
        "aws_s3_bucket_lifecycle_configuration": has_lifecycle,
        "aws_s3_bucket_notification": lambda r: (
            {(q["filter_prefix"], q["queue_arn"]) for q in r["queue"]}
            == {("uploads/", arn(f"{PREFIX}-ingest")), ("bulk/", arn(f"{PREFIX}-ingest-bulk"))}
            and all(set(q["events"]) == {"s3:ObjectCreated:*", "s3:ObjectRemoved:*"} for q in r["queue"])
        ),
    }
    buckets = plan.all("aws_s3_bucket")
    for kind, holds in settings.items():
        found = plan.all(kind)
        if len(found) != len(buckets):
            yield f"{len(buckets)} buckets, and {len(found)} of {kind}"
        for resource in found:
            if not holds(resource):
                yield f"{resource.address}: is not as it must be"
    for resource in plan.all("aws_s3_bucket_cors_configuration"):
        if any("*" in rule["allowed_origins"] for rule in resource["cors_rule"]):
            yield f"{resource.address}: every page may upload"
    for kind in ("aws_s3_bucket_acl", "aws_s3_bucket_website_configuration"):
        for resource in plan.all(kind):
            yield f"{resource.address}: is not for this bucket"


def has_lifecycle(resource: Resource) -> bool:
    rules = [rule for rule in resource["rule"] if rule["status"] == "Enabled"]
    payloads = [r for r in rules if r["filter"] and r["filter"][0].get("prefix") == "payloads/"]
    aborts = [r for r in rules if r["abort_incomplete_multipart_upload"]]
    # Whatever else expires, what people uploaded and what was made of it does not.
    others = [r for r in rules if r not in payloads and any(e.get("days") for e in r["expiration"] or [])]
    return bool(payloads and aborts) and payloads[0]["expiration"][0]["days"] == 35 and not others


def check_open(plan: Plan) -> Iterator[str]:
    """Nothing but Search's load balancer takes connections from outside."""
    for resource in plan.all("aws_vpc_security_group_ingress_rule"):
        if not (resource["cidr_ipv4"] or resource["cidr_ipv6"] or resource["prefix_list_id"]):
            continue
        door = any("aws_security_group.balancer" in text for text in resource.references)
        if not door or resource["from_port"] != resource["to_port"] or resource["from_port"] not in {80, 443}:
            yield f"{resource.address}: {resource['cidr_ipv4']} may come in at {resource['from_port']}"
        elif resource["cidr_ipv4"] == "0.0.0.0/0" and not signs_in(plan):
            yield f"{resource.address}: everybody may come in, and nobody asks who it is"
    for resource in plan.all("aws_security_group_rule"):
        yield f"{resource.address}: a rule of the old kind, which is not looked at"
    for resource in plan.all("aws_security_group") + plan.all("aws_default_security_group"):
        if "ingress" in resource.written:
            yield f"{resource.address}: has rules of its own"
    for resource in plan.all("aws_subnet"):
        if resource["map_public_ip_on_launch"]:
            yield f"{resource.address}: gives public addresses"
    for resource in plan.all("aws_ecs_service"):
        if any(network["assign_public_ip"] for network in resource["network_configuration"]):
            yield f"{resource.address}: has a public address"
        if resource["enable_execute_command"]:
            yield f"{resource.address}: lets people in"
    for resource in plan.all("aws_db_instance"):
        if resource["publicly_accessible"] is not False:
            yield f"{resource.address}: is public"
    if [balancer.address for balancer in plan.all("aws_lb") if not balancer["internal"]] != [
        "module.search.aws_lb.search"
    ]:
        yield "the public load balancers are not Search's alone"
    for resource in plan.all("aws_lb_listener"):
        redirects = all(action["type"] == "redirect" for action in resource["default_action"])
        if resource["protocol"] != "HTTPS" and not redirects:
            yield f"{resource.address}: answers without TLS"
        if resource["protocol"] == "HTTPS" and "TLS13" not in (resource["ssl_policy"] or ""):
            yield f"{resource.address}: speaks old TLS"
    rates = [
        r for acl in plan.all("aws_wafv2_web_acl") for r in acl["rule"] if r["statement"][0]["rate_based_statement"]
    ]
    if not rates or not plan.all("aws_wafv2_web_acl_association"):
        yield "nothing limits what one address may ask of Search"
    for kind in ("aws_lambda_function_url", "aws_lambda_permission", "aws_apigatewayv2_api"):
        for resource in plan.all(kind):
            yield f"{resource.address}: another door"


def signs_in(plan: Plan) -> bool:
    """Whether who comes by HTTPS is asked who it is, before anything else."""
    doors = [listener for listener in plan.all("aws_lb_listener") if listener["protocol"] == "HTTPS"]
    return bool(doors) and all(door["default_action"][0]["type"] == "authenticate-oidc" for door in doors)


def check_encryption(plan: Plan) -> Iterator[str]:
    for queue in plan.all("aws_sqs_queue"):
        if not queue["sqs_managed_sse_enabled"] and not queue.encrypted_by("kms_master_key_id"):
            yield f"{queue.address}: is not encrypted"
    for database in plan.all("aws_db_instance"):
        if not database["storage_encrypted"]:
            yield f"{database.address}: is not encrypted"
        if not database["manage_master_user_password"] or database["password"]:
            yield f"{database.address}: its password is ours to keep"
    for group in plan.all("aws_db_parameter_group"):
        if {"rds.force_ssl": "1"}.items() - {p["name"]: p["value"] for p in group["parameter"]}.items():
            yield f"{group.address}: takes connections without TLS"
    for version in plan.all("aws_secretsmanager_secret_version"):
        if version["secret_string"]:
            yield f"{version.address}: its text stands in the state file"
    if not plan.own_key:
        return
    for kind, name in {
        "aws_cloudwatch_log_group": "kms_key_id", "aws_db_instance": "kms_key_id", "aws_sns_topic": "kms_master_key_id",
        "aws_secretsmanager_secret": "kms_key_id", "aws_sqs_queue": "kms_master_key_id",
    }.items():  # fmt: skip
        for resource in plan.all(kind):
            if not resource.encrypted_by(name):
                yield f"{resource.address}: is not encrypted by the platform's key"
    for resource in plan.all("aws_kms_key"):
        if not resource["enable_key_rotation"]:
            yield f"{resource.address}: is never changed"


def check_kept(plan: Plan) -> Iterator[str]:
    """Backups, retention, and protection where the variable asks for it."""
    protects = plan.document["variables"]["protect_data"]["value"]
    for database in plan.all("aws_db_instance"):
        if (database["backup_retention_period"] or 0) < 7:
            yield f"{database.address}: backups are kept for less than a week"
        if database["deletion_protection"] is not protects or database["skip_final_snapshot"] is protects:
            yield f"{database.address}: its protection is not what protect_data says"
    for kind, name in {"aws_s3_bucket": "force_destroy", "aws_ecr_repository": "force_delete"}.items():
        for resource in plan.all(kind):
            if bool(resource[name]) is protects:
                yield f"{resource.address}: its protection is not what protect_data says"
    for group in plan.all("aws_cloudwatch_log_group"):
        if not group["retention_in_days"]:
            yield f"{group.address}: is kept for ever"
    queues = {queue["name"]: queue for queue in plan.all("aws_sqs_queue")}
    for stage in STAGES:
        dead = f"{PREFIX}-{stage}-dlq"
        for name in (f"{PREFIX}-{stage}", f"{PREFIX}-{stage}-bulk"):
            policy = json.loads((queues[name]["redrive_policy"] if name in queues else None) or "{}")
            if policy != {"deadLetterTargetArn": arn(dead), "maxReceiveCount": 1000}:
                yield f"{name}: its dead letters do not go to {dead}"
    for queue in queues.values():
        if queue["message_retention_seconds"] != 14 * 86_400:
            yield f"{queue.address}: does not keep messages for 14 days"
    allowed = {r.index: json.loads(r["redrive_allow_policy"]) for r in plan.all("aws_sqs_queue_redrive_allow_policy")}
    for stage in STAGES:
        if set(allowed.get(stage, {}).get("sourceQueueArns", [])) != lanes(stage):
            yield f"{PREFIX}-{stage}-dlq: is not for its own stage's queues alone"


def check_alarms(plan: Plan) -> Iterator[str]:
    watched = set()
    for alarm in plan.all("aws_cloudwatch_metric_alarm"):
        if alarm.name != "first" and (alarm.encrypted_by("alarm_actions") or alarm["alarm_actions"]):
            queried = [query["metric"][0] for query in alarm["metric_query"] or [] if query["metric"]]
            for metric in queried or [alarm.values]:
                watched.add((metric["metric_name"], (metric.get("dimensions") or {}).get("QueueName")))
    for stage in STAGES:
        wanted = {("ApproximateNumberOfMessagesVisible", f"{PREFIX}-{stage}-dlq")}
        wanted |= {("ApproximateAgeOfOldestMessage", f"{PREFIX}-{stage}{lane}") for lane in ("", "-bulk")}
        for metric, queue in sorted(wanted - watched):
            yield f"nobody is told of {metric} of {queue}"
    for alarm in plan.all("aws_cloudwatch_metric_alarm"):
        if alarm.name == "oldest":
            expression = next(query["expression"] for query in alarm["metric_query"] if query["return_data"])
            for waiting, ended, age in ((0, None, 0), (3, None, 9_000), (3, 5_000, 0)):
                known = {"age": [9_000], "waiting": [waiting], "ended": [ended]}
                if (found := metric_math.evaluate(expression, known)) != [age]:
                    yield f"{alarm.address}: where {waiting} wait and {ended} were ended it sees {found}, not {age}"
    metrics = {"HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"}
    metrics |= {"FreeStorageSpace", "CPUUtilization", "DatabaseConnections"}
    for metric in sorted(metrics):
        if (metric, None) not in watched:
            yield f"nobody is told of {metric}"
    if not plan.all("aws_budgets_budget") or not plan.all("aws_cloudwatch_dashboard"):
        yield "the budget or the dashboard is missing"


def check_scaling(plan: Plan) -> Iterator[str]:
    """Limits, target and cooldowns are the topology's; functions have their concurrency."""
    scaling = TOPOLOGY["scaling"]
    functions = {function["function_name"]: function for function in plan.all("aws_lambda_function")}
    targets = {target.index: target for target in plan.all("aws_appautoscaling_target") if target.name == "stage"}
    policies = {policy.index: policy for policy in plan.all("aws_appautoscaling_policy") if policy.name == "backlog"}
    first = {policy.index: policy for policy in plan.all("aws_appautoscaling_policy") if policy.name == "first"}
    alarms = {alarm.index: alarm for alarm in plan.all("aws_cloudwatch_metric_alarm") if alarm.name == "first"}
    for name, stage in STAGES.items():
        if function := functions.get(f"{PREFIX}-{name}"):
            if stage["timeoutSeconds"] > LAMBDA_SECONDS or (function["timeout"] or 0) > LAMBDA_SECONDS:
                yield f"{function.address}: its runs take longer than a function may"
            continue
        if any(name not in known for known in (targets, policies, first, alarms)):
            yield f"{name} does not scale"
            continue
        if (targets[name]["min_capacity"], targets[name]["max_capacity"]) != (stage["minTasks"], stage["maxTasks"]):
            yield f"{targets[name].address}: its limits are not the topology's"
        rule = policies[name]["target_tracking_scaling_policy_configuration"][0]
        metrics = rule["customized_metric_specification"][0]["metrics"]
        expression = next(metric["expression"] for metric in metrics if metric["return_data"])
        weight = stage["backlogPerTask"] / max(1, stage["concurrency"] - 1)
        found, wanted = metric_math.evaluate(expression, LATE | {"tasks": [2, 2, None]})[-1], (30 + 4 * weight) / 2
        if found is None or abs(found - wanted) > 1e-6 * wanted:
            yield f"{policies[name].address}: the backlog per task is {found} where it is {wanted}"
        expression = next(query["expression"] for query in alarms[name]["metric_query"] if query["return_data"])
        for tasks, wanted in (([0, 0, None], 30), ([2, None, None], 0), ([None] * 3, 30)):
            if (found := metric_math.evaluate(expression, LATE | {"tasks": tasks})[-1]) != wanted:
                yield f"{alarms[name].address}: of {tasks} tasks it sees {found} that wait for none, not {wanted}"
        if first[name]["step_scaling_policy_configuration"][0]["adjustment_type"] != "ChangeInCapacity":
            yield f"{first[name].address}: a stage that has tasks already may lose them"
        found = (rule["target_value"], rule["scale_out_cooldown"], rule["scale_in_cooldown"])
        if found != (stage["backlogPerTask"], scaling["outCooldownSeconds"], scaling["inCooldownSeconds"]):
            yield f"{policies[name].address}: target and cooldowns are not the topology's"
    mappings = plan.all("aws_lambda_event_source_mapping")
    if len(mappings) != 2 * len(functions):
        yield f"{len(functions)} functions, and {len(mappings)} connections to queues"
    for mapping in mappings:
        limits = mapping["scaling_config"] or [{}]
        if mapping["function_response_types"] != ["ReportBatchItemFailures"] or not limits[0].get(
            "maximum_concurrency"
        ):
            yield f"{mapping.address}: a failure takes its whole batch with it, or nothing limits it"


def check_containers(plan: Plan) -> Iterator[str]:
    """Of what is known: before the apply the image's address is not, and nothing of a definition then."""
    for task in plan.all("aws_ecs_task_definition"):
        for container in json.loads(task["container_definitions"] or "[]"):
            place = f"{task.address}: {container['name']}"
            if container.get("readonlyRootFilesystem") is not True:
                yield f"{place}: its root can be written to"
            if container.get("user", "0").split(":")[0] in {"0", "root"}:
                yield f"{place}: runs as root"
            if container.get("privileged") or container["linuxParameters"]["capabilities"].get("drop") != ["ALL"]:
                yield f"{place}: keeps capabilities"
            if container.get("logConfiguration", {}).get("logDriver") != "awslogs":
                yield f"{place}: has no log"
            for variable in container.get("environment", []):
                if re.search("PASSWORD|SECRET|TOKEN", variable["name"]) or re.search(
                    "://[^/@]+:[^/@]+@", variable["value"]
                ):
                    yield f"{place}: {variable['name']} is no secret of Secrets Manager"
            if container["name"] in {*STAGES, "search", "modelserver"} and container.get("stopTimeout", 30) < 30:
                yield f"{place}: is killed before it has stopped"
            if container["name"] in STAGES and "--healthy" not in container.get("healthCheck", {}).get("command", []):
                yield f"{place}: nobody asks whether it is alive"
    for service in plan.all("aws_ecs_service"):
        # Connections to the database are counted so.
        if service.name == "stage" and service["deployment_maximum_percent"] != 100:
            yield f"{service.address}: has more tasks in a deployment than at most"
        breaker = service["deployment_circuit_breaker"]
        if not breaker or not breaker[0]["enable"] or not breaker[0]["rollback"]:
            yield f"{service.address}: a bad build stays"
    for group in plan.all("aws_lb_target_group"):
        if group["health_check"][0]["path"] != "/live":
            yield f"{group.address}: a slow database takes its tasks away"
    for repository in plan.all("aws_ecr_repository"):
        if repository["image_tag_mutability"] != "IMMUTABLE":
            yield f"{repository.address}: a tag may become another image"


CHECKS: list[Callable[[Plan], Iterator[str]]] = [
    check_wildcards, check_unknown, check_resource_policies, check_stage_roles, check_buckets, check_open,
    check_encryption, check_kept, check_alarms, check_scaling, check_containers,
]  # fmt: skip


def violations(document: dict) -> dict[str, list[str]]:
    """By check, what is wrong."""
    plan = Plan(document)
    return {check.__name__: found for check in CHECKS if (found := list(check(plan)))}


def report(title: str, document: dict) -> bool:
    found = violations(document)
    count = len(Plan(document).resources)
    print(f"{title}: {count} resources, {len(CHECKS)} checks, {sum(map(len, found.values()))} violations")
    for check, lines in found.items():
        for line in lines:
            print(f"  WRONG: {check}: {line}")
    return not found
