"""moto's server for what ministack does not know; started by terraform.py.

Its Application Auto Scaling has no tags, which Terraform asks for, and looks for the service that is to scale in its
own ECS: ours is ministack's.
"""

import json
import sys

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.server import main

register = ApplicationAutoScalingResponse.register_scalable_target
tags: dict[str, dict[str, str]] = {}


def register_with_tags(response: ApplicationAutoScalingResponse) -> str:
    answer = register(response)
    tags.setdefault(json.loads(answer)["ScalableTargetARN"], {}).update(response._get_param("Tags") or {})
    return answer


def list_tags(response: ApplicationAutoScalingResponse) -> str:
    return json.dumps({"Tags": tags.get(response._get_param("ResourceARN"), {})})


ApplicationAutoscalingBackend._ecs_service_exists_for_target = lambda backend, resource: True
ApplicationAutoScalingResponse.register_scalable_target = register_with_tags
ApplicationAutoScalingResponse.list_tags_for_resource = list_tags
main(sys.argv[1:])
