variable "prefix" { type = string }
variable "project" { type = string }
variable "region" { type = string }
variable "image" { type = string }
variable "stages" { type = any }
variable "receivers" { type = map(list(string)) }
variable "lanes" { type = list(string) }
variable "instances" { type = map(number) }
variable "bucket" { type = string }
variable "queues" { type = object({ topics = map(string), subscriptions = map(string) }) }
variable "database" { type = any }
variable "network" { type = any }
variable "tenant" { type = string }
variable "scenes" { type = string }
variable "log_level" { type = string }
variable "model_instances" { type = object({ min = number, max = number }) }
variable "models_json" { type = string }
variable "otlp_endpoint" { type = string }
variable "collector_image" { type = string }
variable "operators" { type = list(string) }
variable "kubernetes_namespace" { type = string }
variable "psql_image" { type = string }
