variable "names" { type = map(object({ interactive = string, bulk = string, dead = string })) }
variable "arns" { type = map(object({ interactive = string, bulk = string, dead = string })) }
variable "account" { type = string }
variable "bucket_arn" { type = string }
variable "key" { type = object({ own = bool, arn = string }) }
variable "visibility_seconds" { type = map(number) }
