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
variable "cpus" { type = number }
variable "memory_mb" { type = number }
variable "entry_point" { type = list(string) }
variable "environment" { type = map(string) }

variable "secrets" {
  description = "By variable: a secret, and the key in its JSON."
  type        = map(object({ arn = string, key = string }))
  default     = {}
}

variable "policies" {
  description = "By name."
  type        = map(string)
}

variable "port" {
  type    = number
  default = null
}

variable "health_command" {
  type    = list(string)
  default = null
}

variable "collector" {
  type    = bool
  default = true
}

variable "before" {
  description = "Containers that must end well before the program starts."
  type = list(object({
    name        = string
    image       = string
    entry_point = list(string)
    environment = map(string)
    secrets     = map(object({ arn = string, key = string }))
  }))
  default = []
}
