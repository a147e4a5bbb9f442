// The messages that sqs_stub.c gives out, made once: envelopes of some 600 bytes, each of another asset.
#ifndef SQS_STUB_MESSAGES_H
#define SQS_STUB_MESSAGES_H

#include "sqs_stub_text.h"

enum { BODIES = 4096, NOTE = 380, RECEIPT_DIGITS = 12, MESSAGE = 1600 };

typedef struct {
  char text[MESSAGE];
  size_t length, receipt, id;  // where the sequence number goes
} message;

static message messages[BODIES];

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

#endif
