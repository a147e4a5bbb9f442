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
  description = "Database, bucket, images and load balancer can't be deleted, keys and secrets wait 30 days; false before a destroy."
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
  description = "Stages that keep more tasks running than the topology says: { ingest = 1 } answers an upload at once."
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

variable "scenes" {
  description = "MEDIA_SCENES: full, or fast, which decodes a part of a video's frames at a small loss of shots."
  type        = string
  default     = "full"

  validation {
    condition     = contains(["full", "fast"], var.scenes)
    error_message = "scenes is full or fast."
  }
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
  description = "Encrypt with a KMS key of one's own; false: with the services' own keys, which cost nothing. Only before the first apply: a change replaces the database and the images."
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
    # What a class with 8 GB carries, at about 10 MB for each. Another number wants a reboot of the instance.
    max_connections = optional(number, 800)
    # Where Amazon RDS's certificate bundle lies in the image: then the server's certificate is checked.
    ca_certificate_file = optional(string)
  })
  default = {}

  validation {
    condition     = var.database.backup_retention_days >= 1
    error_message = "Backups are kept for one day at least."
  }
}

variable "database_apply_immediately" {
  description = "Changes of the database that restart it are made at once; false: in its maintenance window, Sunday 03:30 UTC."
  type        = bool
  default     = false
}

variable "database_major_upgrade" {
  description = "database.engine_version may name another major version: see infra/runbooks/database-upgrade.md."
  type        = bool
  default     = false
}

variable "database_password_version" {
  description = "One more makes a new password of the role that the tasks sign in as: see README.md."
  type        = number
  default     = 1
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
  description = "Who may reach Search, which has no sign-in of its own: your offices, your VPN, the proxy before it."
  type        = list(string)

  validation {
    condition     = length(var.search_ingress_cidrs) > 0 && alltrue([for cidr in var.search_ingress_cidrs : can(cidrnetmask(cidr))])
    error_message = "IPv4 ranges, one at least."
  }
  validation {
    condition     = var.search_sign_in != null || alltrue([for cidr in var.search_ingress_cidrs : tonumber(split("/", cidr)[1]) >= 8])
    error_message = "Search has no sign-in of its own: who opens it to everybody sets search_sign_in."
  }
}

variable "search_sign_in" {
  description = "An OpenID Connect provider by which the load balancer signs people in before Search sees a request."
  type = object({
    issuer                 = string
    authorization_endpoint = string
    token_endpoint         = string
    user_info_endpoint     = string
    client_id              = string
  })
  default = null
}

variable "search_sign_in_secret" {
  description = "The client's secret at that provider. Load balancers take it by value: it stands in the state file."
  type        = string
  default     = null
  sensitive   = true

  validation {
    condition     = (var.search_sign_in_secret == null) == (var.search_sign_in == null)
    error_message = "Both of search_sign_in and search_sign_in_secret, or neither."
  }
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

variable "prometheus" {
  description = "A Prometheus that the metrics are written to beside CloudWatch, for infra/alerts and infra/dashboards: its remote-write URL; the ARN of the workspace where it is Amazon's."
  type        = object({ remote_write_url = string, workspace_arn = optional(string) })
  default     = null
}

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
