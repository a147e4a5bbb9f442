# Who may speak to whom. Only the load balancer takes connections from outside the network.

resource "aws_security_group" "balancer" {
  name        = "${var.name}-balancer"
  description = "Search's load balancer"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-balancer" }
}

resource "aws_security_group" "search" {
  name        = "${var.name}-search"
  description = "Search"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-search" }
}

resource "aws_security_group" "workers" {
  name        = "${var.name}-workers"
  description = "Stages and operator: they open no port"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-workers" }
}

resource "aws_security_group" "modelserver" {
  name        = "${var.name}-modelserver"
  description = "Model server"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-modelserver" }
}

resource "aws_security_group" "database" {
  name        = "${var.name}-database"
  description = "PostgreSQL"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-database" }
}

resource "aws_security_group" "endpoints" {
  count = length(var.interface_endpoints) > 0 ? 1 : 0

  name        = "${var.name}-endpoints"
  description = "Interface endpoints of AWS services"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-endpoints" }
}

resource "aws_vpc_security_group_ingress_rule" "balancer" {
  for_each = { for pair in setproduct(var.search_cidrs, [80, 443]) : "${pair[0]}-${pair[1]}" => { cidr = pair[0], port = pair[1] } }

  security_group_id = aws_security_group.balancer.id
  description       = each.value.port == 443 ? "Search" : "Is sent on to 443"
  cidr_ipv4         = each.value.cidr
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "balancer" {
  security_group_id            = aws_security_group.balancer.id
  description                  = "Search"
  referenced_security_group_id = aws_security_group.search.id
  ip_protocol                  = "tcp"
  from_port                    = var.search_port
  to_port                      = var.search_port
}

# The load balancer asks the provider itself who somebody is.
resource "aws_vpc_security_group_egress_rule" "sign_in" {
  count = var.search_signs_in ? 1 : 0

  security_group_id = aws_security_group.balancer.id
  description       = "OpenID Connect provider"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "search" {
  security_group_id            = aws_security_group.search.id
  description                  = "From the load balancer"
  referenced_security_group_id = aws_security_group.balancer.id
  ip_protocol                  = "tcp"
  from_port                    = var.search_port
  to_port                      = var.search_port
}

# `media search` of the operator's task.
resource "aws_vpc_security_group_ingress_rule" "search_operator" {
  security_group_id            = aws_security_group.search.id
  description                  = "From the operator"
  referenced_security_group_id = aws_security_group.workers.id
  ip_protocol                  = "tcp"
  from_port                    = var.search_port
  to_port                      = var.search_port
}

resource "aws_vpc_security_group_egress_rule" "search_operator" {
  security_group_id            = aws_security_group.workers.id
  description                  = "Search"
  referenced_security_group_id = aws_security_group.search.id
  ip_protocol                  = "tcp"
  from_port                    = var.search_port
  to_port                      = var.search_port
}

locals {
  clients = { workers = aws_security_group.workers.id, search = aws_security_group.search.id }
  # AWS services by HTTPS. The model server speaks to none but those of its task: image, logs, telemetry.
  callers = merge(local.clients, { modelserver = aws_security_group.modelserver.id })
}

resource "aws_vpc_security_group_egress_rule" "https" {
  for_each = local.callers

  security_group_id = each.value
  description       = "AWS services"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "database" {
  for_each = local.clients

  security_group_id            = each.value
  description                  = "PostgreSQL"
  referenced_security_group_id = aws_security_group.database.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  for_each = local.clients

  security_group_id            = aws_security_group.database.id
  description                  = "From ${each.key}"
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_vpc_security_group_egress_rule" "modelserver" {
  for_each = local.clients

  security_group_id            = each.value
  description                  = "Model server"
  referenced_security_group_id = aws_security_group.modelserver.id
  ip_protocol                  = "tcp"
  from_port                    = var.model_server_port
  to_port                      = var.model_server_port
}

resource "aws_vpc_security_group_ingress_rule" "modelserver" {
  for_each = local.clients

  security_group_id            = aws_security_group.modelserver.id
  description                  = "From ${each.key}"
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = var.model_server_port
  to_port                      = var.model_server_port
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  for_each = length(var.interface_endpoints) > 0 ? local.callers : {}

  security_group_id            = aws_security_group.endpoints[0].id
  description                  = "From ${each.key}"
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}
