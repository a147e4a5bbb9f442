"""moto's server, with two answers that it lacks and Terraform asks for; started by terraform.py.

DescribeDBParameters does not say whose a value is, without which Terraform takes none for set; Application Auto Scaling
has no tags.
"""

import json
import sys

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.rds.models import DBParameterGroup
from moto.server import main

update_parameters = DBParameterGroup.update_parameters
register = ApplicationAutoScalingResponse.register_scalable_target
tags: dict[str, dict[str, str]] = {}


def update_and_say_source(group: DBParameterGroup, parameters: list[dict]) -> None:
    update_parameters(group, [parameter | {"Source": "user"} for parameter in parameters])


def register_with_tags(response: ApplicationAutoScalingResponse) -> str:
    answer = register(response)
    tags.setdefault(json.loads(answer)["ScalableTargetARN"], {}).update(response._get_param("Tags") or {})
    return answer


def list_tags(response: ApplicationAutoScalingResponse) -> str:
    return json.dumps({"Tags": tags.get(response._get_param("ResourceARN"), {})})


DBParameterGroup.update_parameters = update_and_say_source
ApplicationAutoScalingResponse.register_scalable_target = register_with_tags
ApplicationAutoScalingResponse.list_tags_for_resource = list_tags
main(sys.argv[1:])
