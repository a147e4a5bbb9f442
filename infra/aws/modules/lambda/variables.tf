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

variable "name" { type = string }
variable "stage" { type = any }
variable "max_tasks" { type = number }
variable "environment" { type = map(string) }
variable "secret_arn" { type = string }
variable "queue_arns" { type = map(string) }
variable "security_group_id" { type = string }

variable "policies" {
  description = "By name."
  type        = map(string)
}
