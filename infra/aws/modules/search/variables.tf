variable "platform" {
  type = object({
    name                = string
    region              = string
    account             = string
    arns                = string
    key                 = object({ own = bool, arn = string })
    image               = string
    build               = string
    collector_image     = string
    cpu_architecture    = string
    log_retention_days  = number
    subnet_ids          = list(string)
    cluster_name        = string
    cluster_id          = string
    repository_arn      = string
    database_secret_arn = string
    prometheus          = object({ remote_write_url = string, workspace_arn = optional(string) })
  })
}

variable "environment" { type = map(string) }
variable "settings" { type = object({ cpus = number, memory_mb = number, min_tasks = number, max_tasks = number }) }
variable "port" { type = number }
variable "bucket_arn" { type = string }
variable "vpc_id" { type = string }
variable "public_subnet_ids" { type = list(string) }
variable "security_groups" { type = map(string) }
variable "certificate_arn" { type = string }
variable "namespace_id" { type = string }

variable "sign_in" {
  type = object({
    issuer                 = string
    authorization_endpoint = string
    token_endpoint         = string
    user_info_endpoint     = string
    client_id              = string
  })
}

variable "sign_in_secret" {
  type      = string
  sensitive = true
}

variable "requests_per_five_minutes" { type = number }
variable "protect_data" { type = bool }
