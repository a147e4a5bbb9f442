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
variable "stages" { type = any }

variable "scaling" {
  type = object({ metricSeconds = number, outCooldownSeconds = number, inCooldownSeconds = number, startSeconds = number })
}

variable "variants" { type = map(string) }
variable "min_tasks" { type = map(number) }
variable "max_tasks" { type = map(number) }
variable "spot" { type = bool }
variable "queue_names" { type = map(object({ interactive = string, bulk = string, dead = string })) }
variable "queue_arns" { type = map(object({ interactive = string, bulk = string, dead = string })) }
variable "bucket_arn" { type = string }
variable "security_groups" { type = map(string) }
variable "vpc_id" { type = string }
variable "model_server" { type = object({ cpus = number, memory_mb = number, min_tasks = number, max_tasks = number }) }
variable "model_server_port" { type = number }
variable "postgres_client_image" { type = string }
variable "search_url" { type = string }

variable "written_secret_arn" { type = string }

variable "database" {
  type = object({
    role = string, admin_url = string, admin_secret_arn = string, address = string, port = string, admin = string
  })
}
