# The CPU models, for the network alone: modelserver.<name>.internal.

resource "aws_service_discovery_private_dns_namespace" "internal" {
  name        = "${var.platform.name}.internal"
  description = "Services that only the network's own tasks use"
  vpc         = var.vpc_id
}

resource "aws_service_discovery_service" "modelserver" {
  name = "modelserver"

  dns_config {
    namespace_id   = aws_service_discovery_private_dns_namespace.internal.id
    routing_policy = "MULTIVALUE"

    dns_records {
      type = "A"
      ttl  = 10
    }
  }
}

module "modelserver" {
  source = "../task"

  platform    = var.platform
  name        = "modelserver"
  cpus        = var.model_server.cpus
  memory_mb   = var.model_server.memory_mb
  entry_point = ["media-modelserver", "--host", "0.0.0.0", "--port", tostring(var.model_server_port)]
  port        = var.model_server_port
  policies    = {}
  environment = { for name in ["AWS_REGION", "LOG_LEVEL"] : name => var.environment[name] }
}

resource "aws_ecs_service" "modelserver" {
  name                          = "modelserver"
  cluster                       = var.platform.cluster_id
  task_definition               = module.modelserver.arn
  desired_count                 = var.model_server.min_tasks
  enable_execute_command        = false
  availability_zone_rebalancing = "ENABLED"
  propagate_tags                = "SERVICE"

  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }

  network_configuration {
    subnets          = var.platform.subnet_ids
    security_groups  = [var.security_groups.modelserver]
    assign_public_ip = false
  }

  service_registries {
    registry_arn = aws_service_discovery_service.modelserver.arn
  }

  lifecycle {
    ignore_changes = [desired_count]
  }
}

resource "aws_appautoscaling_target" "modelserver" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${var.platform.cluster_name}/${aws_ecs_service.modelserver.name}"
  min_capacity       = var.model_server.min_tasks
  max_capacity       = var.model_server.max_tasks
}

resource "aws_appautoscaling_policy" "modelserver" {
  name               = "cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.modelserver.service_namespace
  scalable_dimension = aws_appautoscaling_target.modelserver.scalable_dimension
  resource_id        = aws_appautoscaling_target.modelserver.resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = 60
    scale_out_cooldown = var.scaling.outCooldownSeconds
    scale_in_cooldown  = var.scaling.inCooldownSeconds

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
