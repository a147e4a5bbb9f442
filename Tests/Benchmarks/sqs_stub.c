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
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "sqs_stub_messages.h"
#include "sqs_stub_text.h"

enum { CLIENTS = 1024, BUFFER = 256 << 10, SEQUENCES = 1 << 26, BATCH = 10 };

typedef struct {
  bool open, used, held, polls;
  int wanted;
  int64_t due, deadline;  // nanoseconds: when the answer may go out, and when an empty one must
  size_t in, out, sent;
  char *input, *output;
} client;

static client clients[CLIENTS];
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

static void give_messages(client *c) {
  char *to = begin(c);
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
  remaining -= count, received += count;
  finish(c, 200, to);
}

enum batch { DELETE, SEND, OTHER };

static void answer_batch(client *c, char *body, enum batch kind) {
  char *to = stpcpy(begin(c), "{\"Successful\":["), *at = strstr(body, "\"Entries\""), *object, *end, digest[33];
  bool first = true;
  at = at ? strchr(at, '[') : NULL;
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
  double cpu = (double)clock() / CLOCKS_PER_SEC;
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
  used += !c->used;
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

// Sends what is due; returns when the next will be.
static int64_t serve_due(void) {
  int64_t time = now(), next = time + 60000000000LL;
  int kept = 0, count = order_count, ready_count = 0;
  static int ready[CLIENTS];
  for (int i = 0; i < count; i++) {
    client *c = &clients[order[i]];
    bool is_ready = c->due <= time && (!c->polls || remaining > 0 || c->deadline <= time);
    if (!is_ready) {
      int64_t at = c->due > time ? c->due : c->deadline;
      if (at < next) next = at;
      order[kept++] = order[i];
      continue;
    }
    if (c->polls) { polls_now--; give_messages(c); }
    held_now--;
    c->held = false;
    ready[ready_count++] = order[i];
  }
  order_count = kept;
  for (int i = 0; i < ready_count; i++) flush(&clients[ready[i]], ready[i]);
  for (int i = 0; i < ready_count; i++) parse(&clients[ready[i]], ready[i]);  // what they have sent meanwhile
  return order_count > kept ? time : next;
}

static void drop(int fd) {
  client *c = &clients[fd];
  if (c->held) {
    int kept = 0;
    held_now--;
    if (c->polls) polls_now--;
    for (int i = 0; i < order_count; i++) if (order[i] != fd) order[kept++] = order[i];
    order_count = kept;
  }
  c->open = c->held = false;
  connections--;
  close(fd);
}

static void take_client(int events, int listener) {
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), yes = 1;
  if (fd >= CLIENTS) close(fd);
  if (fd < 0 || fd >= CLIENTS) return;
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
  if (count <= 0) return drop(fd);
  c->in += count;
  parse(c, fd);
}

int main(int argc, char **argv) {
  port = argc > 1 ? atoi(argv[1]) : 0;
  signal(SIGPIPE, SIG_IGN);
  deleted = calloc(SEQUENCES, 1);
  make_messages();
  int yes = 1, events = epoll_create1(EPOLL_CLOEXEC), listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
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
    int64_t due = order_count ? serve_due() - now() : 60000000000LL, left = due > 0 ? due : 0;
    struct timespec timeout = {left / 1000000000, left % 1000000000};
    int count = epoll_pwait2(events, ready, 64, &timeout, NULL);
    for (int i = 0; i < count; i++) {
      if (ready[i].data.fd == listener) take_client(events, listener);
      else if (clients[ready[i].data.fd].open) read_client(ready[i].data.fd);
    }
  }
}
