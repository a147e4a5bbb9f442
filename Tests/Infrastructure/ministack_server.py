"""ministack, with what it is told and does not tell again, so that a second plan shows what our own files change and
not what the server forgets; started by terraform.py.

- RDS: an instance's administrator's secret, backup window, exported logs, Performance Insights' key
- ECS: whether a service is balanced over zones
- EC2: a flow log's role, interval, format and tags
"""

from ministack.app import main
from ministack.services import ec2, ecs, rds

create_instance, instance_xml = rds._create_db_instance_impl, rds._instance_xml
create_service = ecs._ACTION_MAP["CreateService"]
create_flow_logs, describe_flow_logs = ec2._ACTION_MAP["CreateFlowLogs"], ec2._ACTION_MAP["DescribeFlowLogs"]
FLOW_LOG_FORMAT = (
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} "
    "${bytes} ${start} ${end} ${action} ${log-status}"
)


def create_instance_and_note(request: dict) -> tuple:
    answer = create_instance(request)
    instance = rds._instances.get(rds._p(request, "DBInstanceIdentifier"))
    if instance is not None:
        exports = (rds._p(request, f"EnableCloudwatchLogsExports.member.{number}") for number in range(1, 5))
        instance["PreferredBackupWindow"] = (
            rds._p(request, "PreferredBackupWindow") or instance["PreferredBackupWindow"]
        )
        instance["Noted"] = {
            "exports": [name for name in exports if name],
            "insights": rds._p(request, "PerformanceInsightsKMSKeyId"),
            "secret": rds._p(request, "ManageMasterUserPassword") == "true",
            "key": rds._p(request, "MasterUserSecretKmsKeyId"),
        }
    return answer


def whole_instance_xml(instance: dict) -> str:
    text, noted = instance_xml(instance), instance.get("Noted")
    if not noted:
        return text
    members = "".join(f"<member>{name}</member>" for name in noted["exports"])
    text = text.replace(
        "<EnabledCloudwatchLogsExports/>", f"<EnabledCloudwatchLogsExports>{members}</EnabledCloudwatchLogsExports>"
    )
    if noted["insights"]:
        text += f"<PerformanceInsightsKMSKeyId>{noted['insights']}</PerformanceInsightsKMSKeyId>"
    if noted["secret"]:
        arn = (
            instance["DBInstanceArn"].replace(":rds:", ":secretsmanager:").replace(":db:", ":secret:rds!db-")
            + "-aaaaaa"
        )
        key = f"<KmsKeyId>{noted['key']}</KmsKeyId>" if noted["key"] else ""
        text += (
            f"<MasterUserSecret><SecretArn>{arn}</SecretArn><SecretStatus>active</SecretStatus>{key}</MasterUserSecret>"
        )
    return text


def create_service_and_note(request: dict) -> tuple:
    answer = create_service(request)
    for service in ecs._services.values():
        if service["serviceName"] == request.get("serviceName"):
            service["availabilityZoneRebalancing"] = request.get("availabilityZoneRebalancing", "ENABLED")
    return answer


def create_flow_logs_and_note(request: dict) -> tuple:
    before = set(ec2._flow_logs)
    answer = create_flow_logs(request)
    for name in set(ec2._flow_logs) - before:
        ec2._parse_tag_specs(request, "vpc-flow-log", name)
        ec2._flow_logs[name]["Role"] = ec2._p(request, "DeliverLogsPermissionArn")
        ec2._flow_logs[name]["Interval"] = ec2._p(request, "MaxAggregationInterval") or "600"
    return answer


def describe_flow_logs_wholly(request: dict) -> tuple:
    status, headers, body = describe_flow_logs(request)
    text = body.decode() if isinstance(body, bytes) else body
    for name, log in ec2._flow_logs.items():
        more = f"<maxAggregationInterval>{log['Interval']}</maxAggregationInterval>"
        more += f"<logFormat>{FLOW_LOG_FORMAT}</logFormat>"
        if log["Role"]:
            more += f"<deliverLogsPermissionArn>{log['Role']}</deliverLogsPermissionArn>"
        text = text.replace(f"<flowLogId>{name}</flowLogId>", f"<flowLogId>{name}</flowLogId>{more}")
    return status, headers, text.encode() if isinstance(body, bytes) else text


rds._create_db_instance_impl = create_instance_and_note
rds._instance_xml = whole_instance_xml
ecs._ACTION_MAP["CreateService"] = create_service_and_note
ec2._ACTION_MAP["CreateFlowLogs"] = create_flow_logs_and_note
ec2._ACTION_MAP["DescribeFlowLogs"] = describe_flow_logs_wholly
main()
