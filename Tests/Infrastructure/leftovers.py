"""Prints what is still there in an account on loopback, a line each: what its owner would go on paying for. Run by
aws-apply with the Python environment's interpreter; the argument is the endpoints by service, as JSON."""

import json
import sys

import boto3

endpoints = json.loads(sys.argv[1])
credentials = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
# boto3's name of a service where the provider's is another.
NAMES = {"applicationautoscaling": "application-autoscaling"}


def client(service: str) -> object:
    return boto3.client(NAMES.get(service, service), endpoint_url=endpoints[service], **credentials)


def named(values: list[dict], name: str) -> list[str]:
    return [value[name] for value in values]


# Names under /aws/ and roles for services are the account's own.
found = {
    "queue": client("sqs").list_queues().get("QueueUrls", []),
    "bucket": named(client("s3").list_buckets()["Buckets"], "Name"),
    "role": [n for n in named(client("iam").list_roles()["Roles"], "RoleName") if n.startswith("media")],
    "log group": named(client("logs").describe_log_groups()["logGroups"], "logGroupName"),
    "alarm": named(client("cloudwatch").describe_alarms()["MetricAlarms"], "AlarmName"),
    "dashboard": named(client("cloudwatch").list_dashboards()["DashboardEntries"], "DashboardName"),
    "topic": named(client("sns").list_topics()["Topics"], "TopicArn"),
    "repository": named(client("ecr").describe_repositories()["repositories"], "repositoryName"),
    "secret": [s["Name"] for s in client("secretsmanager").list_secrets()["SecretList"] if not s.get("DeletedDate")],
    "web ACL": named(client("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"], "Name"),
    "budget": named(client("budgets").describe_budgets(AccountId="000000000000").get("Budgets", []), "BudgetName"),
    "service": client("ecs").list_services(cluster="media")["serviceArns"]
    if client("ecs").describe_clusters(clusters=["media"])["clusters"]
    and client("ecs").describe_clusters(clusters=["media"])["clusters"][0]["status"] == "ACTIVE"
    else [],
    "task definition": client("ecs").list_task_definitions(status="ACTIVE")["taskDefinitionArns"],
    "scalable target": named(
        client("applicationautoscaling").describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"],
        "ResourceId",
    ),
    "database": named(client("rds").describe_db_instances()["DBInstances"], "DBInstanceIdentifier"),
    "load balancer": named(client("elbv2").describe_load_balancers()["LoadBalancers"], "LoadBalancerName"),
    "network": [v["VpcId"] for v in client("ec2").describe_vpcs()["Vpcs"] if not v["IsDefault"]],
    "address": [a["AllocationId"] for a in client("ec2").describe_addresses()["Addresses"]],
    "NAT gateway": [
        g["NatGatewayId"] for g in client("ec2").describe_nat_gateways()["NatGateways"] if g["State"] != "deleted"
    ],
    "namespace": named(client("servicediscovery").list_namespaces()["Namespaces"], "Name"),
}
for kind, names in found.items():
    for name in names:
        print(f"{kind.replace(' ', '-')} {name}")
