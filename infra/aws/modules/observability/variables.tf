variable "name" { type = string }
variable "region" { type = string }
variable "account" { type = string }
variable "arns" { type = string }
variable "key" { type = object({ own = bool, arn = string }) }
variable "variants" { type = map(string) }
variable "queue_names" { type = map(object({ interactive = string, bulk = string, dead = string })) }
variable "oldest_message_seconds" { type = object({ interactive = number, bulk = number }) }
variable "database" { type = object({ id = string, allocated_gb = number, max_connections = number }) }
variable "search" { type = object({ balancer = string, target_group = string }) }
variable "emails" { type = list(string) }
variable "monthly_budget_usd" { type = number }
