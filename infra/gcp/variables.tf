variable "project" {
  description = "Project that everything is made in; one of its own, since log retention and the Pub/Sub agent are the project's."
  type        = string
}

variable "region" {
  description = "Region of everything."
  type        = string
}

variable "prefix" {
  description = "MEDIA_QUEUE_PREFIX, and what every name begins with."
  type        = string
  default     = "media"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,12}$", var.prefix))
    error_message = "prefix is 2 to 13 lower-case letters, digits and dashes, a letter first: names of service accounts have 30."
  }
}

variable "image" {
  description = "The product's image by digest, as infra/image/build --push prints it. Empty: only what the image needs to exist (the registry and all without containers)."
  type        = string
  default     = ""

  validation {
    condition     = var.image == "" || can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "image is named by its digest, ...@sha256:..., so that every stage runs the same one."
  }
}

variable "psql_image" {
  description = "Image with psql, which makes the extension vector once."
  type        = string
  default     = "postgres:17-bookworm"
}

variable "bucket" {
  description = "Name of the bucket; empty: <project>-<prefix>."
  type        = string
  default     = ""
}

variable "upload_origins" {
  description = "Web origins that may upload to the bucket by signed URL."
  type        = list(string)
  default     = []
}

variable "noncurrent_days" {
  description = "Days that a replaced or deleted object can still be brought back."
  type        = number
  default     = 30
}

variable "kms_key" {
  description = "Key, projects/P/locations/L/keyRings/R/cryptoKeys/K in the region, that bucket, topics, database and registry are encrypted with; empty: Google's own keys."
  type        = string
  default     = ""
}

variable "tenant" {
  description = "MEDIA_TENANT."
  type        = string
  default     = "default"
}

variable "scenes" {
  description = "MEDIA_SCENES: full, or fast, which decodes a part of a video's frames at a small loss of shots."
  type        = string
  default     = "full"

  validation {
    condition     = contains(["full", "fast"], var.scenes)
    error_message = "scenes is full or fast."
  }
}

variable "log_level" {
  description = "LOG_LEVEL."
  type        = string
  default     = "info"
}

variable "database" {
  description = "Size of the database: tier, disk in GB where it begins, whether a second zone stands by, days of backups."
  type = object({
    tier           = optional(string, "db-custom-4-16384")
    disk_gb        = optional(number, 100)
    disk_limit_gb  = optional(number, 2000)
    standby        = optional(bool, true)
    backups        = optional(number, 14)
    log_days       = optional(number, 7)
    connections    = optional(number, 800)
    deletion_guard = optional(bool, true)
  })
  default = {}
}

variable "scaler" {
  description = "What sets the number of workers: crema (Google's external-metrics autoscaler, a preview) or none (fixed, see instances)."
  type        = string
  default     = "crema"

  validation {
    condition     = contains(["crema", "none"], var.scaler)
    error_message = "scaler is crema or none; to scale by KEDA run infra/kubernetes/overlays/gcp on GKE."
  }
}

variable "instances" {
  description = "Workers per stage: at first with scaler crema, always with scaler none. A stage that is not named gets its minTasks, at least 1."
  type        = map(number)
  default     = {}
}

variable "max_tasks" {
  description = "Most workers of a stage, with scaler crema; a stage that is not named: see fewer_tasks in main.tf, which the default database's connections are enough for."
  type        = map(number)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.max_tasks), keys(local.stages))) == 0
    error_message = "max_tasks names stages of infra/topology.json: ${join(", ", keys(local.stages))}."
  }
}

variable "scaler_image" {
  description = "Image of the autoscaler; it is built on the base image."
  type        = string
  default     = "us-central1-docker.pkg.dev/cloud-run-oss-images/crema-v1/autoscaler:1.0"
}

variable "scaler_base_image" {
  description = "Base image that the autoscaler's image is laid on by Cloud Run."
  type        = string
  default     = "us-central1-docker.pkg.dev/serverless-runtimes/google-24/runtimes/java25"
}

variable "model_instances" {
  description = "Fewest and most instances of the model server."
  type        = object({ min = number, max = number })
  default     = { min = 0, max = 20 }
}

variable "models_json" {
  description = "Content of MEDIA_MODELS; empty: embed, transcribe and readText by the model server made here."
  type        = string
  default     = ""
}

variable "search" {
  description = "Search: fewest and most instances, who may call it (members), and where it is public its host name. Without a domain it is reached from the VPC only, by those members."
  type = object({
    min                 = optional(number, 1)
    max                 = optional(number, 10)
    invokers            = optional(list(string), [])
    domain              = optional(string, "")
    requests_per_minute = optional(number, 600)
  })
  default = {}
}

variable "internet" {
  description = "Whether workers reach the internet by Cloud NAT, as models or a collector elsewhere need, and a GKE cluster in this network. Google's APIs need none."
  type        = bool
  default     = false
}

variable "subnet_cidr" {
  description = "Addresses of the workers: each instance takes one, and rollouts take twice as many."
  type        = string
  default     = "10.20.0.0/20"
}

variable "otlp_endpoint" {
  description = "OTEL_EXPORTER_OTLP_ENDPOINT; empty: with collector_image the sidecar's, otherwise none."
  type        = string
  default     = ""
}

variable "collector_image" {
  description = "Image of an OpenTelemetry collector with the exporters googlemanagedprometheus and googlecloud, by digest; it runs beside every worker. Empty: none."
  type        = string
  default     = ""
}

variable "operators" {
  description = "Members who may act as the operator's service account and read its keys."
  type        = list(string)
  default     = []
}

variable "kubernetes_namespace" {
  description = "Namespace whose accounts media-<stage> act as the functions' service accounts, where the workers run on GKE; empty: none. Leave image empty then."
  type        = string
  default     = ""
}

variable "log_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30
}

variable "alert_emails" {
  description = "Where alerts and the budget's warnings go."
  type        = list(string)
  default     = []
}

variable "runbooks" {
  description = "Address before a runbook's file name in alerts."
  type        = string
  default     = "infra/runbooks/"
}

variable "budget" {
  description = "Billing account and amount a month, in its currency; empty account: no budget."
  type        = object({ account = string, amount = number })
  default     = { account = "", amount = 0 }
}
