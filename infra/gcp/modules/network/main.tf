variable "prefix" { type = string }
variable "region" { type = string }
variable "subnet_cidr" { type = string }
variable "internet" { type = bool }

locals {
  # private.googleapis.com: Google's APIs and run.app, without the internet.
  google_apis = "199.36.153.8/30"
}

resource "google_compute_network" "this" {
  name                    = var.prefix
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "workers" {
  name                     = "${var.prefix}-workers"
  network                  = google_compute_network.this.id
  region                   = var.region
  ip_cidr_range            = var.subnet_cidr
  private_ip_google_access = true

  log_config {
    aggregation_interval = "INTERVAL_10_MIN"
    flow_sampling        = 0.1
    metadata             = "INCLUDE_ALL_METADATA"
  }
}

# The database's addresses, in the network of the service that runs it.
resource "google_compute_global_address" "services" {
  name          = "${var.prefix}-services"
  network       = google_compute_network.this.id
  purpose       = "VPC_PEERING"
  address_type  = "INTERNAL"
  prefix_length = 20
}

resource "google_service_networking_connection" "services" {
  network                 = google_compute_network.this.id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.services.name]
}

# Nothing comes in: workers open no port, and Search is reached through Cloud Run's own front end.
resource "google_compute_firewall" "deny_ingress" {
  name          = "${var.prefix}-deny-ingress"
  network       = google_compute_network.this.id
  direction     = "INGRESS"
  priority      = 65000
  source_ranges = ["0.0.0.0/0"]

  deny {
    protocol = "all"
  }
}

resource "google_compute_firewall" "deny_egress" {
  count = var.internet ? 0 : 1

  name               = "${var.prefix}-deny-egress"
  network            = google_compute_network.this.id
  direction          = "EGRESS"
  priority           = 65000
  destination_ranges = ["0.0.0.0/0"]

  deny {
    protocol = "all"
  }
}

resource "google_compute_firewall" "allow_egress" {
  for_each = {
    google   = { ranges = [local.google_apis], ports = ["443"] }
    database = { ranges = ["${google_compute_global_address.services.address}/20"], ports = ["5432"] }
  }

  name               = "${var.prefix}-allow-${each.key}"
  network            = google_compute_network.this.id
  direction          = "EGRESS"
  priority           = 1000
  destination_ranges = each.value.ranges

  allow {
    protocol = "tcp"
    ports    = each.value.ports
  }
}

resource "google_dns_managed_zone" "google" {
  for_each = { apis = "googleapis.com.", run = "run.app." }

  name       = "${var.prefix}-${each.key}"
  dns_name   = each.value
  visibility = "private"

  private_visibility_config {
    networks {
      network_url = google_compute_network.this.id
    }
  }
}

resource "google_dns_record_set" "google" {
  for_each = google_dns_managed_zone.google

  managed_zone = each.value.name
  name         = each.key == "apis" ? "private.${each.value.dns_name}" : "*.${each.value.dns_name}"
  type         = "A"
  ttl          = 300
  rrdatas      = ["199.36.153.8", "199.36.153.9", "199.36.153.10", "199.36.153.11"]
}

resource "google_dns_record_set" "google_names" {
  managed_zone = google_dns_managed_zone.google["apis"].name
  name         = "*.${google_dns_managed_zone.google["apis"].dns_name}"
  type         = "CNAME"
  ttl          = 300
  rrdatas      = ["private.${google_dns_managed_zone.google["apis"].dns_name}"]
}

resource "google_compute_router" "this" {
  count = var.internet ? 1 : 0

  name    = var.prefix
  network = google_compute_network.this.id
  region  = var.region
}

resource "google_compute_router_nat" "this" {
  count = var.internet ? 1 : 0

  name                               = var.prefix
  router                             = google_compute_router.this[0].name
  region                             = var.region
  nat_ip_allocate_option             = "AUTO_ONLY"
  source_subnetwork_ip_ranges_to_nat = "ALL_SUBNETWORKS_ALL_IP_RANGES"

  log_config {
    enable = true
    filter = "ERRORS_ONLY"
  }
}

output "network" {
  value = google_compute_network.this.id
}

output "subnetwork" {
  value = google_compute_subnetwork.workers.id
}

# Known once the peering stands: what has a private address must wait for it.
output "private_services" {
  value      = google_compute_network.this.id
  depends_on = [google_service_networking_connection.services]
}
