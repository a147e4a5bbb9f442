// SQS (JSON protocol 1.0) with as many messages as are asked for, for measuring what a consumer itself costs.
//
// usage: sqs_stub [PORT]     prints the port that it listens on, on loopback
//   GET /set?messages=N&delay=MS  starts a count anew: N messages, every call answered after MS ms
//   GET /counts                   what came since then, as JSON
//
// It checks no signature, keeps no state of a message but whether it was deleted, and serves one thread of clients: a
// consumer of one core can't keep it busy.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS = 1024, BUFFER = 256 << 10, BODIES = 4096, SEQUENCES = 1 << 26, NOTE = 380, BATCH = 10 };
enum { RECEIPT_DIGITS = 12, MESSAGE = 1600 };

typedef struct {
  bool open, used, held, polls;
  int wanted;
  int64_t due, deadline;  // nanoseconds: when the answer may go out, and when an empty one must
  size_t in, out, sent;
  char *input, *output;
} client;

typedef struct {
  char text[MESSAGE];
  size_t length, receipt, id;  // where the sequence number goes
} message;

static client clients[CLIENTS];
static message messages[BODIES];
static uint8_t *deleted;
static int order[CLIENTS], order_count;  // whose answers are held back, by when they came
static int64_t delay, first_receive;
static long remaining, sequence, received, distinct, doubled, calls, sent_messages;
static int connections, most_connections, used, held_now, most_held, polls_now, most_polls, port;

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void md5(const char *text, size_t length, char hex[33]) {
  unsigned char sum[16];
  EVP_Digest(text, length, sum, NULL, EVP_md5(), NULL);
  for (int i = 0; i < 16; i++) sprintf(hex + 2 * i, "%02x", sum[i]);
}

static void make_messages(void) {
  char note[NOTE + 1], plain[1200], escaped[1400], digest[33];
  memset(note, 'x', NOTE);
  note[NOTE] = 0;
  for (int i = 0; i < BODIES; i++) {
    int length = snprintf(plain, sizeof plain,
        "{\"asset\":\"00000000-0000-8000-a000-%012d\",\"generation\":1,\"id\":\"019b76da-a800-7000-8000-%012d\","
        "\"kind\":\"bench.asked.v1\",\"payload\":{\"note\":\"%s\"},\"sent\":\"2026-01-01T00:00:00.000Z\","
        "\"tenant\":\"default\",\"v\":1}", i, i, note);
    md5(plain, length, digest);
    char *to = escaped;
    for (char *from = plain; *from; from++) {
      if (*from == '"') *to++ = '\\';
      *to++ = *from;
    }
    *to = 0;
    message *m = &messages[i];
    m->id = snprintf(m->text, MESSAGE, "{\"MessageId\":\"019b76da-a800-7000-8000-");
    m->receipt = m->id + snprintf(m->text + m->id, MESSAGE - m->id, "%012d\",\"ReceiptHandle\":\"AQEB", 0);
    m->length = m->receipt + snprintf(m->text + m->receipt, MESSAGE - m->receipt,
        "%012dwJnKyrHigUMZj6rYigCgxlaS3SLy0aAQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a\",\"MD5OfBody\":\"%s\",\"Body\":\"%s\","
        "\"Attributes\":{\"ApproximateReceiveCount\":\"1\",\"SentTimestamp\":\"1767225600000\"}}", 0, digest, escaped);
  }
}

static void put_number(char *to, long value) {
  for (int i = RECEIPT_DIGITS - 1; i >= 0; i--, value /= 10) to[i] = '0' + value % 10;
}

// Begins an answer whose body is written at the returned place; finish() fills in its length.
static char *begin(client *c) { return c->output + 128; }

static void finish(client *c, int status, char *end) {
  char *body = begin(c), head[128];
  size_t count = end - body;
  int length = snprintf(head, sizeof head, "HTTP/1.1 %d OK\r\nContent-Type: application/x-amz-json-1.0\r\n"
                        "Content-Length: %zu\r\n\r\n", status, count);
  memcpy(body - length, head, length);
  c->sent = 128 - length;
  c->out = 128 + count;
}

// JSON, as far as it is needed: after a string's opening quote, the place of its closing one.
static char *string_end(char *at) {
  while (*at && *at != '"') at += *at == '\\' && at[1] ? 2 : 1;
  return at;
}

// The next object of a list, with its end; NULL after the last.
static char *next_object(char **at, char **end) {
  char *from = NULL;
  int depth = 0;
  for (char *p = *at; *p; p++) {
    if (*p == '"') { p = string_end(p + 1); if (!*p) return NULL; continue; }
    if (*p == ']' && depth == 0) return NULL;
    if (*p == '{' && depth++ == 0) from = p;
    if (*p == '}' && --depth == 0) { *at = *end = p + 1; return from; }
  }
  return NULL;
}

// A member's text value, still escaped; NULL where there is none.
static char *text_member(char *object, char *limit, const char *name, size_t *length) {
  size_t wanted = strlen(name);
  for (char *p = object; p < limit; p++) {
    if (*p != '"') continue;
    char *end = string_end(p + 1);
    if ((size_t)(end - p - 1) == wanted && !memcmp(p + 1, name, wanted)) {
      char *value = end + 1;
      while (*value == ' ' || *value == ':') value++;
      if (*value++ != '"') return NULL;
      *length = string_end(value) - value;
      return value;
    }
    p = end;
  }
  return NULL;
}

static long number(const char *text, const char *name, long otherwise) {
  const char *at = strstr(text, name);
  if (!at) return otherwise;
  at += strlen(name);
  while (*at == '"' || *at == ':' || *at == ' ' || *at == '=') at++;
  return strtol(at, NULL, 10);
}

static unsigned hexadecimal(const char *four) {
  char text[5] = {four[0], four[1], four[2], four[3], 0};
  return strtoul(text, NULL, 16);
}

static char *put_utf8(char *to, unsigned point) {
  if (point < 0x80) { *to++ = point; return to; }
  if (point < 0x800) *to++ = 0xC0 | point >> 6;
  else if (point < 0x10000) { *to++ = 0xE0 | point >> 12; *to++ = 0x80 | (point >> 6 & 0x3F); }
  else { *to++ = 0xF0 | point >> 18; *to++ = 0x80 | (point >> 12 & 0x3F); *to++ = 0x80 | (point >> 6 & 0x3F); }
  *to++ = 0x80 | (point & 0x3F);
  return to;
}

// In place: UTF-8 is never longer than its escapes.
static size_t unescape(char *text, size_t length) {
  static const char names[] = "ntrbf", values[] = "\n\t\r\b\f";
  char *to = text, *limit = text + length;
  for (char *from = text; from < limit; from++) {
    if (*from != '\\') { *to++ = *from; continue; }
    from++;
    if (*from != 'u') {
      const char *name = strchr(names, *from);
      *to++ = name ? values[name - names] : *from;
      continue;
    }
    unsigned point = hexadecimal(from + 1);
    from += 4;
    if (point >> 10 == 0x36 && from + 6 < limit) {  // the first of a pair
      point = 0x10000 + ((point & 0x3FF) << 10) + (hexadecimal(from + 3) & 0x3FF);
      from += 6;
    }
    to = put_utf8(to, point);
  }
  return to - text;
}

static void give_messages(client *c) {
  char *start = begin(c), *to = start;
  int count = c->wanted < remaining ? c->wanted : (int)remaining;
  for (int i = 0; i < count; i++) {
    long n = sequence++ % SEQUENCES;
    message *m = &messages[n % BODIES];
    to = i ? stpcpy(to, ",") : stpcpy(to, "{\"Messages\":[");
    memcpy(to, m->text, m->length);
    put_number(to + m->id, n);
    put_number(to + m->receipt, n);
    to += m->length;
  }
  to = count ? stpcpy(to, "]}") : stpcpy(to, "{}");
  remaining -= count;
  received += count;
  finish(c, 200, to);
}

enum batch { DELETE, SEND, OTHER };

static void answer_batch(client *c, char *body, enum batch kind) {
  char *to = stpcpy(begin(c), "{\"Successful\":["), *at = strstr(body, "\"Entries\""), *object, *end, digest[33];
  bool first = true;
  if (at) at = strchr(at, '[');
  if (at) at++;
  while (at && (object = next_object(&at, &end))) {
    size_t length = 0, id_length = 0;
    char *id = text_member(object, end, "Id", &id_length);
    if (kind == DELETE) {
      char *receipt = text_member(object, end, "ReceiptHandle", &length);
      char digits[RECEIPT_DIGITS + 1] = {0};
      if (!receipt || length < 4 + RECEIPT_DIGITS) continue;
      memcpy(digits, receipt + 4, RECEIPT_DIGITS);
      long n = strtol(digits, NULL, 10);
      if (n < 0 || n >= SEQUENCES) continue;
      if (deleted[n]) doubled++; else distinct++;
      deleted[n] = 1;
    }
    to += sprintf(to, "%s{\"Id\":\"%.*s\"", first ? "" : ",", (int)id_length, id ? id : "");
    if (kind == SEND) {
      char *text = text_member(object, end, "MessageBody", &length);
      if (text) md5(text, unescape(text, length), digest);
      if (text) to += sprintf(to, ",\"MessageId\":\"%ld\",\"MD5OfMessageBody\":\"%s\"", sent_messages, digest);
      sent_messages++;
    }
    *to++ = '}';
    first = false;
  }
  finish(c, 200, stpcpy(to, "],\"Failed\":[]}"));
}

static void start_anew(const char *head) {
  memset(deleted, 0, sequence < SEQUENCES ? sequence : SEQUENCES);
  remaining = number(head, "messages=", 0);
  delay = number(head, "delay=", 0) * 1000000LL;
  sequence = received = distinct = doubled = calls = sent_messages = first_receive = 0;
  used = most_held = most_polls = 0;
  most_connections = connections;
  for (int i = 0; i < CLIENTS; i++) clients[i].used = false;
}

static char *counts(char *to) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  double cpu = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  return to + sprintf(to,
      "{\"received\":%ld,\"deleted\":%ld,\"doubled\":%ld,\"sent\":%ld,\"calls\":%ld,\"remaining\":%ld,"
      "\"connections\":%d,\"most_connections\":%d,\"most_calls_at_once\":%d,\"most_receives_at_once\":%d,"
      "\"first_receive_nanoseconds\":%lld,\"cpu\":%.6f}",
      received, distinct, doubled, sent_messages, calls, remaining, used, most_connections, most_held, most_polls,
      (long long)first_receive, cpu);
}

static void hold(client *c, int64_t time) {
  c->held = true;
  c->due = time + delay;
  order[order_count++] = c - clients;
  if (++held_now > most_held) most_held = held_now;
  if (c->polls && ++polls_now > most_polls) most_polls = polls_now;
}

static char *attributes(char *to) {
  return to + sprintf(to, "{\"Attributes\":{\"QueueArn\":\"arn:aws:sqs:us-east-1:000000000000:bench\","
                      "\"ApproximateNumberOfMessages\":\"%ld\",\"ApproximateNumberOfMessagesNotVisible\":\"%ld\","
                      "\"ApproximateNumberOfMessagesDelayed\":\"0\"}}", remaining, received - distinct);
}

static void handle(client *c, char *head, char *body) {
  int64_t time = now();
  char *target = strcasestr(head, "x-amz-target: AmazonSQS.");
  c->polls = false;
  if (!target) {  // whoever measures; or a worker that looks into its bucket
    char *to = begin(c);
    if (!strncmp(head, "GET /set?", 9)) { start_anew(head); to = stpcpy(to, "{}"); }
    else if (!strncmp(head, "GET /counts", 11)) to = counts(to);
    else to = stpcpy(to, "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
    finish(c, 200, to);
    return;
  }
  char *operation = target + strlen("x-amz-target: AmazonSQS.");
  calls++;
  if (!c->used) used++;
  c->used = true;
  if (!strncmp(operation, "ReceiveMessage", 14)) {
    if (!first_receive && strcasestr(head, "\nauthorization:")) first_receive = time;
    long wanted = number(body, "\"MaxNumberOfMessages\"", 1);
    c->wanted = wanted < 1 ? 1 : wanted > BATCH ? BATCH : wanted;
    c->polls = true;
    c->deadline = time + number(body, "\"WaitTimeSeconds\"", 0) * 1000000000LL;
  } else if (!strncmp(operation, "DeleteMessageBatch", 18)) {
    answer_batch(c, body, DELETE);
  } else if (!strncmp(operation, "SendMessageBatch", 16)) {
    answer_batch(c, body, SEND);
  } else if (!strncmp(operation, "ChangeMessageVisibilityBatch", 28)) {
    answer_batch(c, body, OTHER);
  } else if (!strncmp(operation, "GetQueueUrl", 11)) {
    finish(c, 200, begin(c) + sprintf(begin(c), "{\"QueueUrl\":\"http://127.0.0.1:%d/000000000000/bench\"}", port));
  } else if (!strncmp(operation, "GetQueueAttributes", 18)) {
    finish(c, 200, attributes(begin(c)));
  } else {
    finish(c, 400, stpcpy(begin(c), "{\"__type\":\"com.amazonaws.sqs#UnsupportedOperation\"}"));
  }
  hold(c, time);
}

static void flush(client *c, int fd) {
  while (c->sent < c->out) {
    ssize_t count = send(fd, c->output + c->sent, c->out - c->sent, MSG_NOSIGNAL);
    if (count <= 0) return;  // a client with 256 kB unread is gone, and will be dropped when it is read from
    c->sent += count;
  }
  c->out = c->sent = 0;
}

// Sends what is due; returns when the next will be.
static int64_t serve_due(void);

static void parse(client *c, int fd) {
  while (!c->held) {
    c->input[c->in] = 0;
    char *end = strstr(c->input, "\r\n\r\n");
    if (!end) return;
    char *length = strcasestr(c->input, "\ncontent-length:");
    size_t count = length && length < end ? strtoul(length + 16, NULL, 10) : 0;
    size_t whole = end + 4 - c->input + count;
    if (c->in < whole) return;
    char kept = c->input[whole];
    c->input[whole] = 0;
    end[2] = 0;
    handle(c, c->input, end + 4);
    c->input[whole] = kept;
    memmove(c->input, c->input + whole, c->in - whole);
    c->in -= whole;
    if (!c->held) flush(c, fd);
  }
}

static int64_t serve_due(void) {
  int64_t time = now(), next = time + 60000000000LL;
  int kept = 0, count = order_count;
  static int ready[CLIENTS];
  int ready_count = 0;
  for (int i = 0; i < count; i++) {
    client *c = &clients[order[i]];
    bool is_ready = c->due <= time && (!c->polls || remaining > 0 || c->deadline <= time);
    if (is_ready) {
      if (c->polls) { polls_now--; give_messages(c); }
      held_now--;
      c->held = false;
      ready[ready_count++] = order[i];
      continue;
    }
    int64_t at = c->due > time ? c->due : c->deadline;
    if (at < next) next = at;
    order[kept++] = order[i];
  }
  order_count = kept;
  for (int i = 0; i < ready_count; i++) {
    flush(&clients[ready[i]], ready[i]);
    parse(&clients[ready[i]], ready[i]);  // what it has sent meanwhile
  }
  return order_count > kept ? time : next;
}

static void drop(int fd) {
  client *c = &clients[fd];
  if (c->held) {
    held_now--;
    if (c->polls) polls_now--;
    int kept = 0;
    for (int i = 0; i < order_count; i++) if (order[i] != fd) order[kept++] = order[i];
    order_count = kept;
  }
  connections--;
  c->open = c->held = false;
  close(fd);
}

static void take_client(int events, int listener) {
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), yes = 1;
  if (fd < 0) return;
  if (fd >= CLIENTS) { close(fd); return; }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  client *c = &clients[fd];
  char *input = c->input ? c->input : malloc(BUFFER), *output = c->output ? c->output : malloc(BUFFER);
  *c = (client){.open = true, .input = input, .output = output};
  if (++connections > most_connections) most_connections = connections;
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  epoll_ctl(events, EPOLL_CTL_ADD, fd, &event);
}

static void read_client(int fd) {
  client *c = &clients[fd];
  ssize_t count = read(fd, c->input + c->in, BUFFER - 1 - c->in);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) { drop(fd); return; }
  c->in += count;
  parse(c, fd);
}

int main(int argc, char **argv) {
  port = argc > 1 ? atoi(argv[1]) : 0;
  signal(SIGPIPE, SIG_IGN);
  deleted = calloc(SEQUENCES, 1);
  make_messages();
  int yes = 1, events = epoll_create1(EPOLL_CLOEXEC), listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener, (void *)&address, size) || listen(listener, 512)) { perror("sqs_stub"); return 1; }
  getsockname(listener, (void *)&address, &size);
  port = ntohs(address.sin_port);
  printf("%d\n", port);
  fflush(stdout);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, ready[64];
  epoll_ctl(events, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int64_t left = order_count ? serve_due() - now() : 60000000000LL;
    if (left < 0) left = 0;
    struct timespec timeout = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
    int count = epoll_pwait2(events, ready, 64, &timeout, NULL);
    for (int i = 0; i < count; i++) {
      if (ready[i].data.fd == listener) take_client(events, listener);
      else if (clients[ready[i].data.fd].open) read_client(ready[i].data.fd);
    }
  }
}
