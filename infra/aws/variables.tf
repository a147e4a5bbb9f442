variable "region" {
  description = "Where everything is made."
  type        = string
}

variable "name" {
  description = "Beginning of every name, and MEDIA_QUEUE_PREFIX."
  type        = string
  default     = "media"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,15}$", var.name))
    error_message = "2 to 16 of lower-case letters, digits and hyphens, a letter first."
  }
}

variable "bucket" {
  description = "Name of the bucket; <name>-<account>-<region> where none is given."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of everything, beside Project."
  type        = map(string)
  default     = {}
}

variable "protect_data" {
  description = "Database, bucket, images and load balancer can't be deleted; false before a destroy."
  type        = bool
  default     = true
}

# Images

variable "image_tag" {
  description = "Tag of the product's image in the registry that is made here. Tags can't be overwritten."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", var.image_tag)) && var.image_tag != "latest"
    error_message = "A tag that says which build it is; not latest."
  }
}

variable "collector_image" {
  description = "The OpenTelemetry collector with the awsemf and awsxray exporters."
  type        = string
  default     = "amazon/aws-otel-collector:v0.43.3"
}

variable "postgres_client_image" {
  description = "An image with sh and psql, for the step of the migration that the administrator must do."
  type        = string
  default     = "postgres:18-alpine"
}

variable "cpu_architecture" {
  description = "That the image was built for."
  type        = string
  default     = "X86_64"

  validation {
    condition     = contains(["X86_64", "ARM64"], var.cpu_architecture)
    error_message = "X86_64 or ARM64."
  }
}

# Stages

variable "variant" {
  description = "How stages run: containers, or lambda for those whose runs end within a function's 15 minutes."
  type        = string
  default     = "containers"

  validation {
    condition     = contains(["containers", "lambda"], var.variant)
    error_message = "containers or lambda."
  }
}

variable "stage_variants" {
  description = "Stages that run otherwise than variant says: { publish = \"lambda\" }."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for variant in values(var.stage_variants) : contains(["containers", "lambda"], variant)])
    error_message = "containers or lambda, for each stage."
  }
}

variable "min_tasks" {
  description = "Stages that keep tasks running where the topology says 0: { ingest = 1 } answers an upload at once."
  type        = map(number)
  default     = {}
}

variable "max_tasks" {
  description = "Stages with another upper limit of tasks than the topology's. Each task holds up to 4 database connections."
  type        = map(number)
  default     = {}
}

variable "spot" {
  description = "Run the stages on Fargate Spot: cheaper, and AWS may stop a task after two minutes' notice."
  type        = bool
  default     = false
}

variable "tenant" {
  description = "MEDIA_TENANT: whose the uploads are."
  type        = string
  default     = "default"
}

variable "log_level" {
  description = "LOG_LEVEL of every process."
  type        = string
  default     = "info"
}

variable "models" {
  description = "The content of MEDIA_MODELS as JSON; the model server that is made here where none is given."
  type        = string
  default     = null
}

variable "model_server" {
  description = "The server of the CPU models: size of a task and how many."
  type = object({
    cpus      = optional(number, 2)
    memory_mb = optional(number, 4096)
    min_tasks = optional(number, 1)
    max_tasks = optional(number, 8)
  })
  default = {}
}

# Network

variable "vpc_cidr" {
  description = "Addresses of the network, /16 to /20."
  type        = string
  default     = "10.40.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.vpc_cidr)) && tonumber(split("/", var.vpc_cidr)[1]) <= 20 && tonumber(split("/", var.vpc_cidr)[1]) >= 16
    error_message = "An IPv4 range of /16 to /20."
  }
}

variable "availability_zones" {
  description = "Two or more zones; the region's first three where none are given."
  type        = list(string)
  default     = []
}

variable "nat_per_zone" {
  description = "A NAT gateway in each zone, so that the loss of one zone is not everybody's; false: one, cheaper."
  type        = bool
  default     = true
}

variable "interface_endpoints" {
  description = "Services reached without the NAT gateway: sqs, logs, secretsmanager, ecr.api, ecr.dkr, ..."
  type        = set(string)
  default     = []
}

# Storage

variable "customer_managed_key" {
  description = "Encrypt with a KMS key of one's own; false: with the services' own keys, which cost nothing."
  type        = bool
  default     = true
}

variable "upload_origins" {
  description = "Web origins whose pages may upload to the bucket: [\"https://media.example.com\"]."
  type        = list(string)
  default     = []
}

# Database

variable "database" {
  description = "The PostgreSQL instance."
  type = object({
    engine_version        = optional(string, "18")
    instance_class        = optional(string, "db.m7g.large")
    allocated_gb          = optional(number, 100)
    max_allocated_gb      = optional(number, 1000)
    multi_az              = optional(bool, true)
    backup_retention_days = optional(number, 14)
    ca_certificate_file   = optional(string)
  })
  default = {}

  validation {
    condition     = var.database.backup_retention_days >= 1
    error_message = "Backups are kept for one day at least."
  }
}

# Search

variable "search_certificate_arn" {
  description = "ACM certificate of Search's name, in this region."
  type        = string

  validation {
    condition     = startswith(var.search_certificate_arn, "arn:")
    error_message = "The ARN of an ACM certificate: Search is served by TLS alone."
  }
}

variable "search_ingress_cidrs" {
  description = "Who may reach Search."
  type        = list(string)
  default     = ["0.0.0.0/0"]
}

variable "search_requests_per_five_minutes" {
  description = "From one address; more are refused with 403."
  type        = number
  default     = 2000
}

variable "search" {
  description = "Search: size of a task and how many."
  type = object({
    cpus      = optional(number, 0.5)
    memory_mb = optional(number, 1024)
    min_tasks = optional(number, 2)
    max_tasks = optional(number, 10)
  })
  default = {}
}

# Operations

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = var.log_retention_days > 0
    error_message = "One of the numbers of days that CloudWatch knows; not for ever."
  }
}

variable "alarm_emails" {
  description = "Who is told of alarms and of the budget; each must confirm once."
  type        = list(string)
  default     = []
}

variable "oldest_message_seconds" {
  description = "How old a waiting message may become before an alarm, by lane."
  type        = object({ interactive = optional(number, 900), bulk = optional(number, 86400) })
  default     = {}
}

variable "monthly_budget_usd" {
  description = "Told of at 80 % and where the month's forecast is over it."
  type        = number
  default     = 1000
}
