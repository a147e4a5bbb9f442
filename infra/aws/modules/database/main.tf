locals {
  role  = "media"
  admin = "administrator"
  major = split(".", var.settings.engine_version)[0]
  # libpq checks the server's certificate where it is given the authority's.
  tls = var.settings.ca_certificate_file == null ? "sslmode=require" : "sslmode=verify-full&sslrootcert=${var.settings.ca_certificate_file}"
}

resource "aws_db_subnet_group" "media" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_db_parameter_group" "media" {
  name_prefix = "${var.name}-"
  family      = "postgres${local.major}"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name         = "shared_preload_libraries"
    value        = "pg_stat_statements"
    apply_method = "pending-reboot"
  }

  parameter {
    name         = "max_connections"
    value        = var.settings.max_connections
    apply_method = "pending-reboot"
  }

  # Milliseconds.
  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }

  parameter {
    name  = "log_lock_waits"
    value = "1"
  }

  # Milliseconds: a worker that was killed inside a transaction must not hold its rows for long.
  parameter {
    name  = "idle_in_transaction_session_timeout"
    value = "120000"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "media" {
  for_each = toset(["postgresql", "upgrade"])

  name              = "/aws/rds/instance/${var.name}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.key.arn
}

resource "aws_db_instance" "media" {
  identifier     = var.name
  engine         = "postgres"
  engine_version = var.settings.engine_version
  instance_class = var.settings.instance_class

  storage_type          = "gp3"
  allocated_storage     = var.settings.allocated_gb
  max_allocated_storage = var.settings.max_allocated_gb
  storage_encrypted     = true
  kms_key_id            = var.key.arn

  # The administrator's password is made, kept and changed by RDS.
  username                      = local.admin
  manage_master_user_password   = true
  master_user_secret_kms_key_id = var.key.arn

  db_subnet_group_name   = aws_db_subnet_group.media.name
  vpc_security_group_ids = [var.security_group_id]
  parameter_group_name   = aws_db_parameter_group.media.name
  publicly_accessible    = false
  multi_az               = var.settings.multi_az

  backup_retention_period = var.settings.backup_retention_days
  backup_window           = "02:00-03:00"
  maintenance_window      = "sun:03:30-sun:04:30"
  copy_tags_to_snapshot   = true

  apply_immediately               = var.apply_immediately
  allow_major_version_upgrade     = var.major_upgrade
  auto_minor_version_upgrade      = true
  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.key.arn
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]

  deletion_protection       = var.protect_data
  skip_final_snapshot       = !var.protect_data
  final_snapshot_identifier = "${var.name}-final"
  delete_automated_backups  = !var.protect_data

  depends_on = [aws_cloudwatch_log_group.media]
}

# The password of the role that owns the database: made by the service, written by Terraform, and in no state file.
ephemeral "aws_secretsmanager_random_password" "media" {
  password_length     = 40
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "media" {
  name                    = "${var.name}-database"
  description             = "The role that owns the database; the tasks sign in as it"
  kms_key_id              = var.key.arn
  recovery_window_in_days = var.protect_data ? 30 : 0
}

resource "aws_secretsmanager_secret_version" "media" {
  secret_id = aws_secretsmanager_secret.media.id
  secret_string_wo = jsonencode({
    username = local.role
    password = ephemeral.aws_secretsmanager_random_password.media.random_password
  })
  # One more writes a new password: then run the migration task and start the services anew.
  secret_string_wo_version = var.password_version
}
