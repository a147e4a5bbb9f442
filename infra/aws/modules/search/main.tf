# Search behind a load balancer with TLS: the only door.

module "task" {
  source = "../task"

  platform    = var.platform
  name        = "search"
  cpus        = var.settings.cpus
  memory_mb   = var.settings.memory_mb
  entry_point = ["media-search"]
  port        = var.port
  secrets     = { PGPASSWORD = { arn = var.platform.database_secret_arn, key = "password" } }
  environment = merge(var.environment, { MEDIA_SEARCH_ADDRESS = "0.0.0.0:${var.port}" })
  policies = { objects = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "Read", Effect = "Allow", Action = ["s3:GetObject"], Resource = ["${var.bucket_arn}/derived/*"] },
      # Without it an object that is not there is answered as forbidden.
      { Sid = "List", Effect = "Allow", Action = ["s3:ListBucket"], Resource = [var.bucket_arn] },
    ]
  }) }
}

resource "aws_ecs_service" "search" {
  name                              = "search"
  cluster                           = var.platform.cluster_id
  task_definition                   = module.task.arn
  desired_count                     = var.settings.min_tasks
  enable_execute_command            = false
  availability_zone_rebalancing     = "ENABLED"
  propagate_tags                    = "SERVICE"
  health_check_grace_period_seconds = 60

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
    security_groups  = [var.security_groups.search]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.search.arn
    container_name   = "search"
    container_port   = var.port
  }

  # search.<name>.internal, for the operator's task.
  service_registries {
    registry_arn = aws_service_discovery_service.search.arn
  }

  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [aws_lb_listener.https]
}

resource "aws_service_discovery_service" "search" {
  name = "search"

  dns_config {
    namespace_id   = var.namespace_id
    routing_policy = "MULTIVALUE"

    dns_records {
      type = "A"
      ttl  = 10
    }
  }
}

resource "aws_lb" "search" {
  name                       = "${var.platform.name}-search"
  load_balancer_type         = "application"
  internal                   = false
  subnets                    = var.public_subnet_ids
  security_groups            = [var.security_groups.balancer]
  drop_invalid_header_fields = true
  enable_deletion_protection = var.protect_data
}

resource "aws_lb_target_group" "search" {
  name                 = "${var.platform.name}-search"
  vpc_id               = var.vpc_id
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = var.port
  deregistration_delay = 30

  # Whether the process answers. /health asks the database as well: where that is slow, no task of Search would be left.
  health_check {
    path                = "/live"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.search.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  dynamic "default_action" {
    for_each = var.sign_in == null ? [] : [var.sign_in]

    content {
      type  = "authenticate-oidc"
      order = 1

      authenticate_oidc {
        issuer                 = default_action.value.issuer
        authorization_endpoint = default_action.value.authorization_endpoint
        token_endpoint         = default_action.value.token_endpoint
        user_info_endpoint     = default_action.value.user_info_endpoint
        client_id              = default_action.value.client_id
        client_secret          = var.sign_in_secret
      }
    }
  }

  default_action {
    type             = "forward"
    order            = var.sign_in == null ? null : 2
    target_group_arn = aws_lb_target_group.search.arn
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.search.arn
  protocol          = "HTTP"
  port              = 80

  default_action {
    type = "redirect"

    redirect {
      protocol    = "HTTPS"
      port        = "443"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_appautoscaling_target" "search" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${var.platform.cluster_name}/${aws_ecs_service.search.name}"
  min_capacity       = var.settings.min_tasks
  max_capacity       = var.settings.max_tasks
}

resource "aws_appautoscaling_policy" "search" {
  name               = "cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.search.service_namespace
  scalable_dimension = aws_appautoscaling_target.search.scalable_dimension
  resource_id        = aws_appautoscaling_target.search.resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = 60
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
