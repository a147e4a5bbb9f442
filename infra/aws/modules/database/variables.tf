variable "name" { type = string }

variable "settings" {
  type = object({
    engine_version        = string
    instance_class        = string
    allocated_gb          = number
    max_allocated_gb      = number
    multi_az              = bool
    backup_retention_days = number
    max_connections       = number
    ca_certificate_file   = string
  })
}

variable "apply_immediately" { type = bool }
variable "major_upgrade" { type = bool }
variable "password_version" { type = number }
variable "subnet_ids" { type = list(string) }
variable "security_group_id" { type = string }
variable "key" { type = object({ own = bool, arn = string }) }
variable "protect_data" { type = bool }
variable "log_retention_days" { type = number }
