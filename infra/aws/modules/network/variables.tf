variable "name" { type = string }
variable "region" { type = string }
variable "cidr" { type = string }
variable "zones" { type = list(string) }
variable "nat_per_zone" { type = bool }
variable "interface_endpoints" { type = set(string) }
variable "search_cidrs" { type = list(string) }
variable "search_signs_in" { type = bool }
variable "search_port" { type = number }
variable "model_server_port" { type = number }
variable "log_retention_days" { type = number }
variable "key" { type = object({ own = bool, arn = string }) }
