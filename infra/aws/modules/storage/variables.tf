variable "bucket" { type = string }
variable "bucket_arn" { type = string }
variable "key" { type = object({ own = bool, arn = string }) }
variable "protect_data" { type = bool }
variable "upload_origins" { type = list(string) }
variable "notified" { type = map(string) }
