// What sqs_stub.c needs of text: digests, and JSON as far as requests have it.
#ifndef SQS_STUB_TEXT_H
#define SQS_STUB_TEXT_H

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void md5(const char *text, size_t length, char hex[33]) {
  unsigned char sum[16];
  EVP_Digest(text, length, sum, NULL, EVP_md5(), NULL);
  for (int i = 0; i < 16; i++) sprintf(hex + 2 * i, "%02x", sum[i]);
}

// After a string's opening quote, the place of its closing one.
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

#endif
