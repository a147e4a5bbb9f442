output "id" { value = aws_db_instance.media.identifier }
output "address" { value = aws_db_instance.media.address }
output "secret_arn" { value = aws_secretsmanager_secret.media.arn }

# The same, but not known before a new password is written: who reads the text by it has the new one in the same apply.
output "written_secret_arn" { value = aws_secretsmanager_secret_version.media.arn }

# Without a password: PGPASSWORD brings it.
output "url" {
  value = "postgresql://${local.role}@${aws_db_instance.media.address}:${aws_db_instance.media.port}/${local.role}?${local.tls}"
}

output "access" {
  description = "What the migration needs beside the role's own."
  value = {
    role             = local.role
    admin_url        = "postgresql://${local.admin}@${aws_db_instance.media.address}:${aws_db_instance.media.port}/postgres?sslmode=require"
    address          = aws_db_instance.media.address
    port             = tostring(aws_db_instance.media.port)
    admin            = local.admin
    admin_secret_arn = aws_db_instance.media.master_user_secret[0].secret_arn
  }
  depends_on = [aws_secretsmanager_secret_version.media]
}
